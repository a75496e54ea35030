"""How hot issues are answered."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import strawberry

from schema.context import Info
from schema.hot_issues import HotIssue
from schema.pages import After, Before, Connection, First, Last, connection, page_of
from services.matters.hot_issues import found_issues, page_of_issues, told
from storage.pages import Slice

From = Annotated[
    date, strawberry.argument(name="from", description="The first day, in Asia/Shanghai.")
]
To = Annotated[
    date, strawberry.argument(description="The last day, included; at most three years.")
]


@strawberry.type
class HotIssueQueries:
    """Mixed into the root of every query."""

    @strawberry.field(
        description="What many people write about: letters about the same matter at the same place,"
        " most distinct writers first. To everybody of the whole months that these days are in."
    )
    async def hot_issues(
        self,
        info: Info,
        from_: From,
        to: To,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[HotIssue]:
        page = page_of(first, after, last, before)
        office = info.context.office
        issues = await found_issues(office, from_, to, info.context.actor, info.context.now)
        found = page_of_issues(issues, page)
        items = tuple(await told(office, found.items))
        described = Slice(items, found.cursors, found.has_next, found.has_previous, found.total)
        return connection(described, HotIssue.of)
