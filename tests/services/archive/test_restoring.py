"""A case comes out of the archive whole, is looked at, and becomes its tombstone again."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from domain.refusals import ActionNotAllowed, NotFound
from domain.runs import RunState
from services.archive.files import ArchiveBroken
from services.archive.restoring import restore_case
from services.archive.verification import Audit
from services.holds import hold_case, release_case
from services.office import Office
from services.verification import Finding, verify_number
from storage import mongo
from storage.state_seals import SEAL
from tests.services.functions.archiving import Cellar, Told, concluded, delivered
from tests.services.offices import SEALS, SUPERVISOR, at, documents

pytestmark = pytest.mark.ring("test")

WINTER = at("2017-12-05 10:00")
OVER = at("2018-02-01 02:00")


@pytest.fixture
async def cellar(office: Office, tmp_path: Path) -> Cellar:
    return Cellar(office, tmp_path)


async def archived(cellar: Cellar, count: int = 1) -> list[Told]:
    letters = [await concluded(cellar.office, f"letter {number}") for number in range(count)]
    await delivered(cellar.office)
    assert (await cellar.run()).state is RunState.SUCCEEDED
    return letters


async def restored(cellar: Cellar, letter: Told) -> None:
    await restore_case(cellar.office, cellar.workshop.store, letter.number, SUPERVISOR, WINTER)


async def of(database: mongo.Database, letter: Told) -> dict[str, Any]:
    [found] = [one for one in await documents(database) if one["_id"] == letter.id]
    return found


async def test_it_is_what_it_was_before_and_recorded(
    cellar: Cellar, database: mongo.Database
) -> None:
    first = await concluded(cellar.office)
    await delivered(cellar.office)
    before = await of(database, first)
    await cellar.run()
    await restored(cellar, first)
    after = await of(database, first)
    for name in ("letter", "writer", "keys", "clocks", "account", "responsible", "watch"):
        assert after[name] == before[name], name
    assert after["history"][:-1] == before["history"]
    assert (after["stage"], after["archive_at"]) == ("ARCHIVE", WINTER + timedelta(days=30))
    assert "tombstone" not in after
    assert await verify_number(cellar.office, first.number) == Finding(first.number)
    [(_, what, subject, _)] = await cellar.office.audit.of_case(first.id)
    assert (what, subject) == ("RESTORE_CASE", "supervisor")
    assert await cellar.office.cases.terms.with_all("不敢打开") == [first.id]


@pytest.mark.ring("all")
async def test_thirty_days_later_it_is_the_same_tombstone_and_nothing_new_is_written(
    cellar: Cellar, database: mongo.Database
) -> None:
    [letter] = await archived(cellar)
    stone, keys = await of(database, letter), await cellar.keys()
    await restored(cellar, letter)
    assert (await cellar.run(WINTER + timedelta(days=29))).counts.seen == 0
    entry = await cellar.run(OVER)
    assert (entry.state, entry.counts.changed) == (RunState.SUCCEEDED, 1)
    again = await of(database, letter)
    assert {**again, SEAL: stone[SEAL]} == stone
    assert SEALS.differing(again) == []
    assert await cellar.keys() == keys
    assert await cellar.office.cases.terms.with_all("不敢打开") == []


async def test_a_hold_keeps_it_whole(cellar: Cellar, database: mongo.Database) -> None:
    [letter] = await archived(cellar)
    with pytest.raises(ActionNotAllowed, match="restore it first"):
        await hold_case(cellar.office, letter.id, "行政诉讼", SUPERVISOR, WINTER)
    await restored(cellar, letter)
    await hold_case(cellar.office, letter.id, "行政诉讼", SUPERVISOR, WINTER)
    assert (await cellar.run(OVER)).counts.skipped == 1
    assert "tombstone" not in await of(database, letter)
    await release_case(cellar.office, letter.id, "诉讼终结", SUPERVISOR, OVER)
    assert (await cellar.run(at("2018-03-01 02:00"))).counts.changed == 1
    assert "tombstone" in await of(database, letter)


async def test_what_is_whole_or_unknown_is_not_restored(cellar: Cellar) -> None:
    letter = await concluded(cellar.office)
    with pytest.raises(ActionNotAllowed):
        await restored(cellar, letter)
    await delivered(cellar.office)
    await cellar.run()
    await restored(cellar, letter)
    with pytest.raises(ActionNotAllowed):
        await restored(cellar, letter)
    store = cellar.workshop.store
    with pytest.raises(NotFound):
        await restore_case(cellar.office, store, "20170306-000009-4", SUPERVISOR, WINTER)


@pytest.mark.ring("all")
async def test_a_run_that_goes_on_with_its_batch_leaves_a_restored_case_alone(
    cellar: Cellar, database: mongo.Database
) -> None:
    [letter, other] = await archived(cellar, 2)
    await restored(cellar, letter)
    batches = database["archive_batches"]
    await batches.update_one({}, {"$set": {"state": "WRITTEN"}})  # as if it had died at its end
    assert (await cellar.run(at("2017-12-10 02:00"))).state is RunState.SUCCEEDED
    assert "tombstone" not in await of(database, letter)
    assert "tombstone" in await of(database, other)


@pytest.mark.parametrize("file", ["part-00001.jsonl.zst", "manifest.json"])
@pytest.mark.parametrize("place", [30, -30])
async def test_what_was_damaged_is_not_believed(
    cellar: Cellar, database: mongo.Database, file: str, place: int
) -> None:
    [letter] = await archived(cellar)
    path = cellar.folder / "archive/2017-10/20170930T180000Z" / file
    data = bytearray(path.read_bytes())
    data[place] ^= 1
    path.write_bytes(data)
    with pytest.raises(ArchiveBroken):
        await restored(cellar, letter)
    assert "tombstone" in await of(database, letter)
    assert [one async for one in Audit(cellar.office, cellar.workshop.store).findings()] != []
