"""A database knows the keys it was written with."""

from __future__ import annotations

import pytest

from storage import mongo
from storage.fingerprints import COLLECTION, WrongKeys, check_keys

pytestmark = [pytest.mark.ring("test"), pytest.mark.drivers]

KEYS = {"master": b"m" * 96, "chain": b"c" * 32}


async def test_the_keys_of_the_first_time_are_the_keys(database: mongo.Database) -> None:
    await check_keys(database, KEYS)
    await check_keys(database, KEYS)


async def test_other_keys_are_refused_by_name(database: mongo.Database) -> None:
    await check_keys(database, KEYS)
    with pytest.raises(WrongKeys, match="another chain key"):
        await check_keys(database, {**KEYS, "chain": b"x" * 32})


async def test_what_is_kept_is_not_the_key(database: mongo.Database) -> None:
    await check_keys(database, KEYS)
    kept = [one async for one in database[COLLECTION].find()]
    assert {one["_id"] for one in kept} == set(KEYS)
    assert all(KEYS[one["_id"]].hex() not in one["fingerprint"] for one in kept)
