"""How far a batch got, and that a backup carries it."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest

from domain.manifests import Part
from domain.merkle import Frontier
from services.office import Office
from storage import backup, mongo
from storage.archive_batches import Batch, BatchRepository, BatchState
from tests.services.offices import at

pytestmark = [pytest.mark.ring("test"), pytest.mark.drivers]

BATCH = Batch(
    id="2017-10/20170930T180000Z",
    place=1,
    run="monthly_archive@2017-09-30T18:00:00Z",
    run_at=at("2017-10-01 02:00"),
    retention="1",
    code="0.1.0",
)
PART = Part("archive/b/part-00001.jsonl.zst", 700, "a" * 64, "b" * 64, 2, "n1", "n2")


async def save(database: mongo.Database, *batches: Batch) -> BatchRepository:
    repository = BatchRepository(database)
    async with await mongo.start_session(database.client) as session:
        for batch in batches:
            await repository.save(batch, session)
    return repository


async def test_a_batch_is_read_as_it_was_saved(database: mongo.Database) -> None:
    leaves = Frontier().with_leaf(b"one").with_leaf(b"two").with_leaf(b"three")
    further = replace(BATCH.with_part(PART, leaves), state=BatchState.WRITTEN, manifest="c" * 64)
    repository = await save(database, BATCH, further)
    assert await repository.all() == [further]
    assert await repository.by_id(BATCH.id) == further
    assert await repository.by_id("another") is None
    assert further.count == 3


async def test_batches_come_in_the_order_in_which_they_were_begun(
    database: mongo.Database,
) -> None:
    earlier = replace(BATCH, id="2017-02/20170131T180000Z", place=2)
    repository = await save(database, earlier, BATCH)
    assert [one.place for one in await repository.all()] == [1, 2]


async def test_a_backup_carries_them(office: Office, database: mongo.Database) -> None:
    await save(database, BATCH)
    file = io.BytesIO()
    await backup.dump(database, file, "2017-10-01T00:00:00+00:00", lambda *_: None)
    assert not await backup.is_free(database), "they would be lost"
    await backup.clear(database)
    file.seek(0)
    await backup.load(database, file, lambda *_: None)
    assert await BatchRepository(database).all() == [BATCH]
