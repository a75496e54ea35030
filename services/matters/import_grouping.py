"""The letters of an import are grouped as they are stored, a batch at a time."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace

from services.functions.runs import spoken
from services.matters.grouping import group, group_left
from services.office import Office
from storage.mongo import is_outage
from storage.new_cases import NewCase
from storage.to_group import WaitingLetter
from storage.turns import TurnLost

MOST_UNWRITTEN = 1_000
"""After so many letters their words are counted for good, and somebody else may have the turn."""
_log = logging.getLogger(__name__)


class ImportGrouping:
    """Stores new cases and groups their letters; ends with ``give_back``.

    While another process has the turn, letters are stored all the same, and wait.
    """

    def __init__(self, office: Office) -> None:
        self._office = office
        self._kept = office.hot_issues
        self._is_ours = False

    async def store(self, new: Sequence[NewCase]) -> int:
        """Stores these; how many were not there yet. Never fails because of grouping."""
        if not await self._has_turn():
            return await self._office.cases.add_many(new)
        key = await self._kept.waiting.announce([one.case.id for one in new])
        stored = await self._office.cases.add_many([replace(one, waits=False) for one in new])
        try:
            await group(self._office, [WaitingLetter.of(one.case) for one in new])
            await self._kept.waiting.done(key)
            if self._kept.counts.unwritten >= MOST_UNWRITTEN:
                await self.give_back()
        except Exception as error:  # noqa: BLE001  # whatever it is, the letters are stored and in a list
            _log_failure("letters could not be grouped", error)
            self._kept.forget()
        return stored

    async def give_back(self) -> None:
        """Counts the words for good and lets others group. Never fails because of it."""
        if not self._is_ours:
            return
        self._is_ours = False
        try:
            await self._kept.end()
        except Exception as error:  # noqa: BLE001  # counts only weigh, and the turn ends by itself
            _log_failure("the turn to group letters could not be given back", error)

    async def catch_up(self, most: int) -> None:
        """Groups up to ``most`` letters that wait: of this import, or of one that was killed."""
        try:
            while most > 0 and (grouped := await group_left(self._office)):
                most -= grouped
        except Exception as error:  # noqa: BLE001  # the letters are stored and still wait
            _log_failure("letters could not be grouped", error)

    async def _has_turn(self) -> bool:
        if self._is_ours:
            try:
                await self._kept.turn.renew()
            except TurnLost:
                self._kept.forget()
                await self.give_back()
        if not self._is_ours:
            self._is_ours = await self._kept.begin()
        return self._is_ours


def _log_failure(what: str, error: Exception) -> None:
    """In one line; an outage is told by whoever stores or reads next."""
    if not is_outage(error):
        _log.warning("%s: %s", what, spoken(error))
