"""What a request was answered with is kept for a day, encrypted, and the first answer stays."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from services.office import Office
from storage import mongo
from storage.answers import KEPT, KeptAnswer
from tests.services.offices import documents

pytestmark = [pytest.mark.ring("test"), pytest.mark.drivers]

NOW = datetime(2017, 3, 6, 1, tzinfo=UTC)
FIRST = KeptAnswer("key", "print", '{"secret": "lzp_abc"}')
SECOND = KeptAnswer("key", "other", '{"secret": "lzp_xyz"}')


async def test_the_first_answer_stays_for_a_day_and_not_longer(office: Office) -> None:
    answers = office.outside.answers
    assert await answers.keep(FIRST, NOW) == FIRST
    assert await answers.keep(SECOND, NOW + KEPT - timedelta(milliseconds=1)) == FIRST
    assert await answers.keep(SECOND, NOW + KEPT) == SECOND
    assert await answers.keep(FIRST, NOW + KEPT) == SECOND


async def test_of_many_at_once_all_get_the_same(office: Office) -> None:
    wanted = [KeptAnswer("key", "print", str(number)) for number in range(10)]
    kept = await asyncio.gather(*(office.outside.answers.keep(one, NOW) for one in wanted))
    assert len({one.text for one in kept}) == 1


async def test_it_lies_there_encrypted(office: Office, database: mongo.Database) -> None:
    await office.outside.answers.keep(FIRST, NOW)
    assert "lzp_abc" not in str(await documents(database, "answers"))
