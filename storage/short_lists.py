"""Pages of a short list that is at hand whole, such as what was ranked for one reader."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from storage.pages import Page, Slice, Sort, SortKey, Value, decode_cursor, encode_cursor

T = TypeVar("T")

BY_ID: Sort = (SortKey("_id"),)


def page_of_items(items: Sequence[T], key: Callable[[T], str], page: Page) -> Slice[T]:
    """A page of a short list that is at hand whole; ``key`` tells an item from the others.

    A cursor whose item has left the list starts or ends the page where the list does. Raises
    `CursorError`.
    """
    keys = [key(item) for item in items]
    start, end = 0, len(items)
    if page.after is not None:
        start = _place(keys, decode_cursor(page.after, BY_ID, "after")[0], -1) + 1
    if page.before is not None:
        end = _place(keys, decode_cursor(page.before, BY_ID, "before")[0], end)
    start, end = (
        (max(start, end - page.size), end)
        if page.is_backwards
        else (start, min(end, start + page.size))
    )
    return Slice(
        items=tuple(items[start:end]),
        cursors=tuple(encode_cursor([one]) for one in keys[start:end]),
        has_next=end < len(items),
        has_previous=start > 0,
        total=len(items),
    )


def _place(keys: Sequence[str], key: Value, otherwise: int) -> int:
    return keys.index(key) if isinstance(key, str) and key in keys else otherwise
