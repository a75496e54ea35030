"""How cases are found: by number, by proof, in a queue, by account."""

from __future__ import annotations

from collections.abc import Awaitable
from functools import partial
from typing import Annotated, Protocol, TypeVar

import strawberry

from domain.numbers import read_case_number
from domain.refusals import Forbidden, Unauthenticated
from domain.summary import Summary
from domain.words import Role
from resolvers.selection import asked_for
from resolvers.viewers import ViewerAccount
from schema.cases import SUMMARY_PARTS, Case
from schema.context import Info
from schema.pages import After, Before, Connection, First, Last, connection, page_of
from schema.queues import CaseFilter
from services.process import Proof, guarded, guarded_case
from storage.case_lists import CaseFilter as StoredFilter
from storage.case_lists import CaseOrder
from storage.cases import WHOLE, Shape, summaries
from storage.pages import Page, Slice

T = TypeVar("T")

Number = Annotated[str, strawberry.argument(description="The case's number.")]
QueryCode = Annotated[str, strawberry.argument(description="The code given at submission.")]
Narrowed = Annotated[
    CaseFilter | None, strawberry.argument(description="What the list is narrowed by.")
]
Order = Annotated[
    CaseOrder | None, strawberry.argument(description="How it is sorted; DUE_FIRST by default.")
]


@strawberry.type(description="The account that is signed in.")
class Viewer(ViewerAccount):
    subject: str = strawberry.field(description="The account.")

    @strawberry.field(description="What this account wrote, newest first.")
    async def cases(
        self,
        info: Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[Case]:
        page = page_of(first, after, last, before)
        return await _listed(info, StoredFilter(), CaseOrder.NEWEST_FIRST, page, own=True)


def viewer(info: Info) -> Viewer:
    """The account that is signed in; UNAUTHENTICATED when none is."""
    if info.context.actor.subject is None:
        raise Unauthenticated
    return Viewer(subject=info.context.actor.subject)


async def tracked_case(info: Info, number: Number, query_code: QueryCode) -> Case | None:
    """What number and query code open; null for a wrong number and a wrong code alike."""
    context = info.context
    through = context.partner.id if context.partner else None
    proof = Proof(number, query_code, address=context.address, partner=through)
    asked = asked_for(info)
    if not asked <= SUMMARY_PARTS.keys():
        case = await guarded_case(context.office, proof, context.now)
        return Case.of(case, writers_own=True) if case else None
    summary = await guarded(context.office, proof, context.now, _shape(asked))
    return Case.of_summary(summary, writers_own=True) if summary else None


async def case(info: Info, number: Number) -> Case | None:
    """A case by number, for those who work on it."""
    _only_staff(info)
    found = await info.context.office.cases.by_number(
        read_case_number(number) or number, info.context.actor
    )
    return Case.of(found) if found else None


async def cases(
    info: Info,
    filter: Narrowed = None,
    order_by: Order = None,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> Connection[Case]:
    """A queue, for those who work on it."""
    _only_staff(info)
    page = page_of(first, after, last, before)
    asked = filter.stored() if filter else StoredFilter()
    return await _listed(info, asked, order_by or CaseOrder.DUE_FIRST, page)


async def _listed(
    info: Info, asked: StoredFilter, order: CaseOrder, page: Page, *, own: bool = False
) -> Connection[Case]:
    context = info.context
    reader = context.actor.as_writer() if own else context.actor

    def fetch(shape: Shape[T], *, counted: bool) -> Awaitable[Slice[T]]:
        cases = context.office.cases
        return cases.page(shape, reader, asked, order, page, context.now, counted=counted)

    return await case_connection(info, fetch, own=own)


class FetchCases(Protocol):
    """A list of cases in any shape; ``counted``: with its length."""

    def __call__(self, shape: Shape[T], *, counted: bool) -> Awaitable[Slice[T]]: ...


async def case_connection(info: Info, fetch: FetchCases, *, own: bool = False) -> Connection[Case]:
    """A list of cases, fetched as far as the query asks for their fields."""
    fields = asked_for(info, ("edges", "node"))
    counted = "totalCount" in asked_for(info)
    if not fields <= SUMMARY_PARTS.keys():
        return connection(await fetch(WHOLE, counted=counted), partial(Case.of, writers_own=own))
    summarized = await fetch(_shape(fields), counted=counted)
    return connection(summarized, partial(Case.of_summary, writers_own=own))


def _shape(fields: frozenset[str]) -> Shape[Summary]:
    """Summaries with what these fields need."""
    return summaries(frozenset(part for field in fields for part in SUMMARY_PARTS[field]))


def _only_staff(info: Info) -> None:
    """Staff, and the functions' service account."""
    actor = info.context.actor
    if actor.is_anonymous:
        raise Unauthenticated
    if not actor.is_staff and Role.SYSTEM not in actor.roles:
        raise Forbidden("此查询仅供工作人员使用。", "This is for those who work on cases.")
