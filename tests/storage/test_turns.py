"""A turn is one process's at a time, and nobody waits for one that died."""

from __future__ import annotations

import asyncio

import pytest

from storage import mongo
from storage.turns import COLLECTION, Turn, TurnLost

pytestmark = [pytest.mark.ring("test"), pytest.mark.drivers]

PAST = {"until": {"$toDate": {"$subtract": [{"$toLong": "$$NOW"}, 1000]}}}


@pytest.fixture
def turns(database: mongo.Database) -> tuple[Turn, Turn]:
    """The same turn in two processes."""
    return Turn(database, "work"), Turn(database, "work")


async def time_passes(database: mongo.Database) -> None:
    await database[COLLECTION].update_one({"_id": "work"}, [{"$set": PAST}])


async def test_it_is_one_processes_at_a_time(turns: tuple[Turn, Turn]) -> None:
    one, two = turns
    assert await one.take()
    assert not await two.take()
    await one.give_back()
    assert await two.take()
    assert not await one.take()


async def test_it_is_given_to_one_however_many_ask_at_once(database: mongo.Database) -> None:
    processes = [Turn(database, "work") for _ in range(4)]
    holders: list[Turn] = []

    async def work(turn: Turn) -> None:
        for _ in range(40):
            if await turn.take():
                holders.append(turn)
                assert holders == [turn]
                await turn.renew()
                holders.remove(turn)
                await turn.give_back()

    await asyncio.gather(*(work(turn) for turn in processes))


async def test_it_knows_whether_anybody_had_it_between(turns: tuple[Turn, Turn]) -> None:
    one, two = turns
    for turn, is_next in ((one, True), (one, True), (two, False), (two, True), (one, False)):
        assert await turn.take()
        assert turn.is_next == is_next
        await turn.give_back()


async def test_nobody_waits_for_one_that_died(
    turns: tuple[Turn, Turn], database: mongo.Database
) -> None:
    one, two = turns
    assert await one.take()
    await time_passes(database)
    assert await two.take()
    with pytest.raises(TurnLost):
        await one.renew()
    await one.give_back()
    await two.renew()


async def test_it_is_kept_as_long_as_it_is_renewed(
    turns: tuple[Turn, Turn], database: mongo.Database
) -> None:
    one, two = turns
    assert await one.take()
    await time_passes(database)
    await one.renew()
    assert not await two.take()


async def test_another_work_has_a_turn_of_its_own(
    turns: tuple[Turn, Turn], database: mongo.Database
) -> None:
    assert await turns[0].take()
    assert await Turn(database, "other work").take()
