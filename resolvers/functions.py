"""How ops see and steer the functions."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Annotated

import strawberry

from resolvers.refusing import settled
from resolvers.selection import asked_for
from schema.context import Context, Info
from schema.functions import (
    Function,
    FunctionPayload,
    FunctionRun,
    PauseFunctionInput,
    RescheduleFunctionInput,
    ResumeFunctionInput,
    RunFunctionInput,
    RunFunctionPayload,
)
from schema.pages import After, Before, Connection, First, Last, connection, page_of
from services.functions import ops
from services.functions.ops import Asked, Overview

Name = Annotated[str, strawberry.argument(description="The function's name.")]


@strawberry.type
class FunctionQueries:
    """Mixed into the root of every query."""

    @strawberry.field(description="Every function. Requires OPS.")
    async def functions(self, info: Info) -> list[Function]:
        context = info.context
        ops.check_ops(context.actor)
        found = await ops.overviews(context.office, context.ops, context.now)
        return [Function.of(one, context) for one in found]

    @strawberry.field(description="A function; null when there is none. Requires OPS.")
    async def function(self, info: Info, name: Name) -> Function | None:
        context = info.context
        ops.check_ops(context.actor)
        if name not in context.ops.functions:
            return None
        found = await ops.overview(context.office, context.ops, name, context.now)
        return Function.of(found, context)

    @strawberry.field(description="A function's runs, newest first. Requires OPS.")
    async def function_runs(
        self,
        info: Info,
        name: Name,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[FunctionRun]:
        context = info.context
        ops.check_ops(context.actor)
        page = page_of(first, after, last, before)
        counted = "totalCount" in asked_for(info)
        found = await ops.runs_of(
            context.office,
            context.ops,
            name,
            page,
            counted=counted,
            with_changes="changes" in asked_for(info, ("edges", "node")),
        )
        return connection(found, FunctionRun.of)


@strawberry.type
class FunctionMutations:
    """Mixed into the root of every mutation."""

    @strawberry.mutation(
        description="Run a function. It answers after two seconds at most, with the run as it"
        " stands then; `node` and `functionRunChanged` tell its end. Requires OPS."
    )
    async def run_function(self, info: Info, input: RunFunctionInput) -> RunFunctionPayload:
        context = info.context
        asked = Asked(input.name, input.at, bool(input.dry_run), input.idempotency_key)
        work = ops.ask_for_run(context.office, context.ops, asked, context.actor, context.now)
        entry, errors = await settled(info, work)
        return RunFunctionPayload(run=FunctionRun.of(entry) if entry else None, errors=errors)

    @strawberry.mutation(description="Give a function another schedule. Requires OPS.")
    async def reschedule_function(
        self, info: Info, input: RescheduleFunctionInput
    ) -> FunctionPayload:
        context = info.context
        given = (input.schedule, input.timezone)
        return await _changed(
            info,
            ops.reschedule(
                context.office, context.ops, input.name, given, context.actor, context.now
            ),
        )

    @strawberry.mutation(description="Pause a function's schedule. Requires OPS.")
    async def pause_function(self, info: Info, input: PauseFunctionInput) -> FunctionPayload:
        return await _enabled(info, input.name, enabled=False)

    @strawberry.mutation(description="Follow a function's schedule again. Requires OPS.")
    async def resume_function(self, info: Info, input: ResumeFunctionInput) -> FunctionPayload:
        return await _enabled(info, input.name, enabled=True)


async def run_by_id(context: Context, key: str) -> FunctionRun | None:
    """A run as a node: for OPS, as if there were none for everybody else."""
    entry = await ops.run_seen_by(context.office, key, context.actor)
    return FunctionRun.of(entry) if entry else None


async def _enabled(info: Info, name: str, *, enabled: bool) -> FunctionPayload:
    context = info.context
    work = ops.enable(
        context.office, context.ops, name, context.actor, context.now, enabled=enabled
    )
    return await _changed(info, work)


async def _changed(info: Info, work: Awaitable[Overview]) -> FunctionPayload:
    seen, errors = await settled(info, work)
    return FunctionPayload(
        function=Function.of(seen, info.context) if seen else None, errors=errors
    )
