"""Problem cases: what a job could not read, decide or write, put aside until it is tried again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.words import Word

PAUSES = tuple(timedelta(minutes=minutes) for minutes in (10, 60, 360, 1440, 4320, 10080))
"""Between one try and the next; after one more the case is tried only when ops ask for it."""
SYSTEMATIC = 20
"""So many cases that fail in one run, while none succeeds, are the function's fault."""


class Reason(Word):
    """Why a job could not handle a case."""

    UNREADABLE = "UNREADABLE", "无法读取", "Cannot be read"
    UNDECIDABLE = "UNDECIDABLE", "无法判定", "Cannot be decided"
    UNWRITABLE = "UNWRITABLE", "无法写入", "Cannot be written"
    UNPROVEN = "UNPROVEN", "封印不符", "Does not fit its seals"


@dataclass(frozen=True, slots=True)
class Problem:
    """One failed try. ``error`` says of which kind it was, and quotes nothing of the case.

    ``version`` is the case's at that time, where it has one: whoever acts on the case changes it.
    """

    case_id: str
    number: str
    reason: Reason
    error: str
    version: int | None = None


@dataclass(frozen=True, slots=True)
class ProblemCase:
    """A case that ``job`` has put aside, ``tries`` failed tries after it met it first.

    ``next_try_at`` is None once the tries are used up.
    """

    job: str
    problem: Problem
    first_at: datetime
    last_at: datetime
    tries: int
    next_try_at: datetime | None

    @property
    def id(self) -> str:
        return problem_id(self.job, self.problem.case_id)

    def is_paused(self, version: int | None, now: datetime) -> bool:
        """Whether a job leaves it alone at ``now``: not once the case has moved on."""
        if version != self.problem.version:
            return False
        return self.next_try_at is None or self.next_try_at > now


def problem_id(job: str, case_id: str) -> str:
    """What a problem case is known by."""
    return f"{job}/{case_id}"


def put_aside(job: str, problem: Problem, before: ProblemCase | None, now: datetime) -> ProblemCase:
    """The problem case after one more failed try; a case that has moved on counts anew."""
    if before is not None and before.problem.version != problem.version:
        before = None
    tries = before.tries + 1 if before else 1
    next_try_at = now + PAUSES[tries - 1] if tries <= len(PAUSES) else None
    return ProblemCase(job, problem, before.first_at if before else now, now, tries, next_try_at)
