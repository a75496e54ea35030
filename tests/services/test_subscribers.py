"""Who follows what, with a stream of changes and a case that are made up here."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import suppress
from dataclasses import dataclass, field

import pytest

from domain.refusals import TooManyAttempts
from services.subscribers import Subscribers
from storage.changes import EVERYTHING
from storage.mongo import DatabaseFailure

pytestmark = pytest.mark.ring("test")

KEY, OTHER = b"key", b"other"


@dataclass
class World:
    """Cases by key, and the changes that are told of them."""

    cases: dict[bytes, int | None] = field(default_factory=lambda: {KEY: 1, OTHER: 1})
    failures: list[Exception] = field(default_factory=list)
    read: list[bytes] = field(default_factory=list)
    told: asyncio.Queue[str | Exception | None] = field(default_factory=asyncio.Queue)
    opened: int = 0
    open: int = 0

    async def changes(self) -> AsyncGenerator[str | None, None]:
        self.opened += 1
        self.open += 1
        try:
            yield EVERYTHING
            while True:
                change = await self.told.get()
                if isinstance(change, Exception):
                    raise change
                yield change
        finally:
            self.open -= 1

    async def reading(self, key: bytes) -> int | None:
        self.read.append(key)
        await asyncio.sleep(0)
        if self.failures:
            raise self.failures.pop(0)
        return self.cases[key]

    def subscribers(self, most: int = 10) -> Subscribers[int]:
        return Subscribers(self.changes, self.reading, most)


async def settled() -> None:
    """Everything that can run without waiting has run."""
    for _ in range(20):
        await asyncio.sleep(0)


async def test_a_change_between_the_reading_and_the_stream_is_told() -> None:
    world = World(cases={KEY: 2})
    with world.subscribers().following("a", KEY, seen=1) as subscriber:
        assert await anext(subscriber.news()) == 2


async def test_what_is_known_is_not_told_again() -> None:
    world = World()
    with world.subscribers().following("a", KEY, seen=1) as subscriber:
        news = subscriber.news()
        await settled()
        world.told.put_nowait("a")
        await settled()
        assert world.read == [KEY, KEY]
        world.cases[KEY] = 2
        world.told.put_nowait("a")
        assert await anext(news) == 2


async def test_only_the_newest_waits_for_a_slow_reader() -> None:
    world = World()
    with world.subscribers().following("a", KEY, seen=1) as subscriber:
        news = subscriber.news()
        for version in range(2, 50):
            world.cases[KEY] = version
            world.told.put_nowait("a")
            await settled()
        assert await anext(news) == 49
        world.cases[KEY] = 50
        world.told.put_nowait("a")
        assert await anext(news) == 50


async def test_a_change_taken_back_before_it_was_told_is_none() -> None:
    world = World()
    with world.subscribers().following("a", KEY, seen=1) as subscriber:
        news = subscriber.news()
        for version in (2, 1, 1):
            world.cases[KEY] = version
            world.told.put_nowait("a")
            await settled()
        world.cases[KEY] = 3
        world.told.put_nowait("a")
        assert await anext(news) == 3


async def test_after_a_lost_resume_point_every_followed_case_is_read_again() -> None:
    world = World()
    subscribers = world.subscribers()
    with (
        subscribers.following("a", KEY, seen=1) as one,
        subscribers.following("b", OTHER, seen=1) as other,
    ):
        await settled()
        world.cases = {KEY: 2, OTHER: 3}
        world.told.put_nowait(EVERYTHING)
        assert await anext(one.news()) == 2
        assert await anext(other.news()) == 3
    assert world.opened == subscribers.figures.streams == 1


async def test_many_who_share_a_key_share_its_readings() -> None:
    world = World()
    subscribers = world.subscribers(most=100)
    with subscribers.following("a", KEY, seen=1) as first:
        await settled()
        before = len(world.read)
        others = [subscribers.following("a", KEY, seen=1) for _ in range(99)]
        everybody = [first, *(other.__enter__() for other in others)]
        await settled()
        assert len(world.read) == before
        world.cases[KEY] = 2
        world.told.put_nowait("a")
        assert [await anext(one.news()) for one in everybody] == [2] * 100
        assert len(world.read) == before + 1
        for other in others:
            other.__exit__(None, None, None)


async def test_a_late_comer_who_knows_more_makes_the_others_look() -> None:
    world = World()
    subscribers = world.subscribers()
    with subscribers.following("a", KEY, seen=1) as early:
        await settled()
        world.cases[KEY] = 2
        with subscribers.following("a", KEY, seen=2):
            assert await anext(early.news()) == 2


async def test_a_reading_that_fails_for_want_of_the_database_is_made_up_for() -> None:
    world = World(cases={KEY: 2}, failures=[DatabaseFailure("away"), DatabaseFailure("away")])
    with world.subscribers().following("a", KEY, seen=1) as subscriber:
        assert await anext(subscriber.news()) == 2
    assert len(world.read) == 3


@pytest.mark.parametrize("place", ["reading", "stream"])
async def test_what_nobody_foresaw_ends_the_readers_and_not_the_rest(place: str) -> None:
    world = World(failures=[KeyError("stage")] if place == "reading" else [])
    subscribers = world.subscribers()
    with subscribers.following("a", KEY, seen=1) as subscriber:
        if place == "stream":
            await settled()
            world.told.put_nowait(KeyError("stage"))
        with pytest.raises(KeyError):
            await anext(subscriber.news())
    world.cases[KEY] = 2
    with subscribers.following("a", KEY, seen=1) as again:
        assert await anext(again.news()) == 2


async def test_a_case_that_no_longer_opens_ends_quietly() -> None:
    world = World(cases={KEY: None})
    with world.subscribers().following("a", KEY, seen=1) as subscriber:
        assert [one async for one in subscriber.news()] == []


async def test_what_lies_there_is_told_before_the_end() -> None:
    world = World()
    subscribers = world.subscribers()
    with subscribers.following("a", KEY, seen=1) as subscriber:
        world.cases[KEY] = 2
        world.told.put_nowait("a")
        await settled()
        await subscribers.close()
        assert [one async for one in subscriber.news()] == [2]


async def test_the_stream_ends_with_the_last_reader() -> None:
    world = World()
    subscribers = world.subscribers()
    for opened in (1, 2):
        with (
            subscribers.following("a", KEY, seen=1),
            subscribers.following("b", OTHER, seen=1),
        ):
            await settled()
            assert (world.opened, world.open) == (opened, 1)
        await settled()
        assert world.open == 0
    assert subscribers.figures.open == 0


async def test_there_is_room_for_so_many() -> None:
    subscribers = World().subscribers(most=1)
    with subscribers.following("a", KEY, seen=1):
        with pytest.raises(TooManyAttempts), subscribers.following("a", KEY, seen=1):
            pass
        assert (subscribers.figures.open, subscribers.figures.refused) == (1, 1)
    with subscribers.following("a", KEY, seen=1):
        assert subscribers.figures.open == 1


async def test_closing_ends_everybody_and_lets_nobody_in() -> None:
    world = World()
    subscribers = world.subscribers()
    with suppress(TooManyAttempts), subscribers.following("a", KEY, seen=1) as subscriber:
        await settled()
        await subscribers.close()
        assert world.open == 0
        assert [one async for one in subscriber.news()] == []
        subscribers.check_room()
        pytest.fail("there was room")
