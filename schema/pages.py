"""Relay's connections over keyset pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Generic, TypeVar

import strawberry

from storage.pages import Page, Slice

T = TypeVar("T")
S = TypeVar("S")

First = Annotated[int | None, strawberry.argument(description="How many from the start, 1 to 100.")]
After = Annotated[str | None, strawberry.argument(description="Only what follows this cursor.")]
Last = Annotated[int | None, strawberry.argument(description="How many from the end, 1 to 100.")]
Before = Annotated[str | None, strawberry.argument(description="Only what precedes this cursor.")]


@strawberry.type(description="Whether there is more, and where to go on.")
class PageInfo:
    has_next_page: bool = strawberry.field(description="There is more after the last edge.")
    has_previous_page: bool = strawberry.field(description="There is more before the first edge.")
    start_cursor: str | None = strawberry.field(description="The cursor of the first edge.")
    end_cursor: str | None = strawberry.field(description="The cursor of the last edge.")


@strawberry.type(description="An item with its place in the list.")
class Edge(Generic[T]):
    cursor: str = strawberry.field(description="Opaque; to go on from here.")
    node: T = strawberry.field(description="The item.")


@strawberry.type(description="One page of a list.")
class Connection(Generic[T]):
    total_count: int | None = strawberry.field(
        description="The length of the whole list, counted up to 10,000."
    )
    page_info: PageInfo = strawberry.field(description="Whether there is more.")
    edges: list[Edge[T]] = strawberry.field(description="The items of this page.")


def page_of(first: int | None, after: str | None, last: int | None, before: str | None) -> Page:
    """The page asked for; ``InvalidInput`` unless exactly one of first and last is 1 to 100."""
    return Page(first=first, after=after, last=last, before=before)


def connection(found: Slice[S], node: Callable[[S], T]) -> Connection[T]:
    """A slice as a connection, each item made a node."""
    cursors = found.cursors
    return Connection(
        total_count=found.total,
        page_info=PageInfo(
            has_next_page=found.has_next,
            has_previous_page=found.has_previous,
            start_cursor=cursors[0] if cursors else None,
            end_cursor=cursors[-1] if cursors else None,
        ),
        edges=[
            Edge(cursor=cursor, node=node(item))
            for cursor, item in zip(cursors, found.items, strict=True)
        ],
    )
