"""A list is walked page by page, in both directions, while new letters come in."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from domain.words import Role
from tests.api.actions import HILL, TO_CONCLUSION, TO_TRANSFER, mailbox_id
from tests.api.clients import Client, Town

pytestmark = pytest.mark.ring("test")

QUEUE = """
query Queue($filter: CaseFilter, $orderBy: CaseOrder, $first: Int, $after: String, $last: Int,
            $before: String) {
  cases(filter: $filter, orderBy: $orderBy, first: $first, after: $after, last: $last,
        before: $before) {
    totalCount
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    edges { cursor node { number submittedAt deadline { dueAt warnAt state } } }
  }
}"""

ORDERS = ("DUE_FIRST", "NEWEST_FIRST", "OLDEST_FIRST")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def nine(town: Town) -> AsyncIterator[None]:
    """Nine letters, three of them without a deadline, three with the same."""
    for walk in ("", TO_TRANSFER, TO_CONCLUSION):
        for _ in range(3):
            await town.walked(walk)
    yield


async def _listed(town: Town, **variables: Any) -> Any:
    return (await town.person(Role.REVIEWER).ask(QUEUE, **variables))["cases"]


@pytest.mark.parametrize("size", [1, 4, 9])
@pytest.mark.parametrize("order", ORDERS)
async def test_pages_lose_nothing_and_repeat_nothing_in_either_direction(
    town: Town, nine: None, order: str, size: int
) -> None:
    whole = (await _listed(town, orderBy=order, first=100))["edges"]
    assert len(whole) >= 9
    reader = town.person(Role.REVIEWER)
    assert await _forwards(reader, order, size) == whole
    assert await _backwards(reader, order, size) == whole


async def _forwards(reader: Client, order: str, size: int) -> list[Any]:
    edges: list[Any] = []
    after: str | None = None
    while len(edges) < 100:
        page = (await reader.ask(QUEUE, orderBy=order, first=size, after=after))["cases"]
        assert page["pageInfo"]["hasPreviousPage"] is bool(edges)
        assert len(page["edges"]) <= size
        edges += page["edges"]
        if not page["pageInfo"]["hasNextPage"]:
            break
        after = page["pageInfo"]["endCursor"]
    return edges


async def _backwards(reader: Client, order: str, size: int) -> list[Any]:
    edges: list[Any] = []
    before: str | None = None
    while len(edges) < 100:
        page = (await reader.ask(QUEUE, orderBy=order, last=size, before=before))["cases"]
        assert page["pageInfo"]["hasNextPage"] is bool(edges)
        edges = page["edges"] + edges
        if not page["pageInfo"]["hasPreviousPage"]:
            break
        before = page["pageInfo"]["startCursor"]
    return edges


async def test_a_letter_that_comes_between_two_pages_shifts_nothing(town: Town) -> None:
    mailbox = mailbox_id(f"{HILL}/HEAD")
    narrowed = {"mailboxId": mailbox}
    for _ in range(4):
        await town.letter(mailboxId=mailbox)
    whole = (await _listed(town, filter=narrowed, orderBy="NEWEST_FIRST", first=10))["edges"]
    page = await _listed(town, filter=narrowed, orderBy="NEWEST_FIRST", first=2)
    await town.letter(mailboxId=mailbox)
    after = page["pageInfo"]["endCursor"]
    rest = await _listed(town, filter=narrowed, orderBy="NEWEST_FIRST", first=10, after=after)
    assert page["edges"] + rest["edges"] == whole


#    asked                                               field
NO_PAGES: tuple[tuple[dict[str, Any], str], ...] = (
    ({}, "first"),
    ({"first": 5, "last": 5}, "first"),
    ({"first": 0}, "first"),
    ({"first": -1}, "first"),
    ({"first": 101}, "first"),
    ({"first": 2**31 - 1}, "first"),
    ({"last": 0}, "last"),
    ({"last": 101}, "last"),
    ({"first": 5, "after": ""}, "after"),
    ({"first": 5, "after": "garbage"}, "after"),
    ({"first": 5, "after": "W10"}, "after"),  # []
    ({"first": 5, "after": "WzFd"}, "after"),  # [1]
    ({"first": 5, "after": "eyIkZ3QiOjF9"}, "after"),  # {"$gt":1}
    ({"first": 5, "after": "W3siJGd0IjoxfSwieCJd"}, "after"),  # [{"$gt":1},"x"]
    ({"first": 5, "after": "x" * 100_000}, "after"),
    ({"last": 5, "before": "游标"}, "before"),
)
LISTS = {
    "cases": "query({v}) {{ cases({a}) {{ edges {{ cursor }} }} }}",
    "units": "query({v}) {{ units({a}) {{ edges {{ cursor }} }} }}",
    "mailboxes": "query({v}) {{ mailboxes({a}) {{ edges {{ cursor }} }} }}",
    "viewer": "query({v}) {{ viewer {{ cases({a}) {{ edges {{ cursor }} }} }} }}",
}
_DECLARED = "$first: Int, $after: String, $last: Int, $before: String"
_PASSED = "first: $first, after: $after, last: $last, before: $before"


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize(("asked", "field"), NO_PAGES, ids=lambda value: str(value)[:40])
async def test_a_page_that_is_none_is_bad_input(
    town: Town, name: str, asked: dict[str, Any], field: str
) -> None:
    document = LISTS[name].format(v=_DECLARED, a=_PASSED)
    answer = await town.person(Role.REVIEWER).send(document, **asked)
    (error,) = answer.errors
    assert (answer.status, error["path"][-1]) == (200, "cases" if name == "viewer" else name)
    assert (error["extensions"]["code"], error["extensions"]["field"]) == ("BAD_USER_INPUT", field)


async def test_a_cursor_of_another_list_or_order_is_none_of_this_one(
    town: Town, nine: None
) -> None:
    reader = town.person(Role.REVIEWER)
    units = await reader.ask("{ units(first: 1) { pageInfo { endCursor } } }")
    foreign = units["units"]["pageInfo"]["endCursor"]
    answer = await reader.send(QUEUE, first=5, after=foreign)
    assert answer.code == "BAD_USER_INPUT"


@pytest.mark.parametrize("size", [1, 3, 100])
@pytest.mark.parametrize("name", ["units", "mailboxes"])
async def test_the_directory_is_walked_whole(town: Town, name: str, size: int) -> None:
    document = f"""query($n: Int, $c: String) {{ {name}(first: $n, after: $c) {{
        totalCount pageInfo {{ hasNextPage endCursor }} edges {{ node {{ id }} }} }} }}"""
    seen: list[str] = []
    after: str | None = None
    while len(seen) < 100:
        page = (await town.citizen.ask(document, n=size, c=after))[name]
        seen += [edge["node"]["id"] for edge in page["edges"]]
        if not page["pageInfo"]["hasNextPage"]:
            break
        after = page["pageInfo"]["endCursor"]
    assert len(set(seen)) == len(seen) == page["totalCount"]
