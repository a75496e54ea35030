"""The calendar of a year arrives: due dates that rested on an assumption are computed again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime

from domain.case import Case
from services.office import Office


@dataclass(frozen=True, slots=True)
class Recomputed:
    """One case looked at; ``moved`` when a due date changed."""

    number: str
    moved: bool


async def recompute_deadlines(office: Office) -> AsyncIterator[Recomputed]:
    """Every case with a provisional date, or one by another calendar, by today's calendar.

    Running twice changes nothing. A case that moved on meanwhile has been computed anew already
    and is passed over.
    """
    async for case in office.cases.dated_otherwise(office.rulebook.calendar.version):
        after = case.recomputed(office.rulebook.calendar)
        saved = after.clocks != case.clocks and await office.cases.save_clocks(case, after)
        yield Recomputed(case.number, moved=saved and _due_dates(after) != _due_dates(case))


def _due_dates(case: Case) -> list[datetime]:
    return [clock.due_at for clock in case.clocks.values()]
