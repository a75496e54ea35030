"""Whether a case goes into the archive now, or when it is to be looked at again."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from domain.case import Case
from domain.keeping import Keeping
from domain.retention import Retention
from domain.rulebook import Moment
from domain.rules import kept_from_archive
from domain.words import Stage
from domain.workflow import Action

LOOK_AGAIN = timedelta(days=1)
"""What keeps a case may be gone by then; so every monthly run looks at it."""
RESTORED_FOR = timedelta(days=30)


def postponed(case: Case, moment: Moment, retention: Retention, *, waits: bool) -> Case | None:
    """The case with the next time to look at it; None when it goes into the archive now.

    ``waits``: somebody is still to be told something, or to get an answer, because of it.
    """
    look_at = _next_look(case, moment, retention, waits=waits)
    if look_at == moment.now:
        return None
    return replace(case, keeping=replace(case.keeping, look_at=look_at))


def _next_look(case: Case, moment: Moment, retention: Retention, *, waits: bool) -> datetime | None:
    """Now, later, or never for a case that was opened again."""
    if case.stage not in (Stage.CONCLUSION, Stage.ARCHIVE):
        return None
    if case.keeping.hold or waits or kept_from_archive(case, moment):
        return moment.now + LOOK_AGAIN
    ends_at = None if case.keeping.is_restored else retention.ends_at(case)
    return max(ends_at or moment.now, moment.now)


def archived(case: Case, moment: Moment, batch: str) -> Case:
    """The case in ARCHIVE and in this batch: nobody acts on it any more.

    Raises what ``take`` raises.
    """
    moved = case if case.stage is Stage.ARCHIVE else case.take(Action.ARCHIVE, moment, {})
    return replace(moved, keeping=Keeping(batch=batch))
