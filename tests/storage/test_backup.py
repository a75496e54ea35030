"""What is restored beside servers that run: the backup's word counts."""

from __future__ import annotations

import io

import pytest

from storage import mongo
from storage.backup import clear, dump, load

pytestmark = [pytest.mark.ring("test"), pytest.mark.drivers]


async def test_what_a_running_server_wrote_meanwhile_gives_way(database: mongo.Database) -> None:
    notes = database["notes"]
    await notes.insert_many([{"_id": 1, "text": "old"}, {"_id": 2, "text": "old"}])
    file = io.BytesIO()
    await dump(database, file, "", lambda _name, _count: None)
    await clear(database)
    await notes.insert_one({"_id": 2, "text": "written meanwhile"})
    file.seek(0)
    await load(database, file, lambda _name, _count: None)
    found = {one["_id"]: one["text"] for one in await notes.find().to_list(None)}
    assert found == {1: "old", 2: "old"}
