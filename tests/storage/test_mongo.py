"""Both drivers look the same from outside, and nothing they acknowledge is lost."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from bson.binary import Binary
from pymongo.errors import DuplicateKeyError, EncryptionError, ServerSelectionTimeoutError

from storage import mongo
from storage.sealed_cases import SealedCases
from tests.services.offices import SEALS

pytestmark = [pytest.mark.ring("test"), pytest.mark.drivers]

MASTER_KEY = bytes(range(96))


@pytest.fixture
async def encryption(
    client: mongo.Client, database: mongo.Database, driver: mongo.Driver
) -> AsyncIterator[mongo.ClientEncryption]:
    encryption = mongo.client_encryption(client, database.name, MASTER_KEY, driver)
    yield encryption
    await encryption.close()


async def test_the_client_is_of_the_driver_that_was_asked_for(
    client: mongo.Client, driver: mongo.Driver
) -> None:
    assert type(client).__module__.split(".")[0].removeprefix("asyncio_") == driver


async def test_writes_wait_for_majority_and_journal(client: mongo.Client) -> None:
    assert client.write_concern.document == {"w": "majority", "j": True}


async def test_times_come_back_with_their_zone_and_uuids_as_uuids(database: mongo.Database) -> None:
    document = {"_id": uuid.UUID(int=7), "at": datetime(2017, 1, 27, 8, 30, tzinfo=UTC)}
    await database.letters.insert_one(document)
    assert await database.letters.find_one() == document


async def test_a_unique_index_refuses_a_second_document(database: mongo.Database) -> None:
    await database.cases.create_index("number", unique=True)
    await database.cases.insert_one({"number": "20170127-0001-4"})
    with pytest.raises(DuplicateKeyError):
        await database.cases.insert_one({"number": "20170127-0001-4"})


async def test_a_transaction_goes_on_while_others_wait_for_what_it_holds(
    client: mongo.Client, database: mongo.Database
) -> None:
    cases = database.cases
    await cases.insert_many([{"_id": one, "waits": True} for one in ("held", "free", "other")])
    async with asyncio.timeout(30):
        async with mongo.transaction(client) as session:
            await cases.update_one({"_id": "held"}, {"$set": {"version": 2}}, session=session)
            settled = SealedCases(cases, SEALS).mark(["held", "free"], {"$unset": {"waits": ""}})
            waiting = asyncio.create_task(settled)
            for number in range(50):
                update = {"$set": {"version": number}}
                await cases.update_one({"_id": "other"}, update, session=session)
        await waiting
    assert await cases.find({}).sort("_id").to_list(3) == [
        {"_id": "free"},
        {"_id": "held", "version": 2},
        {"_id": "other", "waits": True, "version": 49},
    ]


async def test_aggregate_yields_what_the_pipeline_gives(database: mongo.Database) -> None:
    await database.cases.insert_many([{"stage": "REVIEW"}, {"stage": "REVIEW"}, {"stage": "X"}])
    pipeline: list[mongo.Document] = [
        {"$group": {"_id": "$stage", "count": {"$sum": 1}}},
        {"$sort": {"_id": 1}},
    ]
    found = [document async for document in mongo.aggregate(database.cases, pipeline)]
    assert found == [{"_id": "REVIEW", "count": 2}, {"_id": "X", "count": 1}]


async def test_list_indexes_names_every_index(database: mongo.Database) -> None:
    await database.cases.create_index([("unit", 1), ("deadline", 1)], name="queue")
    assert [index["name"] for index in await mongo.list_indexes(database.cases)] == [
        "_id_",
        "queue",
    ]


async def test_a_missing_collection_has_no_indexes(database: mongo.Database) -> None:
    assert await mongo.list_indexes(database.nothing) == []


async def test_watch_tells_of_a_change(database: mongo.Database) -> None:
    await database.create_collection("cases")
    async with mongo.watch(database.cases) as changes:
        await database.cases.insert_one({"_id": 1})
        change = await asyncio.wait_for(changes.next(), 10)
    assert change["operationType"] == "insert"


async def test_a_session_reads_its_own_writes(
    client: mongo.Client, database: mongo.Database
) -> None:
    async with await mongo.start_session(client) as session:
        await database.cases.insert_one({"_id": 1}, session=session)
        assert await database.cases.find_one({}, session=session) == {"_id": 1}


async def test_a_server_that_answers_is_reachable(mongo_uri: str) -> None:
    assert await asyncio.to_thread(mongo.ping, mongo_uri, 5)


async def test_a_server_that_is_not_there_is_not_reachable(
    driver: mongo.Driver, unused_tcp_port: int
) -> None:
    uri = f"mongodb://127.0.0.1:{unused_tcp_port}"
    client = mongo.connect(uri, driver, timeout_ms=50)
    with pytest.raises(ServerSelectionTimeoutError):
        await client.lizheng.letters.find_one()
    await mongo.close(client)
    assert not await asyncio.to_thread(mongo.ping, uri, 0.05)


async def test_a_deterministic_field_is_found_by_its_ciphertext(
    database: mongo.Database, encryption: mongo.ClientEncryption
) -> None:
    key = await mongo.ensure_data_key(encryption, database, "personal")
    name = await encryption.encrypt("张三", mongo.DETERMINISTIC, key_id=key)
    await database.writers.insert_one({"name": name})

    again = await encryption.encrypt("张三", mongo.DETERMINISTIC, key_id=key)
    found = await database.writers.find_one({"name": again})

    assert found is not None
    assert isinstance(found["name"], Binary)
    assert "张三".encode() not in bytes(found["name"])
    assert await encryption.decrypt(found["name"]) == "张三"


async def test_random_encryption_hides_that_two_values_are_equal(
    database: mongo.Database, encryption: mongo.ClientEncryption
) -> None:
    key = await mongo.ensure_data_key(encryption, database, "personal")
    first, second = [
        await encryption.encrypt("13800000000", mongo.RANDOM, key_id=key) for _ in range(2)
    ]
    assert first != second
    assert await encryption.decrypt(first) == await encryption.decrypt(second) == "13800000000"


async def test_a_data_key_is_made_once_however_many_ask(
    database: mongo.Database, encryption: mongo.ClientEncryption
) -> None:
    asked = [mongo.ensure_data_key(encryption, database, "personal") for _ in range(8)]
    keys = await asyncio.gather(*asked)
    assert len(set(keys)) == 1
    assert await database[mongo.KEY_VAULT].count_documents({}) == 1


async def test_another_master_key_cannot_decrypt(
    client: mongo.Client,
    database: mongo.Database,
    driver: mongo.Driver,
    encryption: mongo.ClientEncryption,
) -> None:
    key = await mongo.ensure_data_key(encryption, database, "personal")
    secret = await encryption.encrypt("张三", mongo.RANDOM, key_id=key)
    stranger = mongo.client_encryption(client, database.name, bytes(96), driver)
    with pytest.raises(EncryptionError):
        await stranger.decrypt(secret)
    await stranger.close()
