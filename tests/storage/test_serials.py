"""Serials are taken in blocks: none twice, whoever asks, and a gap does no harm."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import date

import pytest

from storage import mongo
from storage.personal import PersonalData, PersonalKeys
from storage.submissions import BLOCK, SubmissionRepository

pytestmark = [pytest.mark.ring("test"), pytest.mark.drivers]

DAY, NEXT_DAY = date(2017, 1, 3), date(2017, 1, 4)


@pytest.fixture
async def personal(
    client: mongo.Client, database: mongo.Database, driver: mongo.Driver
) -> AsyncIterator[PersonalData]:
    opened = await PersonalData.open(client, database, PersonalKeys(b"m" * 96), driver)
    yield opened
    await opened.close()


async def test_a_process_counts_on(database: mongo.Database, personal: PersonalData) -> None:
    one = SubmissionRepository(database, personal)
    assert [await one.next_serial(DAY) for _ in range(BLOCK + 2)] == list(range(1, BLOCK + 3))


async def test_two_processes_never_give_the_same(
    database: mongo.Database, personal: PersonalData
) -> None:
    one, two = (SubmissionRepository(database, personal) for _ in range(2))
    given = await asyncio.gather(*(who.next_serial(DAY) for who in (one, two) for _ in range(50)))
    assert len(set(given)) == len(given)


async def test_every_day_begins_anew(database: mongo.Database, personal: PersonalData) -> None:
    one = SubmissionRepository(database, personal)
    assert await one.next_serial(DAY) == 1
    assert await one.next_serial(NEXT_DAY) == 1
    assert await one.next_serial(DAY) == BLOCK + 1
