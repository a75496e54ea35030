"""Failures are counted, each of them once, also of many who fail at the same moment."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from storage import mongo
from storage.attempts import COLLECTION, AttemptRepository

pytestmark = [pytest.mark.ring("test"), pytest.mark.drivers]

NOW = datetime(2017, 1, 3, 9, tzinfo=UTC)
WINDOW = timedelta(minutes=15)
LIMIT = 1_000
MANY = 20


async def test_whoever_begins_a_window_at_once_is_told_what_was_counted(
    database: mongo.Database,
) -> None:
    """Not the limit, which would shut out everybody who comes after them."""
    attempts = AttemptRepository(database)
    for key in "abcdef":
        told = await asyncio.gather(
            *(attempts.failed(key, LIMIT, NOW, WINDOW) for _ in range(MANY))
        )
        assert max(count for count, _ in told) == MANY
        assert {until for _, until in told} == {NOW + WINDOW}
        kept = await database[COLLECTION].find_one({"_id": key})
        assert kept is not None
        assert kept["count"] == MANY


async def test_one_after_the_other_they_are_told_one_more_each(database: mongo.Database) -> None:
    attempts = AttemptRepository(database)
    told = [await attempts.failed("key", 3, NOW, WINDOW) for _ in range(3)]
    assert [count for count, _ in told] == [1, 2, 3]
    assert await attempts.full(NOW) == {"key": NOW + WINDOW}


async def test_a_new_window_begins_where_the_last_one_ended(database: mongo.Database) -> None:
    attempts = AttemptRepository(database)
    await attempts.failed("key", 1, NOW, WINDOW)
    later = NOW + WINDOW
    assert await attempts.full(later) == {}
    assert await attempts.failed("key", LIMIT, later, WINDOW) == (1, later + WINDOW)
    assert await attempts.full(later) == {}
