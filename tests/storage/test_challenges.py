"""Challenges that were used are remembered until they have run out."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from storage import mongo
from storage.challenges import COLLECTION, INDEXES, ChallengeRepository
from storage.indexes import ensure_indexes

pytestmark = [pytest.mark.ring("test"), pytest.mark.drivers]

UNTIL = datetime(2017, 1, 3, 9, tzinfo=UTC)


async def test_each_is_spent_once_whoever_asks_first(database: mongo.Database) -> None:
    both = [ChallengeRepository(database) for _ in range(2)]
    told = await asyncio.gather(*(one.spend("a", UNTIL) for one in both * 5))
    assert sorted(told) == [False] * 9 + [True]
    assert await both[0].spend("b", UNTIL)


async def test_the_server_is_told_when_to_forget_it(database: mongo.Database) -> None:
    await ensure_indexes(database, INDEXES)
    await ChallengeRepository(database).spend("a", UNTIL)
    assert await database[COLLECTION].find_one() == {"_id": "a", "until": UNTIL}
    described = (await database[COLLECTION].index_information())["forgotten"]
    assert (described["key"], described["expireAfterSeconds"]) == ([("until", 1)], 0)
