"""Cases that jobs have put aside, as ops see them: numbers and reasons, and nothing of a letter."""

from __future__ import annotations

from datetime import datetime

import strawberry

from domain.problem_cases import ProblemCase, Reason
from schema.context import Context
from schema.errors import UserError

ID = strawberry.ID
given = strawberry.field


@strawberry.type(
    description="A case that a job could not read, decide or write, put aside. Requires OPS."
)
class CaseProblem:
    id: ID = given(description="Of this job and case.")
    job: str = given(description="The function's name, or the command's.")
    case_number: str = given(description="The case's number; its id where that cannot be read.")
    reason: Reason = given(description="Why the case was put aside.")
    reason_name: str = given(description="The reason, in the reader's language.")
    error: str = given(description="What went wrong the last time; it quotes nothing.")
    tries: int = given(description="How often the job has tried it.")
    first_at: datetime = given(description="When it was put aside.")
    last_at: datetime = given(description="When it was tried last.")
    next_try_at: datetime | None = given(
        description="When it is tried again at the earliest; null: only when asked for."
    )

    @classmethod
    def of(cls, one: ProblemCase, context: Context) -> CaseProblem:
        """As it is kept."""
        problem = one.problem
        return cls(
            id=ID(one.id),
            job=one.job,
            case_number=problem.number,
            reason=problem.reason,
            reason_name=problem.reason.named(context.language),
            error=problem.error,
            tries=one.tries,
            first_at=one.first_at,
            last_at=one.last_at,
            next_try_at=one.next_try_at,
        )


@strawberry.input(description="A problem case that is to be tried again.")
class RetryCaseProblemInput:
    id: ID = given(description="Its id.")


@strawberry.type(description="What came of having a problem case tried again.")
class RetryCaseProblemPayload:
    problem: CaseProblem | None = given(
        description="The problem case: the job's next run tries it."
    )
    errors: list[UserError] = given(description="Why it is not tried.")
