"""The calendar of a year arrives: due dates that rested on an assumption are computed again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime

from domain.actors import SYSTEM
from domain.case import Case
from domain.notices import notices_since
from domain.refusals import StaleCase
from domain.rulebook import Moment
from domain.sweeping import revoke_early_rungs
from services.office import Office


@dataclass(frozen=True, slots=True)
class Recomputed:
    """One case looked at; ``moved`` when a due date changed."""

    number: str
    moved: bool


async def recompute_deadlines(office: Office, now: datetime) -> AsyncIterator[Recomputed]:
    """Every case with a provisional date, or one by another calendar, by today's calendar.

    A rung of the ladder that was climbed for a date which has moved is revoked. Running twice
    changes nothing. A case that moved on meanwhile is met again by the next run.
    """
    async for case in office.cases.dated_otherwise(office.rulebook.calendar.version):
        after = case.recomputed(office.rulebook.calendar)
        saved = after.clocks != case.clocks and await _save(office, case, after, now)
        yield Recomputed(case.number, moved=saved and _due_dates(after) != _due_dates(case))


async def _save(office: Office, case: Case, after: Case, now: datetime) -> bool:
    moment = Moment(SYSTEM, max(now, case.updated_at), office.rulebook)
    corrected = revoke_early_rungs(case, after, moment)
    if corrected.version == case.version:
        return await office.cases.save_clocks(case, after)
    try:
        await office.cases.save(case, corrected, notices_since(corrected, case.version))
    except StaleCase:
        return False
    return True


def _due_dates(case: Case) -> list[datetime]:
    return [clock.due_at for clock in case.clocks.values()]
