"""The directory at a glance: what its lists are searched by, small enough to be kept at hand.

A city has some four thousand units and mailboxes. Reading them all for every letter typed into a
search box takes a database 50 ms; here a search takes one or two, and finds every substring.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from domain.categories import Taxonomy
from domain.directory import PlaceCodes, System
from domain.everyday_names import distance_to, read_words
from domain.text import fold_for_matching
from storage.pages import Page, Slice, Sort, SortKey, Value, decode_cursor, encode_cursor

MAX_WORDS = 10

BY_ORDER: Sort = (SortKey("order", kind=int), SortKey("_id"))


@dataclass(frozen=True, slots=True)
class Entry:
    """A unit or mailbox as its list knows it; ``text`` is all that a search looks at."""

    order: int
    code: str
    level: str
    text: str

    @property
    def key(self) -> tuple[int, str]:
        """Its place in the list, and its cursor's values."""
        return self.order, self.code


@dataclass(frozen=True, slots=True)
class Listing:
    """The living directory as of one import, known by its digest; entries are in list order."""

    digest: str | None
    units: tuple[Entry, ...]
    mailboxes: tuple[Entry, ...]
    taxonomy: Taxonomy
    systems: Mapping[str, System]
    places: PlaceCodes | None


def searchable(*texts: str) -> str:
    """Texts as a search sees them, a line each; the first is the name."""
    return "\n".join(map(fold_for_matching, texts))


def matching(
    entries: Sequence[Entry], search: str | None, level: str | None = None
) -> Sequence[Entry]:
    """The entries of a level that have every word of ``search``, the first ten of them.

    Where none has them as they stand, those that come nearest by the name's everyday form.
    """
    words = read_words(search or "")[:MAX_WORDS]
    among = [entry for entry in entries if level in {None, entry.level}]
    if not words:
        return entries if level is None else among
    exact = [entry for entry in among if all(word in entry.text for word in words)]
    return exact or _nearest(among, words)


def _nearest(entries: Sequence[Entry], words: Sequence[str]) -> Sequence[Entry]:
    found = []
    for entry in entries:
        distances = [distance_to(word, entry.text) for word in words]
        if None not in distances:
            found.append((sum(one or 0 for one in distances), entry))
    least = min((distance for distance, _ in found), default=0)
    return [entry for distance, entry in found if distance == least]


def page_of(entries: Sequence[Entry], page: Page) -> Slice[str]:
    """The codes on a page of ``entries``; raises `CursorError`."""
    start, end = 0, len(entries)
    if page.after is not None:
        after = decode_cursor(page.after, BY_ORDER, "after")
        start = bisect_right(entries, after, key=_key)
    if page.before is not None:
        before = decode_cursor(page.before, BY_ORDER, "before")
        end = max(start, bisect_left(entries, before, key=_key))
    if page.is_backwards:
        start = max(start, end - page.size)
    else:
        end = min(end, start + page.size)
    return Slice(
        items=tuple(entry.code for entry in entries[start:end]),
        cursors=tuple(encode_cursor(entry.key) for entry in entries[start:end]),
        has_next=end < len(entries),
        has_previous=start > 0,
        total=len(entries),
    )


def _key(entry: Entry) -> tuple[Value, ...]:
    return entry.key
