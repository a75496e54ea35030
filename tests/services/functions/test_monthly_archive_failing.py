"""Cases that cannot be archived, a store that fails, no time: what is left is done next time."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pytest

from domain.runs import RunState
from infra.objects import DirectoryStore
from services.office import Office
from storage import mongo
from tests.services.functions.archiving import Cellar, standing, told
from tests.services.offices import at

pytestmark = pytest.mark.ring("all")

NEXT = at("2017-11-01 02:00")
FOLDER = "archive/2017-10/20170930T180000Z"


@pytest.fixture
def cellar(office: Office, tmp_path: Path) -> Cellar:
    return Cellar(office, tmp_path)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"history.2.details.unit": "510105"}, "REVIEW of 2017-03-06T09:02:00+08:00 does not"),
        ({"letter.body": "改过的内容。"}, "the letter's body is not what was submitted"),
        ({"stage": "NOWHERE"}, "cannot be read: KeyError"),
    ],
)
async def test_a_case_that_was_tampered_with_is_told_and_stays_and_blocks_nobody(
    cellar: Cellar, database: mongo.Database, change: dict[str, str], problem: str
) -> None:
    bad, *others = await told(cellar, 3)
    await database["cases"].update_one({"_id": bad.id}, {"$set": change})
    entry = await cellar.run()
    assert (entry.state, entry.counts.changed, entry.counts.problems) == (RunState.SUCCEEDED, 2, 1)
    assert entry.counts.errors[0].startswith(f"{bad.number}: {problem}")
    whole = await standing(database)
    assert [whole[one.number] for one in others] == ["TOMBSTONE"] * 2
    assert whole[bad.number] != "TOMBSTONE"


@dataclass
class Failing:
    """A store that refuses its ``nth`` use, counted from 1; and says so."""

    store: DirectoryStore
    nth: int
    used: list[str] = field(default_factory=list)

    def _use(self, what: str) -> None:
        self.used.append(what)
        if len(self.used) == self.nth:
            raise ConnectionError("the store is out of reach")

    async def put_new(self, key: str, body: bytes, sha256: str) -> bool:
        self._use(f"put {key}")
        return await self.store.put_new(key, body, sha256)

    async def get(self, key: str) -> bytes | None:
        self._use(f"get {key}")
        return await self.store.get(key)

    def keys(self, prefix: str) -> AsyncIterator[str]:
        return self.store.keys(prefix)


@pytest.mark.parametrize("nth", range(1, 10))
async def test_a_store_that_fails_ends_the_run_and_the_next_completes_it(
    cellar: Cellar, database: mongo.Database, nth: int
) -> None:
    letters = await told(cellar, 3)
    cellar.store = failing = Failing(DirectoryStore(cellar.folder), nth)
    entry = await cellar.run()
    assert (entry.state, len(failing.used)) == (RunState.FAILED, nth)
    assert str(entry.error).startswith("ConnectionError")
    cellar.store = None
    assert (await cellar.run(NEXT)).state is RunState.SUCCEEDED
    assert sorted(one["number"] for one in await cellar.lines()) == sorted(
        one.number for one in letters
    )
    assert set((await standing(database)).values()) == {"TOMBSTONE"}
    assert len(await cellar.manifests()) == 1


@pytest.mark.ring("test")
async def test_a_file_that_holds_something_else_is_never_written_over(
    cellar: Cellar, database: mongo.Database
) -> None:
    await told(cellar, 1)
    store, key = DirectoryStore(cellar.folder), f"{FOLDER}/part-00001.jsonl.zst"
    await store.put_new(key, b"not ours", hashlib.sha256(b"not ours").hexdigest())
    entry = await cellar.run()
    assert entry.state is RunState.FAILED
    assert key in str(entry.error)
    assert await store.get(key) == b"not ours"
    assert set((await standing(database)).values()) == {"ARCHIVE"}


async def test_a_store_that_gives_back_something_else_keeps_the_cases_whole(
    cellar: Cellar, database: mongo.Database
) -> None:
    @dataclass
    class Rotting(Failing):
        async def get(self, key: str) -> bytes | None:
            data = await super().get(key)
            return data and data[:-9] + bytes([data[-9] ^ 1]) + data[-8:]

    await told(cellar, 1)
    cellar.store = Rotting(DirectoryStore(cellar.folder), 0)
    entry = await cellar.run()
    assert "is not the file that was written" in str(entry.error)
    assert set((await standing(database)).values()) == {"ARCHIVE"}


@pytest.mark.ring("test")
async def test_a_case_that_was_changed_after_it_was_written_stays_whole(
    cellar: Cellar, database: mongo.Database
) -> None:
    [letter] = await told(cellar, 1)
    cellar.store = Failing(DirectoryStore(cellar.folder), 5)  # put, get, put, get; then buried
    await cellar.run()
    cellar.store = None
    await database["cases"].update_one(
        {"_id": letter.id}, {"$set": {f"history.{letter.case.version}.seal": "0" * 64}}
    )
    entry = await cellar.run(NEXT)
    assert f"{letter.number} is not what lies in 2017-10/20170930T180000Z" in str(entry.error)
    assert await standing(database) == {letter.number: "ARCHIVE"}


async def test_without_time_a_run_stops_at_any_step_and_goes_on_there(
    cellar: Cellar, database: mongo.Database
) -> None:
    letters = await told(cellar, 5)
    states: list[RunState] = []
    pauses = 0
    while not states or states[-1] is RunState.PARTIAL:
        entry = await cellar.run(is_stopping=partial(next, iter([False]), True))
        states.append(entry.state)
        pauses += 1
        assert pauses < 40, entry
    assert states[-1] is RunState.SUCCEEDED
    assert pauses > 4
    assert entry.counts.changed == 5
    [manifest] = await cellar.manifests()
    assert manifest["count"] == len(letters)
    assert set((await standing(database)).values()) == {"TOMBSTONE"}
