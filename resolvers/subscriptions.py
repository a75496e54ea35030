"""What clients are told of without asking again."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Annotated

import strawberry
from graphql import located_error

from domain.case import Case as DomainCase
from domain.ids import Kind, key_of
from domain.refusals import NotFound
from domain.runs import RunEntry
from resolvers.cases import Number, QueryCode
from schema.cases import Case
from schema.context import Context, Info, Reading
from schema.functions import FunctionRun
from services.functions.ops import find_run, follow_run
from services.process import Proof, guarded_case

RunId = Annotated[strawberry.ID, strawberry.argument(description="The run's id.")]


@strawberry.type(description="What can be followed.")
class Subscription:
    @strawberry.subscription(
        description="A case by number and query code, each time it has changed, as it is then."
    )
    async def case_changed(
        self, info: Info, number: Number, query_code: QueryCode
    ) -> AsyncGenerator[Case | None, None]:
        context = info.context
        context.subscribers.check_room()
        case = await _opened(context, Proof(number, query_code, address=context.address))
        return _changes(info, case, context.office.access.key(number, query_code))

    @strawberry.subscription(
        description="A run of a function as it stands, and again each time that has changed,"
        " until it is over. Requires OPS."
    )
    async def function_run_changed(
        self, info: Info, id: RunId
    ) -> AsyncGenerator[FunctionRun, None]:
        context = info.context
        context.subscribers.check_room()
        key = key_of(id, Kind.FUNCTION_RUN, "id")
        return _run_changes(info, await find_run(context.office, key, context.actor))


async def _run_changes(info: Info, entry: RunEntry) -> AsyncGenerator[FunctionRun, None]:
    context = info.context
    try:
        with context.subscribers.room():
            context.ready.set()
            changes = follow_run(context.office, context.ops, entry)
            async with aclosing(changes) as entries:
                async for one in entries:
                    yield FunctionRun.of(one)
    except Exception as error:
        raise _located(info, error) from error


async def _opened(context: Context, proof: Proof) -> DomainCase:
    """What ``trackedCase`` finds; the same refusal for a wrong number and a wrong code."""
    case = await guarded_case(context.office, proof, context.now)
    if case is None:
        raise NotFound(
            "编号与查询码不符。", "Number and query code do not belong together.", "queryCode"
        )
    return case


async def _changes(info: Info, case: DomainCase, key: bytes) -> AsyncGenerator[Case | None, None]:
    context = info.context
    seen = Reading(case, context.now, context.loaders)
    try:
        with context.subscribers.following(case.id, key, seen) as subscriber:
            context.ready.set()
            async with aclosing(subscriber.news()) as news:
                async for reading in news:
                    yield _event(context, reading)
    except Exception as error:
        raise _located(info, error) from error


def _located(info: Info, error: Exception) -> Exception:
    """What fails now is outside of any field: it would be taken for a mistake of the client's."""
    nodes = info._raw_info.field_nodes  # noqa: SLF001  # strawberry offers no other way
    return located_error(error, nodes, info.path.as_list())


def _event(context: Context, reading: Reading) -> Case:
    """The context lives as long as the subscription: now is when the case was read."""
    context.now, context.loaders = reading.now, reading.loaders
    return Case.of(reading.case, writers_own=True)
