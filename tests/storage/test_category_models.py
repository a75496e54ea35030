"""Models as they are stored: the newest whole one counts, and only a few are kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.agreement import Compared
from storage import mongo
from storage.category_models import (
    COLLECTION,
    LOOK_AGAIN,
    MOST_MODELS,
    CategoryModelRepository,
    TrainedModel,
)
from tests.domain.test_suggesting import LETTERS, learned
from tests.services.offices import MONDAY, documents

pytestmark = [pytest.mark.ring("test"), pytest.mark.drivers]

DAY = timedelta(days=1)
NOW = MONDAY.astimezone() + 100 * DAY


def trained(day: int = 0) -> TrainedModel:
    as_of = MONDAY + day * DAY
    compared = (Compared(as_of - DAY, as_of, 3, 4),)
    return TrainedModel(as_of, 4, 4, 0.75, 0.8, compared, learned(*LETTERS))


async def save(database: mongo.Database, *models: TrainedModel) -> None:
    repository = CategoryModelRepository(database)
    for one in models:
        async with mongo.transaction(database.client) as session:
            await repository.save(one, session)


async def test_what_comes_back_is_what_was_stored(database: mongo.Database) -> None:
    await save(database, trained())
    found = await CategoryModelRepository(database).newest(NOW)
    assert found == trained()


async def test_there_is_none_before_the_first(database: mongo.Database) -> None:
    repository = CategoryModelRepository(database)
    assert await repository.newest(NOW) is None
    assert await repository.before(NOW) is None
    assert not await repository.exists(MONDAY)


async def test_the_newest_is_used_whenever_it_was_written(database: mongo.Database) -> None:
    await save(database, trained(1), trained(0))
    repository = CategoryModelRepository(database)
    newest, before = await repository.newest(NOW), await repository.before(trained(1).as_of)
    assert newest
    assert before
    assert (newest.as_of, before.as_of) == (trained(1).as_of, trained(0).as_of)


async def test_one_that_is_not_whole_is_never_used(database: mongo.Database) -> None:
    await save(database, trained(0), trained(1))
    collection = database[COLLECTION]
    newest = {"_id": trained(1).as_of}
    document = await collection.find_one(newest)
    assert document
    await collection.update_one(newest, {"$set": {"weights": document["weights"][:-4]}})
    found = await CategoryModelRepository(database).newest(NOW)
    assert found
    assert found.as_of == trained(0).as_of


async def test_one_of_another_format_is_left_alone(database: mongo.Database) -> None:
    await save(database, trained(0), trained(1))
    newest = {"_id": trained(1).as_of}
    await database[COLLECTION].update_one(newest, {"$set": {"format": 99}})
    found = await CategoryModelRepository(database).newest(NOW)
    assert found
    assert found.as_of == trained(0).as_of


async def test_the_oldest_go(database: mongo.Database) -> None:
    days = range(MOST_MODELS + 2)
    await save(database, *(trained(day) for day in days))
    kept = sorted(one["_id"] for one in await documents(database, COLLECTION))
    assert kept == [trained(day).as_of for day in days[2:]]


async def test_a_process_looks_again_after_a_minute(database: mongo.Database) -> None:
    repository = CategoryModelRepository(database)
    await save(database, trained(0))
    first = await repository.newest(NOW)
    await save(database, replace(trained(1), letters=5))
    assert await repository.newest(NOW + LOOK_AGAIN / 2) is first
    later = await repository.newest(NOW + LOOK_AGAIN)
    assert later
    assert later.letters == 5
