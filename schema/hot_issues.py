"""Hot issues as clients see them."""

from __future__ import annotations

from datetime import datetime
from operator import attrgetter

import strawberry

from domain.hot_issues import LEAST_WRITERS, Trend
from schema.cases import Case, short_connection
from schema.context import Info
from schema.pages import After, Before, Connection, First, Last, connection, page_of
from schema.publication import PublishedLetter
from services.matters.hot_issues import ToldIssue, cases_of
from services.publication.reading import published_of
from storage.short_lists import page_of_items


@strawberry.type(
    description="Letters about the same matter at the same place, found from their text. Fewer than"
    f" {LEAST_WRITERS} distinct writers make none; the public is told of those of ten or more."
)
class HotIssue:
    title: str = strawberry.field(
        description="The title of the letter that is most like all of them, without what is"
        " personal: telephone, identity and plate numbers, persons."
    )
    letters: int = strawberry.field(
        description="Letters of the days asked for. To the public, here and below: of the whole"
        " months around them, so many at least, in steps of ten."
    )
    writers: int = strawberry.field(
        description="Distinct writers of those letters. To the public: of the month with most."
    )
    trend: Trend = strawberry.field(
        description="Whether more is written lately. To the public: in the last month, beside the"
        " one before it, as both are told."
    )
    first_seen_at: datetime = strawberry.field(
        description="The first of the letters. To the public: when the first month told of began."
    )
    last_seen_at: datetime = strawberry.field(
        description="The last of them. To the public: until when the last month is told."
    )
    places: list[str] = strawberry.field(
        description="Names that at least two writers give: estates, roads, companies, projects."
    )
    keywords: list[str] = strawberry.field(
        description="Words that at least two writers use, the most telling first."
    )
    told: strawberry.Private[ToldIssue]

    @strawberry.field(
        description="Its cases, newest first, to whoever works on cases: those that they may see."
    )
    async def cases(
        self,
        info: Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[Case]:
        page = page_of(first, after, last, before)
        context = info.context
        seen = await cases_of(context.office, self.told.issue, context.actor)
        return await short_connection(info, seen, page)

    @strawberry.field(description="Those of its letters that are published, newest first.")
    async def published_letters(
        self,
        info: Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[PublishedLetter]:
        page = page_of(first, after, last, before)
        context = info.context
        shown = await published_of(context.office, self.told.issue.ids, context.actor)
        found = page_of_items(shown, attrgetter("letter.id"), page)
        return connection(found, PublishedLetter.of)

    @classmethod
    def of(cls, told: ToldIssue) -> HotIssue:
        """As it is told."""
        issue = told.issue
        return cls(
            title=told.title,
            letters=issue.letters,
            writers=issue.writers,
            trend=issue.trend,
            first_seen_at=issue.first_seen_at,
            last_seen_at=issue.last_seen_at,
            places=list(told.places),
            keywords=list(told.keywords),
            told=told,
        )
