"""A list is walked page by page, in both directions, and no cursor can be made up."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.refusals import InvalidInput
from storage import mongo
from storage.fetching import fetch_page
from storage.pages import (
    CursorError,
    Page,
    Slice,
    Sort,
    SortKey,
    beyond,
    decode_cursor,
    encode_cursor,
)

pytestmark = [pytest.mark.ring("test"), pytest.mark.drivers]

NOON = datetime(2017, 1, 27, 12, tzinfo=UTC)

# Due first, those without a date before all others; then the newest; then by code.
BY_DUE: Sort = (
    SortKey("clock.due", kind=datetime, nullable=True),
    SortKey("serial", kind=int, descending=True),
    SortKey("_id"),
)
LATEST_DUE: Sort = (
    SortKey("clock.due", kind=datetime, descending=True, nullable=True),
    SortKey("_id"),
)
BY_CODE: Sort = (SortKey("_id"),)


def letter(code: str, due: int | None, serial: int) -> mongo.Document:
    clock = {} if due is None else {"due": NOON + timedelta(milliseconds=due)}
    return {"_id": code, "clock": clock, "serial": serial, "body": "…"}


LETTERS = [
    letter("n1", None, 5),
    letter("n2", None, 5),
    letter("n3", None, 4),
    letter("a1", 0, 9),
    letter("a2", 0, 2),
    letter("a3", 0, 2),
    letter("b1", 1, 7),
    letter("c1", 86_400_000, 1),
]
CODES = [one["_id"] for one in LETTERS]
LATEST = ["c1", "b1", "a1", "a2", "a3", "n1", "n2", "n3"]


@pytest.fixture
async def letters(database: mongo.Database) -> mongo.Collection:
    await database.letters.insert_many(reversed(LETTERS))
    return database.letters


async def codes(letters: mongo.Collection, sort: Sort, page: Page) -> Slice[str]:
    return await fetch_page(letters, {}, sort, page, lambda one: str(one["_id"]))


@pytest.mark.parametrize("size", [1, 2, 3, 8])
@pytest.mark.parametrize(
    ("sort", "all_codes"), [(BY_DUE, CODES), (LATEST_DUE, LATEST), (BY_CODE, sorted(CODES))]
)
async def test_walking_forwards_meets_everything_once_and_in_order(
    letters: mongo.Collection, sort: Sort, all_codes: list[str], size: int
) -> None:
    seen: list[str] = []
    after, more = None, True
    while more:
        found = await codes(letters, sort, Page(first=size, after=after))
        seen += found.items
        after, more = found.cursors[-1], found.has_next
    assert seen == all_codes


@pytest.mark.parametrize("size", [1, 2, 3, 8])
@pytest.mark.parametrize(
    ("sort", "all_codes"), [(BY_DUE, CODES), (LATEST_DUE, LATEST), (BY_CODE, sorted(CODES))]
)
async def test_walking_backwards_meets_the_same(
    letters: mongo.Collection, sort: Sort, all_codes: list[str], size: int
) -> None:
    seen: list[str] = []
    before, more = None, True
    while more:
        found = await codes(letters, sort, Page(last=size, before=before))
        seen = [*found.items, *seen]
        before, more = found.cursors[0], found.has_previous
    assert seen == all_codes


async def test_a_page_knows_what_lies_around_it_and_how_long_the_list_is(
    letters: mongo.Collection,
) -> None:
    first = await codes(letters, BY_DUE, Page(first=3))
    second = await codes(letters, BY_DUE, Page(first=3, after=first.cursors[-1]))
    assert (first.has_previous, first.has_next, first.total) == (False, True, 8)
    assert (second.has_previous, second.has_next, second.total) == (True, True, 8)


async def test_two_cursors_bound_a_page_from_both_sides(letters: mongo.Collection) -> None:
    whole = await codes(letters, BY_DUE, Page(first=8))
    after, before = whole.cursors[1], whole.cursors[5]
    first = await codes(letters, BY_DUE, Page(first=2, after=after, before=before))
    last = await codes(letters, BY_DUE, Page(last=2, after=after, before=before))
    assert (first.items, last.items) == (("n3", "a1"), ("a1", "a2"))


async def test_a_filter_on_a_sort_field_and_a_cursor_hold_together(
    letters: mongo.Collection,
) -> None:
    criteria = {"_id": {"$gt": "a2"}}
    fetch = partial(fetch_page, letters, criteria, BY_CODE, read=lambda one: one["_id"])
    first: Slice[str] = await fetch(page=Page(first=2))
    second: Slice[str] = await fetch(page=Page(first=2, after=first.cursors[-1]))
    assert (first.items, second.items, second.total) == (("a3", "b1"), ("c1", "n1"), 6)


async def test_only_the_fields_that_were_asked_for_are_fetched(letters: mongo.Collection) -> None:
    found: Slice[Any] = await fetch_page(
        letters, {}, BY_DUE, Page(last=1), dict, fields=["serial"], counted=False
    )
    assert found.items[0].keys() == {"_id", "clock", "serial"}
    assert found.total is None


async def test_a_list_may_grow_while_it_is_walked(letters: mongo.Collection) -> None:
    first = await codes(letters, BY_DUE, Page(first=4))
    await letters.insert_one(letter("n0", None, 9))
    second = await codes(letters, BY_DUE, Page(first=4, after=first.cursors[-1]))
    assert (*first.items, *second.items) == tuple(CODES)


def test_a_bound_on_the_first_key_stands_beside_the_alternatives() -> None:
    sort: Sort = (SortKey("serial", kind=int, descending=True), SortKey("_id"))
    assert beyond(sort, [7, "a"]) == {
        "serial": {"$lte": 7},
        "$or": [{"serial": {"$lt": 7}}, {"serial": 7, "_id": {"$gt": "a"}}],
    }
    assert beyond(sort, [7, "a"], backwards=True)["serial"] == {"$gte": 7}


def test_a_single_key_needs_no_alternatives() -> None:
    assert beyond(BY_CODE, ["a"]) == {"_id": {"$gt": "a"}}


@given(
    st.tuples(
        st.none() | st.datetimes(timezones=st.just(UTC)),
        st.integers(-(2**63), 2**63 - 1),
        st.text(st.characters(codec="utf-8"), max_size=40),
    )
)
def test_a_cursor_comes_back_as_it_went_to_the_millisecond(
    values: tuple[datetime | None, int, str],
) -> None:
    due, *others = values
    if due is not None:
        due = due.replace(microsecond=due.microsecond // 1000 * 1000)
    assert decode_cursor(encode_cursor(values), BY_DUE, "after") == (due, *others)


@given(st.text(max_size=60))
def test_whatever_is_no_cursor_is_refused(text: str) -> None:
    with pytest.raises(CursorError):
        decode_cursor(text, BY_DUE, "after")


def forged(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "!",
        "\ud800",
        "A" * 1001,
        forged("7"),
        forged("[]"),
        forged('[null,1,"a","b"]'),  # too many
        forged('[null,"1","a"]'),  # the wrong types
        forged('[null,true,"a"]'),
        forged('[null,1.5,"a"]'),
        forged('[null,null,"a"]'),
        forged('[{"$gt":0},1,"a"]'),  # a query operator
        forged('[null,1,{"$ne":null}]'),
        forged('[{"t":1e400},1,"a"]'),
        forged('[{"t":99999999999999999},1,"a"]'),  # beyond the calendar
        forged(f'[null,{2**63},"a"]'),  # beyond 64 bits
        forged(r'[null,1,"\ud800"]'),  # half a character
        forged("[" * 700),
    ],
)
def test_a_forged_cursor_is_refused_by_the_argument_it_came_in(cursor: str) -> None:
    with pytest.raises(CursorError) as caught:
        decode_cursor(cursor, BY_DUE, "before")
    assert caught.value.field == "before"


def test_a_value_may_be_missing_only_where_the_sort_says_so() -> None:
    with pytest.raises(CursorError):
        decode_cursor(encode_cursor([None]), BY_CODE, "after")


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        ({}, "first"),
        ({"first": 1, "last": 1}, "first"),
        ({"first": 0}, "first"),
        ({"first": 101}, "first"),
        ({"first": -1}, "first"),
        ({"last": 0}, "last"),
        ({"last": 101}, "last"),
    ],
)
def test_a_page_has_1_to_100_items_from_one_end(arguments: dict[str, int], field: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        Page(**arguments)  # type: ignore[arg-type]
    assert caught.value.field == field


def test_a_slice_may_hold_other_items_on_the_same_page() -> None:
    page: Sequence[str] = ("a", "b")
    found = Slice(tuple(page), ("1", "2"), has_next=True, has_previous=False, total=9)
    assert found.holding(map(len, page)) == Slice((1, 1), ("1", "2"), True, False, 9)


@pytest.mark.parametrize("size", [1, 2, 3])
@pytest.mark.parametrize("shown", ["a1", "a3 b1", "n2 c1", "n1 a1 a2 a3 b1 c1", ""])
@pytest.mark.parametrize("backwards", [False, True])
async def test_a_page_is_filled_with_what_lies_behind_documents_that_are_not_shown(
    letters: mongo.Collection, shown: str, size: int, backwards: bool
) -> None:
    async def choose(documents: list[mongo.Document]) -> list[mongo.Document]:
        return [one for one in documents if one["_id"] in shown.split()]

    seen: list[str] = []
    page, more = Page(last=size) if backwards else Page(first=size), True
    while more:
        found: Slice[str] = await fetch_page(
            letters, {}, BY_DUE, page, lambda one: str(one["_id"]), choose=choose
        )
        more = found.has_previous if backwards else found.has_next
        assert len(found.items) == size or not more
        if backwards:
            seen = [*found.items, *seen]
            page = Page(last=size, before=found.cursors[0] if more else None)
        else:
            seen += found.items
            page = Page(first=size, after=found.cursors[-1] if more else None)
    assert seen == shown.split()
