"""The root of every query."""

from __future__ import annotations

from typing import Annotated

import strawberry

from domain.ids import Kind, key_of, read_id
from domain.words import MailboxLevel
from resolvers import cases as found
from resolvers.accounts import AccountQueries
from resolvers.figures import FigureQueries
from resolvers.functions import FunctionQueries, run_by_id
from resolvers.hot_issues import HotIssueQueries
from resolvers.maps import MapQueries
from resolvers.notices import NoticeQueries
from resolvers.partners import PartnerQueries
from resolvers.problem_cases import ProblemCaseQueries
from resolvers.publication import PublicationQueries
from resolvers.rankings import RankingQueries
from resolvers.suggestions import SuggestionQueries
from resolvers.topics import TopicQueries
from resolvers.webhooks import WebhookQueries
from schema.cases import Case
from schema.context import Context, Info
from schema.directory import Category, Mailbox, Unit, load_unit
from schema.nodes import Node
from schema.pages import After, Before, Connection, First, Last, connection, page_of
from schema.rates import RateLimit, rate_limit

GlobalId = Annotated[strawberry.ID, strawberry.argument(description="A global id.")]
Words = Annotated[
    str | None,
    strawberry.argument(description="Words that the name must have, up to ten; or a code."),
]
Level = Annotated[MailboxLevel | None, strawberry.argument(description="Of this level only.")]


@strawberry.type(description="Everything that can be read.")
class Query(
    AccountQueries,
    FunctionQueries,
    NoticeQueries,
    ProblemCaseQueries,
    PartnerQueries,
    PublicationQueries,
    WebhookQueries,
    FigureQueries,
    TopicQueries,
    HotIssueQueries,
    MapQueries,
    SuggestionQueries,
    RankingQueries,
):
    rate_limit: RateLimit | None = strawberry.field(
        resolver=rate_limit, description="How much whoever asks may still ask for."
    )
    viewer: found.Viewer | None = strawberry.field(
        resolver=found.viewer, description="The account that is signed in. Requires a token."
    )
    tracked_case: Case | None = strawberry.field(
        resolver=found.tracked_case,
        description="A case by number and query code; null when they do not belong together.",
    )
    case: Case | None = strawberry.field(
        resolver=found.case, description="A case by number. Requires a role that works on cases."
    )
    cases: Connection[Case] = strawberry.field(
        resolver=found.cases,
        description="Cases in a queue, most urgent first. Requires a role that works on cases.",
    )

    @strawberry.field(description="Anything by its global id; null when there is none to see.")
    async def node(self, info: Info, id: GlobalId) -> Node | None:
        kind, key = read_id(id, "id")
        if kind is Kind.CASE:
            return await _case(info.context, key)
        if kind is Kind.MAILBOX:
            return await _mailbox(info, key)
        if kind is Kind.UNIT:
            return await load_unit(info, key)
        if kind is Kind.FUNCTION_RUN:
            return await run_by_id(info.context, key)
        category = await info.context.loaders.categories.load(key)
        return Category.of(category) if category else None

    @strawberry.field(description="A mailbox by its global id.")
    async def mailbox(self, info: Info, id: GlobalId) -> Mailbox | None:
        return await _mailbox(info, key_of(id, Kind.MAILBOX, "id"))

    @strawberry.field(description="Mailboxes by words of their names.")
    async def mailboxes(
        self,
        info: Info,
        search: Words = None,
        level: Level = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[Mailbox]:
        page = page_of(first, after, last, before)
        listed = await info.context.office.directory.find_mailboxes(search, level, page)
        return connection(listed, Mailbox.of)

    @strawberry.field(description="Units by words of their names, or by code.")
    async def units(
        self,
        info: Info,
        search: Words = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[Unit]:
        page = page_of(first, after, last, before)
        listed = await info.context.office.directory.find_units(search, page)
        return connection(listed, Unit.of)

    @strawberry.field(description="The taxonomy's first level; the others are its children.")
    async def categories(self, info: Info) -> list[Category]:
        taxonomy = await info.context.office.directory.categories()
        return [Category.of(root) for root in taxonomy.roots]


async def _case(context: Context, key: str) -> Case | None:
    """Whoever works on cases sees them so; a citizen sees those of their account."""
    case = await context.office.cases.by_id(key, context.actor)
    return Case.of(case, writers_own=not context.actor.works_on_cases) if case else None


async def _mailbox(info: Info, key: str) -> Mailbox | None:
    mailbox = await info.context.loaders.mailboxes.load(key)
    return Mailbox.of(mailbox) if mailbox else None
