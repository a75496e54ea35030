"""What was worked out a moment ago is told again, for as long as it was worth the while."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from services.figures.recent import LONGEST, Recent

pytestmark = pytest.mark.ring("test")

NOW = datetime(2017, 3, 6, 1, tzinfo=UTC)


@dataclass
class Worker:
    """Takes so many seconds on a stopwatch of its own, and counts."""

    takes: float
    seconds: float = 0
    times: int = 0
    recent: Recent = field(init=False)

    def __post_init__(self) -> None:
        self.recent = Recent(most=2, stopwatch=lambda: self.seconds)

    async def work(self) -> int:
        await asyncio.sleep(0)
        self.seconds += self.takes
        self.times += 1
        return self.times

    async def asked(self, key: str = "one", later: float = 0) -> int:
        return await self.recent.told(key, NOW + timedelta(seconds=later), self.work, times=5)


async def test_what_is_slow_is_told_again_for_some_times_as_long_as_it_took() -> None:
    worker = Worker(takes=2)
    assert [await worker.asked() for _ in range(3)] == [1, 1, 1]
    worker.seconds += 9.7
    assert await worker.asked() == 1
    worker.seconds += 0.1
    assert await worker.asked() == 2


async def test_what_is_quick_is_always_new() -> None:
    worker = Worker(takes=0.05)
    assert [await worker.asked() for _ in range(3)] == [1, 2, 3]


async def test_nothing_is_kept_longer_than_ten_minutes() -> None:
    worker = Worker(takes=10_000)
    await worker.asked()
    worker.seconds += LONGEST
    assert await worker.asked() == 2


async def test_those_who_ask_at_once_share_one_answer() -> None:
    worker = Worker(takes=0.05)
    assert await asyncio.gather(*(worker.asked() for _ in range(5))) == [1] * 5


@pytest.mark.parametrize("later", [-1, 11])
async def test_who_asks_as_of_another_time_is_told_of_that(later: float) -> None:
    worker = Worker(takes=2)
    assert await worker.asked() == 1
    assert await worker.asked(later=later) == 2


async def test_different_questions_have_different_answers_and_few_are_kept() -> None:
    worker = Worker(takes=2)
    assert [await worker.asked(key) for key in ("one", "two", "one", "three")] == [1, 2, 1, 3]
    assert [await worker.asked(key) for key in ("one", "two")] == [1, 4]


async def test_what_went_wrong_is_raised_to_all_and_not_kept() -> None:
    recent = Recent()

    async def fails() -> int:
        await asyncio.sleep(0)
        raise LookupError("out of reach")

    async def ask() -> int:
        return await recent.told("one", NOW, fails, times=5)

    answers = await asyncio.gather(ask(), ask(), return_exceptions=True)
    assert [type(one) for one in answers] == [LookupError, LookupError]
    worker = Worker(takes=2)
    assert await recent.told("one", NOW, worker.work, times=5) == 1


async def test_who_gives_up_does_not_take_the_answer_from_the_others() -> None:
    worker = Worker(takes=2)
    first, second = (asyncio.create_task(worker.asked()) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    assert await second == 1
    assert first.cancelled()
