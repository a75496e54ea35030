"""A page of a list as it is fetched: filled with what its reader is shown, and counted."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeAlias, TypeVar

from storage.list_memory import ListMemory
from storage.mongo import Collection, Document
from storage.pages import (
    MOST_COUNTED,
    Page,
    Slice,
    Sort,
    beyond,
    bound,
    decode_cursor,
    encode_cursor,
    sort_order,
    sort_values,
)

T = TypeVar("T")
Choice: TypeAlias = Callable[[list[Document]], Awaitable[list[Document]]]
"""Which of some documents a list shows, in their order: what no query can tell."""

MOST_READ_ON = 1_000
"""Documents that are read at once to fill a page."""


async def fetch_page(  # noqa: PLR0913  # what a list is, and which part of it is asked for
    collection: Collection,
    criteria: Mapping[str, Any],
    sort: Sort,
    page: Page,
    read: Callable[[Document], T],
    *,
    fields: Sequence[str] | None = None,
    counted: bool = True,
    memory: ListMemory | None = None,
    choose: Choice | None = None,
) -> Slice[T]:
    """One page of the documents that match ``criteria``, each made an item by ``read``.

    ``fields`` limits what is fetched (sort fields come along); ``counted=False`` spares the
    count; ``memory`` is what is known of this collection's lists. ``choose`` leaves documents out:
    the page is filled with those behind them. Raises `CursorError`.
    """
    memory = memory or ListMemory()
    wanted = None if fields is None else [*fields, *(key.field for key in sort)]
    reading = _Reading(collection, criteria, sort, page, wanted, memory)
    documents = await fill_page(page.size, reading.read_on, choose)
    more = len(documents) > page.size
    documents = documents[: page.size]
    if page.is_backwards:
        documents.reverse()
    return Slice(
        items=tuple(read(document) for document in documents),
        cursors=tuple(encode_cursor(sort_values(document, sort)) for document in documents),
        has_next=page.before is not None if page.is_backwards else more,
        has_previous=more if page.is_backwards else page.after is not None,
        total=await _counted(collection, criteria, memory) if counted else None,
    )


async def fill_page(
    size: int,
    read_on: Callable[[Document | None, int], Awaitable[list[Document]]],
    choose: Choice | None,
) -> list[Document]:
    """The first ``size`` documents that are chosen, and one more where there is one.

    ``read_on(last, most)`` reads on behind ``last``, or from the page's start for None.
    """
    most, last = size + 1, None
    chosen: list[Document] = []
    while True:
        documents = await read_on(last, most)
        chosen += await choose(documents) if choose else documents
        if len(chosen) > size or len(documents) < most:
            return chosen[: size + 1]
        last, most = documents[-1], min(2 * most, MOST_READ_ON)


@dataclass(frozen=True, slots=True)
class _Reading:
    """The documents of a list in the order in which a page of it is read."""

    collection: Collection
    criteria: Mapping[str, Any]
    sort: Sort
    page: Page
    fields: Sequence[str] | None
    memory: ListMemory

    async def read_on(self, last: Document | None, most: int) -> list[Document]:
        """The next ones behind ``last``; for None the first."""
        sort, backwards = self.sort, self.page.is_backwards
        bounds = [
            beyond(sort, decode_cursor(cursor, sort, field), backwards=field == "before")
            for field, cursor in (("after", self.page.after), ("before", self.page.before))
            if cursor is not None
        ]
        if last is not None:
            bounds.append(beyond(sort, sort_values(last, sort), backwards=backwards))

        async def found(further: Document) -> list[Document]:
            cursor = self.collection.find(_joined(self.criteria, [*bounds, further]), self.fields)
            return (
                await cursor.sort(sort_order(sort, backwards=backwards)).limit(most).to_list(most)
            )

        first = sort[0]
        if bounds or first.nullable or first.field in self.criteria:
            return await found({})
        below = first.descending == backwards
        key = repr((self.criteria, first, self.page.size, below))
        limit = partial(bound, below=below)
        return await self.memory.first_page(key, found, first.field, limit, self.page.size)


async def _counted(collection: Collection, criteria: Mapping[str, Any], memory: ListMemory) -> int:
    return await memory.counted(
        repr(criteria), lambda: collection.count_documents(dict(criteria), limit=MOST_COUNTED)
    )


def _joined(criteria: Mapping[str, Any], bounds: Sequence[Document]) -> Document:
    """All of it as one filter: side by side where no key repeats, which planners like best."""
    parts = [part for part in (dict(criteria), *bounds) if part]
    joined: Document = {}
    for part in parts:
        if joined.keys() & part.keys():
            return {"$and": parts}
        joined.update(part)
    return joined
