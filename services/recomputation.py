"""The calendar of a year arrives: due dates that rested on an assumption are computed again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime

from domain.actors import SYSTEM
from domain.case import Case
from domain.notices import notices_since
from domain.problem_cases import Problem, Reason
from domain.refusals import StaleCase
from domain.rulebook import Moment
from domain.sweeping import revoke_early_rungs
from services.functions.runs import problem_with
from services.office import Office
from storage.case_reader import FAULTS

JOB = "recompute"
"""What its problem cases are listed under."""


@dataclass(frozen=True, slots=True)
class Recomputed:
    """One case looked at; ``moved`` when a due date changed, ``problem`` when it was put aside."""

    number: str
    moved: bool = False
    problem: Problem | None = None


async def recompute_deadlines(office: Office, now: datetime) -> AsyncIterator[Recomputed]:
    """Every case with a provisional date, or one by another calendar, by today's calendar.

    A rung of the ladder that was climbed for a date which has moved is revoked. Running twice
    changes nothing. A case that moved on meanwhile is met again by the next run; one that cannot
    be computed is a problem case, and stops nobody.
    """
    problems: list[Problem] = []
    async for case in office.cases.dated_otherwise(office.rulebook.calendar.version):
        done = await _recomputed(office, case, now)
        if done.problem is not None:
            problems.append(done.problem)
        yield done
    await office.problem_cases.replace(JOB, problems, now)


async def _recomputed(office: Office, case: Case | Problem, now: datetime) -> Recomputed:
    if isinstance(case, Problem):
        return Recomputed(case.number, problem=case)
    try:
        after = case.recomputed(office.rulebook.calendar)
        saved = after.clocks != case.clocks and await _save(office, case, after, now)
        return Recomputed(case.number, moved=saved and _due_dates(after) != _due_dates(case))
    except FAULTS as error:
        return Recomputed(case.number, problem=problem_with(case, Reason.UNDECIDABLE, error))


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
