"""Notices: who is told what after an action. Derived from the history entry, never sent here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain.case import Case
from domain.history import Entry
from domain.words import Stage, Word
from domain.workflow import Action


class Audience(Word):
    """To whom a notice goes."""

    WRITER = "WRITER", "来信人", "The writer"
    UNIT = "UNIT", "承办单位", "The responsible unit"
    JOINED = "JOINED", "并案来信人", "The writers of letters that were joined to the case"


@dataclass(frozen=True, slots=True)
class Notice:
    """One message to be delivered. Its id is that of the entry it tells of: a repeat shows."""

    id: str
    audience: Audience
    about: Action | None
    queued_at: datetime

    def stored(self) -> dict[str, Any]:
        """As it lies in the case's document, waiting."""
        return {
            "id": self.id,
            "audience": self.audience.value,
            "about": self.about.value if self.about else None,
            "queued_at": self.queued_at,
            "state": "QUEUED",
        }


_TOLD: dict[Action | None, tuple[Audience, ...]] = {
    None: (Audience.WRITER,),
    Action.REJECT: (Audience.WRITER, Audience.JOINED),
    Action.JOIN: (Audience.WRITER,),
    Action.DISPATCH_DIRECTLY: (Audience.UNIT,),
    Action.REVIEW: (Audience.UNIT,),
    Action.ADJUDICATE: (Audience.UNIT,),
    Action.PASS_DOWN: (Audience.UNIT,),
    Action.INVOLVE_UNIT: (Audience.UNIT,),
    Action.DECIDE_EXTENSION: (Audience.WRITER, Audience.UNIT),
    Action.SEND_BACK_REPLY: (Audience.UNIT,),
    Action.APPROVE_REPLY: (Audience.WRITER, Audience.JOINED),
    Action.DECIDE_APPEAL: (Audience.WRITER,),
    Action.SUPERVISE: (Audience.UNIT,),
}


def notices_since(case: Case, version: int) -> tuple[Notice, ...]:
    """What the entries after ``version`` (0: all) have to tell."""
    entries = enumerate(case.history[version:], version + 1)
    return tuple(
        Notice(f"{case.id}-{place}-{audience.value.lower()}", audience, entry.action, entry.at)
        for place, entry in entries
        for audience in _audiences(case, entry)
    )


def _audiences(case: Case, entry: Entry) -> tuple[Audience, ...]:
    told = _TOLD.get(entry.action, ())
    if entry.action is Action.REVIEW_DISPATCH and entry.stage is Stage.TRANSFER:
        told = (Audience.UNIT,)
    return told if case.letter.reachable else tuple(a for a in told if a is not Audience.WRITER)
