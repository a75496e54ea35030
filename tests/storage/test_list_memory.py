"""A list that was looked at before is read as far as it reached, and answers the same."""

from __future__ import annotations

from typing import Any

import pytest

from storage import mongo
from storage.fetching import fetch_page
from storage.list_memory import ListMemory
from storage.mongo import Document
from storage.pages import Page, Slice, Sort, SortKey

pytestmark = [pytest.mark.ring("test"), pytest.mark.drivers]

SORT: Sort = (SortKey("due", int), SortKey("_id"))


FIRST = Page(first=3)


async def first_page(
    database: mongo.Database, memory: ListMemory, page: Page = FIRST
) -> Slice[Any]:
    return await fetch_page(database.cases, {"open": True}, SORT, page, _id, memory=memory)


def _id(document: Document) -> str:
    return str(document["_id"])


async def fill(database: mongo.Database, *dues: int) -> None:
    await database.cases.insert_many([{"_id": f"c{due}", "due": due, "open": True} for due in dues])


async def test_the_same_page_is_the_same(database: mongo.Database) -> None:
    await fill(database, *range(10))
    memory = ListMemory()
    for _ in range(3):
        page = await first_page(database, memory)
        assert (page.items, page.has_next, page.total) == (("c0", "c1", "c2"), True, 10)


async def test_what_came_in_between_is_seen(database: mongo.Database) -> None:
    await fill(database, *range(0, 20, 2))
    memory = ListMemory()
    await first_page(database, memory)
    await fill(database, 1, 19)
    assert (await first_page(database, memory)).items == ("c0", "c1", "c2")


async def test_what_left_the_list_is_made_up_for_from_beyond(database: mongo.Database) -> None:
    await fill(database, *range(10))
    memory = ListMemory()
    await first_page(database, memory)
    await database.cases.update_many({"due": {"$lt": 3}}, {"$set": {"open": False}})
    assert (await first_page(database, memory)).items == ("c3", "c4", "c5")
    assert (await first_page(database, memory)).items == ("c3", "c4", "c5")


async def test_the_end_of_a_list_is_remembered_apart_from_its_beginning(
    database: mongo.Database,
) -> None:
    await fill(database, *range(10))
    memory = ListMemory()
    for _ in range(2):
        assert (await first_page(database, memory, Page(last=3))).items == ("c7", "c8", "c9")
        assert (await first_page(database, memory)).items == ("c0", "c1", "c2")


async def test_a_count_is_kept_until_this_process_writes(database: mongo.Database) -> None:
    await fill(database, *range(5))
    memory = ListMemory()
    await first_page(database, memory)
    await fill(database, 7)
    assert (await first_page(database, memory)).total == 5
    memory.changed()
    assert (await first_page(database, memory)).total == 6


async def test_a_count_that_failed_is_not_kept() -> None:
    async def broken() -> int:
        raise OSError

    async def whole() -> int:
        return 7

    memory = ListMemory()
    for _ in range(2):
        try:
            await memory.counted("list", broken)
        except OSError:
            continue
        raise AssertionError("it should have failed")
    assert await memory.counted("list", whole) == 7
