"""How ops see which cases jobs have put aside, and have them tried again."""

from __future__ import annotations

import strawberry

from resolvers.refusing import settled
from resolvers.selection import asked_for
from schema.context import Info
from schema.pages import After, Before, Connection, First, Last, connection, page_of
from schema.problem_cases import CaseProblem, RetryCaseProblemInput, RetryCaseProblemPayload
from services.functions.ops import check_ops
from services.problem_cases import retry_problem_case


@strawberry.type
class ProblemCaseQueries:
    """Mixed into the root of every query."""

    @strawberry.field(
        description="Cases that jobs could not handle and have put aside, oldest first."
        " Requires OPS."
    )
    async def case_problems(
        self,
        info: Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[CaseProblem]:
        context = info.context
        check_ops(context.actor)
        page = page_of(first, after, last, before)
        counted = "totalCount" in asked_for(info)
        found = await context.office.problem_cases.page(page, counted=counted)
        return connection(found, lambda one: CaseProblem.of(one, context))


@strawberry.type
class ProblemCaseMutations:
    """Mixed into the root of every mutation."""

    @strawberry.mutation(
        description="Have a problem case tried again by its job's next run; recorded. Requires OPS."
    )
    async def retry_case_problem(
        self, info: Info, input: RetryCaseProblemInput
    ) -> RetryCaseProblemPayload:
        context = info.context
        work = retry_problem_case(context.office, str(input.id), context.actor, context.now)
        found, errors = await settled(info, work)
        problem = CaseProblem.of(found, context) if found else None
        return RetryCaseProblemPayload(problem=problem, errors=errors)
