"""Indexes are what the declarations say, however often they are asked for."""

from __future__ import annotations

import pkgutil
from dataclasses import replace
from importlib import import_module

import pytest
from pymongo.errors import DuplicateKeyError

import storage
from storage import mongo
from storage.index import Index
from storage.indexes import DECLARED, ensure_indexes

pytestmark = [pytest.mark.ring("test"), pytest.mark.drivers]

BY_NUMBER = Index("cases", (("number", 1),), "by_number", unique=True)
BY_DUE = Index("cases", (("open", 1), ("due", -1)), "by_due")
WAKING = Index("cases", (("wake_at", 1),), "waking", partial={"open": True})
REPLAYS = Index("replays", (("at", 1),), "replays_expire", expire_after_seconds=0)
ALL = (BY_NUMBER, BY_DUE, WAKING, REPLAYS)


async def existing(collection: mongo.Collection) -> dict[str, mongo.Document]:
    return {index["name"]: index for index in await mongo.list_indexes(collection)}


async def test_missing_indexes_are_created(database: mongo.Database) -> None:
    assert await ensure_indexes(database, ALL) == [
        "cases.by_number",
        "cases.by_due",
        "cases.waking",
        "replays.replays_expire",
    ]
    stored = await existing(database.cases)
    assert all(index.is_like(stored[index.name]) for index in ALL[:3])


async def test_a_second_time_there_is_nothing_to_do(database: mongo.Database) -> None:
    await ensure_indexes(database, ALL)
    assert await ensure_indexes(database, ALL) == []


async def test_an_index_declared_differently_is_replaced(database: mongo.Database) -> None:
    await ensure_indexes(database, ALL)
    changed = replace(BY_DUE, keys=(("due", 1), ("open", 1)))
    assert await ensure_indexes(database, [BY_NUMBER, changed]) == ["cases.by_due"]
    assert changed.is_like((await existing(database.cases))["by_due"])


async def test_indexes_that_nobody_declares_are_left_alone(database: mongo.Database) -> None:
    await database.cases.create_index("title", name="by_hand")
    await ensure_indexes(database, [BY_NUMBER])
    assert (await existing(database.cases)).keys() == {"_id_", "by_hand", "by_number"}


async def test_a_unique_index_keeps_the_second_one_out(database: mongo.Database) -> None:
    await ensure_indexes(database, [BY_NUMBER])
    await database.cases.insert_one({"number": "20170127-0001"})
    with pytest.raises(DuplicateKeyError):
        await database.cases.insert_one({"number": "20170127-0001"})


@pytest.mark.parametrize(
    "other",
    [
        replace(WAKING, keys=(("wake_at", -1),)),
        replace(WAKING, unique=True),
        replace(WAKING, partial=None),
        replace(WAKING, partial={"open": False}),
        replace(WAKING, expire_after_seconds=0),
    ],
)
async def test_every_difference_counts(database: mongo.Database, other: Index) -> None:
    await ensure_indexes(database, [WAKING])
    assert not other.is_like((await existing(database.cases))["waking"])


async def test_everything_declared_can_be_created(database: mongo.Database) -> None:
    await ensure_indexes(database)
    assert await ensure_indexes(database) == []
    names = [(index.collection, index.name) for index in DECLARED]
    assert len(names) == len(set(names))


def test_no_module_declares_indexes_that_are_forgotten() -> None:
    names = [f"storage.{module.name}" for module in pkgutil.iter_modules(storage.__path__)]
    everywhere = [index for name in names for index in getattr(import_module(name), "INDEXES", ())]
    assert sorted(everywhere, key=repr) == sorted(DECLARED, key=repr)
