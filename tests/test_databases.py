"""What is lent to tests: prepared, of what was written before nothing, and never spoilt."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable

import pytest

from storage import mongo
from tests.databases import Shelf

pytestmark = pytest.mark.ring("test")


async def prepare(database: mongo.Database) -> None:
    await database["units"].insert_one({"_id": "5101"})


async def borrow(
    shelf: Shelf,
    client: mongo.Client,
    use: Callable[[mongo.Database], Awaitable[object]],
) -> str:
    async with shelf.lend(client, "here", "lent", prepare) as database:
        assert [unit["_id"] async for unit in database["units"].find()] == ["5101"]
        assert await database["cases"].count_documents({}) == 0
        await use(database)
    return database.name


async def write(database: mongo.Database) -> None:
    await database["cases"].insert_one({})


async def write_unseen(database: mongo.Database) -> None:
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", "sum(range(10**6))")
    assert await process.wait() == 0


SPOIL: dict[str, Callable[[mongo.Database], Awaitable[object]]] = {
    "what was prepared": lambda database: database["units"].delete_many({}),
    "an index": lambda database: database["cases"].create_index("title"),
    "a collection": lambda database: database["cases"].drop(),
    "a process": write_unseen,
}


async def test_a_database_is_lent_again_without_what_was_written(client: mongo.Client) -> None:
    shelf = Shelf()
    names = [await borrow(shelf, client, write) for _ in range(3)]
    assert len(set(names)) == 1


async def test_two_at_once_have_each_their_own(client: mongo.Client) -> None:
    shelf = Shelf()

    async def lend_another(database: mongo.Database) -> None:
        assert await borrow(shelf, client, write) != database.name

    await borrow(shelf, client, lend_another)


@pytest.mark.parametrize("spoil", SPOIL)
async def test_a_database_that_was_changed_is_not_lent_again(
    client: mongo.Client, spoil: str
) -> None:
    shelf = Shelf()
    spoilt = await borrow(shelf, client, SPOIL[spoil])
    assert await borrow(shelf, client, write) != spoilt
