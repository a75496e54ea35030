"""What all together may use in a day is counted once, and no more is given out."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from services.office import Office
from services.quotas import DailyQuota

pytestmark = pytest.mark.ring("test")
NOON = datetime(2017, 1, 3, 4, tzinfo=UTC)
"""In the city."""


async def test_of_many_who_take_at_once_no_more_get_some_than_there_is(office: Office) -> None:
    quota = DailyQuota(office.outside.quotas, "things", 25)
    taken = await asyncio.gather(*(quota.take(NOON, 2) for _ in range(30)))
    assert sum(taken) == 12
    assert await quota.take(NOON, 1)
    assert not await quota.take(NOON, 1)


async def test_it_is_the_citys_day_and_a_name_of_its_own(office: Office) -> None:
    quota = DailyQuota(office.outside.quotas, "things", 1)
    assert await quota.take(NOON)
    assert not await quota.take(NOON + timedelta(hours=11))
    assert await quota.take(NOON + timedelta(hours=12, seconds=1))
    assert await DailyQuota(office.outside.quotas, "others", 1).take(NOON)
    assert quota.seconds_left(NOON) in range(12 * 3600 - 5, 12 * 3600 + 1)


async def test_what_was_not_used_is_given_back_and_too_much_is_never_given(office: Office) -> None:
    quota = DailyQuota(office.outside.quotas, "things", 3)
    assert not await quota.take(NOON, 4)
    assert await quota.take(NOON, 3)
    await quota.give_back(NOON, 2)
    assert not await quota.take(NOON, 3)
    assert await quota.take(NOON, 2)
