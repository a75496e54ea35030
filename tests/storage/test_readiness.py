"""A server that cannot write to its disk is not ready, though it answers."""

from __future__ import annotations

import asyncio
import os
import resource
from itertools import count
from pathlib import Path

import pytest
from pymongo import MongoClient
from pymongo.errors import (
    AutoReconnect,
    BulkWriteError,
    EncryptionError,
    OperationFailure,
    WaitQueueTimeoutError,
)

from infra.embedded import EmbeddedDatabase
from storage import mongo
from storage.readiness import UNREACHABLE, UNWRITABLE, Readiness, refuses_writes

pytestmark = pytest.mark.ring("all")


def fill(server: EmbeddedDatabase) -> int:
    """Lets its files grow no more, and writes until it fails; how many letters it acknowledged."""
    resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (4096, 4096))
    with MongoClient[dict[str, object]](server.uri) as client:
        letters = client["city"]["letters"]
        for number in count():
            try:
                letters.insert_one({"_id": number, "body": os.urandom(100_000)})
            except OperationFailure as error:
                failure = error
                break
    assert mongo.is_outage(failure)
    return number


async def test_a_server_that_answers_without_writing_is_not_ready_until_it_writes_again(
    tmp_path: Path, driver: mongo.Driver, caplog: pytest.LogCaptureFixture
) -> None:
    server = await asyncio.to_thread(EmbeddedDatabase.start, tmp_path)
    client = mongo.connect(server.uri, driver, timeout_ms=500)
    try:
        assert await Readiness(client["city"]).find_obstacle(30) is None
        await asyncio.to_thread(fill, server)
        assert mongo.ping(server.uri, 30)
        assert refuses_writes(server.uri, "city", 30)
        readiness = Readiness(client["city"])
        assert {await readiness.find_obstacle(30) for _ in range(3)} == {UNWRITABLE}
        assert [record.message for record in caplog.records] == [UNWRITABLE]
        server.stop(timeout=0)
        assert await Readiness(client["city"]).find_obstacle(30) == UNREACHABLE
        server = await asyncio.to_thread(EmbeddedDatabase.start, tmp_path, port=server.port)
        assert await Readiness(client["city"]).find_obstacle(30) is None
    finally:
        await mongo.close(client)
        server.stop(timeout=0)


def test_a_full_disk_is_an_outage_and_a_wrong_command_is_none() -> None:
    assert mongo.is_outage(OperationFailure("out of space", 14031))
    assert not mongo.is_outage(OperationFailure("no such command", 59))
    assert not mongo.is_outage(None)


def test_an_outage_is_one_in_a_batch_of_writes_and_behind_encryption_too() -> None:
    full = {"index": 0, "code": 14031, "errmsg": "out of space"}
    assert mongo.is_outage(BulkWriteError({"writeErrors": [full], "writeConcernErrors": []}))
    twice = {**full, "code": mongo.DUPLICATE}
    assert not mongo.is_outage(BulkWriteError({"writeErrors": [twice], "writeConcernErrors": []}))
    assert mongo.is_outage(EncryptionError(AutoReconnect("no key: connection closed")))
    assert not mongo.is_outage(EncryptionError(ValueError("HMAC validation failure")))


def test_only_an_outage_is_passed_over() -> None:
    with mongo.suppress_outages():
        raise WaitQueueTimeoutError("no connection is free")
    with pytest.raises(OperationFailure), mongo.suppress_outages():
        raise OperationFailure("no such command", 59)
