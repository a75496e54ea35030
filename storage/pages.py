"""Pages of a list by key, not by number: a page is found by the last thing seen, however far.

A sort is a tuple of `SortKey`; its last key must be unique and never missing. A cursor is the
sort values of one item, base64url of a JSON list: opaque to clients, checked when it comes back.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, TypeAlias, TypeVar

import orjson

from domain.refusals import InvalidInput
from storage.mongo import Document

T = TypeVar("T")
U = TypeVar("U")
Value: TypeAlias = str | int | datetime | None

MAX_PAGE = 100
MOST_COUNTED = 10_000
"""A list that is longer is told as this long: a count must not cost what exists."""
MAX_CURSOR = 1000
INT64 = range(-(2**63), 2**63)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)


class CursorError(InvalidInput):
    """A cursor that this list did not give out; names ``after`` or ``before``."""

    def __init__(self, field: str) -> None:
        super().__init__("分页游标无效。", "This is no cursor of this list.", field)


@dataclass(frozen=True, slots=True)
class SortKey:
    """One key of a sort; ``nullable`` where documents may lack the field (MongoDB: lowest)."""

    field: str
    kind: type[str] | type[int] | type[datetime] = str
    descending: bool = False
    nullable: bool = False


Sort: TypeAlias = tuple[SortKey, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """What to show: the first so many after a cursor, or the last so many before one.

    Exactly one of ``first`` and ``last``, 1 to 100; both cursors may bound either. Raises
    `InvalidInput` naming ``first`` or ``last``.
    """

    first: int | None = None
    after: str | None = None
    last: int | None = None
    before: str | None = None

    def __post_init__(self) -> None:
        if (self.first is None) == (self.last is None):
            raise InvalidInput(
                "请指定 first 或 last 之一。", "Ask for either first or last.", "first"
            )
        if not 1 <= self.size <= MAX_PAGE:
            raise InvalidInput(
                f"每页条数须在 1 到 {MAX_PAGE} 之间。",
                f"A page has 1 to {MAX_PAGE} items.",
                "last" if self.is_backwards else "first",
            )

    @property
    def is_backwards(self) -> bool:
        return self.first is None

    @property
    def size(self) -> int:
        return (self.last if self.first is None else self.first) or 0


@dataclass(frozen=True, slots=True)
class Slice(Generic[T]):
    """A page that was found: its items in the list's order, a cursor for each of them.

    ``total`` is the length of the whole list up to ``MOST_COUNTED``, None where not asked for.
    """

    items: tuple[T, ...]
    cursors: tuple[str, ...]
    has_next: bool
    has_previous: bool
    total: int | None

    def holding(self, items: Iterable[U]) -> Slice[U]:
        """The same page with other items, one for each."""
        return Slice(tuple(items), self.cursors, self.has_next, self.has_previous, self.total)


def encode_cursor(values: Sequence[Value]) -> str:
    """The cursor of an item with these sort values; times lose what is below a millisecond."""
    plain = [
        {"t": (value - EPOCH) // MILLISECOND} if isinstance(value, datetime) else value
        for value in values
    ]
    return base64.urlsafe_b64encode(orjson.dumps(plain)).decode().rstrip("=")


def decode_cursor(cursor: str, sort: Sort, field: str) -> tuple[Value, ...]:
    """The sort values in ``cursor``; raises `CursorError` for what ``sort`` cannot have given."""
    try:
        if len(cursor) > MAX_CURSOR:
            raise CursorError(field)
        padded = cursor + "=" * (-len(cursor) % 4)
        plain = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        if not isinstance(plain, list):
            raise CursorError(field)
        return tuple(_value(one, key) for one, key in zip(plain, sort, strict=True))
    except (ValueError, TypeError, OverflowError, RecursionError, binascii.Error):
        raise CursorError(field) from None


def _value(plain: object, key: SortKey) -> Value:
    """A decoded sort value; raises for another type than the key's."""
    match plain:
        case None if key.nullable:
            return None
        case str() if key.kind is str:
            plain.encode()  # half a surrogate pair cannot be stored, so it was never given out
            return plain
        case {"t": int(milliseconds)} if key.kind is datetime:
            return EPOCH + MILLISECOND * milliseconds
        case int() if key.kind is int and not isinstance(plain, bool) and plain in INT64:
            return plain
    raise TypeError(key.field)


def sort_order(sort: Sort, *, backwards: bool = False) -> list[tuple[str, int]]:
    """The sort in MongoDB's form, turned round for a page that is read from its end."""
    return [(key.field, -1 if key.descending != backwards else 1) for key in sort]


def beyond(sort: Sort, values: Sequence[Value], *, backwards: bool = False) -> Document:
    """A filter for what comes after an item with these sort values, or before it.

    The keyset form: beyond in the first key, or equal there and beyond in the second, and so
    on. A bound on the first key stands beside the alternatives, for the index.
    """
    alternatives: list[Document] = []
    equal: Document = {}
    for key, value in zip(sort, values, strict=True):
        alternatives += [equal | step for step in _steps(key, value, backwards=backwards)]
        equal = equal | {key.field: value}
    if len(sort) == 1 and len(alternatives) == 1:
        return alternatives[0]
    if sort[0].nullable or values[0] is None:
        return {"$or": alternatives}
    below = sort[0].descending != backwards
    return {sort[0].field: bound(values[0], below=below), "$or": alternatives}


def bound(value: Value, *, below: bool) -> Document:
    """A filter for ``value`` and what lies below it, or above.

    A time is bounded by the millisecond after it: of several cases due at one moment, an index
    of several fields on ``secantusd-rs`` loses all under ``$lte``.
    """
    if not below:
        return {"$gte": value}
    return {"$lt": value + MILLISECOND} if isinstance(value, datetime) else {"$lte": value}


def _steps(key: SortKey, value: Value, *, backwards: bool) -> list[Document]:
    """What lies beyond ``value`` in one key; a missing value sorts below every other."""
    if key.descending != backwards:
        if value is None:
            return []
        below: list[Document] = [{key.field: {"$lt": value}}]
        return [*below, {key.field: None}] if key.nullable else below
    return [{key.field: {"$ne": None} if value is None else {"$gt": value}}]


def sort_values(document: Document, sort: Sort) -> tuple[Value, ...]:
    """A document's values of the sort fields; dots lead into embedded documents."""
    return tuple(_at(document, key.field) for key in sort)


def _at(document: Document, field: str) -> Value:
    value: Any = document
    for name in field.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value  # type: ignore[no-any-return]  # the sort keys say what it is
