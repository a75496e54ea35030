"""A frozen month's cases are published once, and the same whoever finishes the work."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from domain.anonymity import MINIMUM as K
from domain.open_data import COLUMNS
from domain.refusals import NotFound
from domain.runs import RunEntry, RunState, Trigger
from infra.objects import DirectoryStore
from services.archive.open_data import open_files
from services.archive.open_files import as_parquet
from services.archive.published import CSV, DICTIONARY, FILES, PARQUET, TOPICS
from services.functions.monthly_archive import monthly_archive
from services.functions.running import Frame, Wanted, run_function
from services.office import Office
from storage.mongo import Database
from tests.services.functions.archiving import Cellar
from tests.services.functions.jobs import Clock, table
from tests.services.months import MARCH, came, froze, replied
from tests.services.offices import at

pytestmark = pytest.mark.ring("test")

WHEN = at("2017-05-01 02:00")
FOLDER = f"open-data/{MARCH}"


@pytest.fixture
def cellar(office: Office, tmp_path: Path) -> Cellar:
    return Cellar(office, tmp_path)


async def published(cellar: Cellar, when: datetime = WHEN, label: str = "") -> RunEntry:
    frame = Frame(cellar.workshop, clock=Clock(when), functions=table(monthly_archive))
    wanted = Wanted("monthly_archive", when, Trigger.COMMAND, label)
    return await run_function(frame, wanted)


def files(cellar: Cellar) -> dict[str, bytes]:
    folder = cellar.folder / FOLDER
    return {one.name: one.read_bytes() for one in folder.iterdir()} if folder.is_dir() else {}


async def a_month(office: Office, database: Database) -> None:
    for _ in range(K):
        await replied(office)
    await froze(office, database)


async def test_a_frozen_month_is_published_with_what_describes_it(
    cellar: Cellar, database: Database, tmp_path: Path
) -> None:
    await a_month(cellar.office, database)
    entry = await published(cellar)
    assert (entry.state, entry.counts.changed) == (RunState.SUCCEEDED, 1), entry.error
    found = files(cellar)
    assert set(found) == set(FILES)
    rows = list(csv.DictReader(io.StringIO(found[CSV].decode())))
    assert len(rows) == K
    assert {row["week"] for row in rows} == {"2017-03-06"}
    topics = list(csv.DictReader(io.StringIO(found[TOPICS].decode())))
    assert topics[0] == {"network": "*", "category": "*", "subcategory": "*", "letters": str(K)}
    told = json.loads(found[DICTIONARY])
    assert set(told["files"]) == set(FILES) - {DICTIONARY}
    assert [one["name"] for one in told["columns"]] == [one.name for one in COLUMNS]
    assert all(one["zh"] and one["en"] for one in told["columns"])
    assert told["files"][CSV]["sha256"] == hashlib.sha256(found[CSV]).hexdigest()
    assert told["files"][PARQUET]["sha256"] == hashlib.sha256(found[PARQUET]).hexdigest()
    with duckdb.connect() as reader:
        again = reader.read_parquet(str(cellar.folder / FOLDER / PARQUET))
        assert again.columns == [one.name for one in COLUMNS]
        assert [str(one) for one in again.types] == [one.type for one in COLUMNS]
        empty = [[value or None for value in row.values()] for row in rows]
        assert [_spoken(row) for row in again.fetchall()] == empty
    assert as_parquet(found[CSV]) == found[PARQUET]


def _spoken(row: tuple[object, ...]) -> list[str | None]:
    return [str(v).lower() if isinstance(v, bool) else None if v is None else str(v) for v in row]


@pytest.mark.ring("all")
@pytest.mark.parametrize(
    "there", [(), (TOPICS,), (TOPICS, CSV), (TOPICS, CSV, PARQUET), (CSV,), FILES]
)
async def test_killed_anywhere_the_same_files_come_of_it(
    cellar: Cellar, database: Database, there: tuple[str, ...]
) -> None:
    await a_month(cellar.office, database)
    await published(cellar)
    whole = files(cellar)
    for name in set(FILES) - set(there):
        (cellar.folder / FOLDER / name).unlink()
    await came(cellar.office)  # what comes in later is in no bulletin of the month
    assert (await published(cellar, at("2017-06-01 02:00"))).state is RunState.SUCCEEDED
    assert files(cellar) == whole


async def test_a_dry_run_says_what_it_would_publish(cellar: Cellar, database: Database) -> None:
    await a_month(cellar.office, database)
    entry = await published(cellar, label="dry")
    assert [(one.number, one.action) for one in entry.changes] == [(str(MARCH), "OPEN_DATA")]
    assert files(cellar) == {}


async def test_a_month_that_is_not_frozen_is_not_published(
    cellar: Cellar, database: Database
) -> None:
    await replied(cellar.office)
    assert (await published(cellar)).counts.seen == 0
    assert files(cellar) == {}
    with pytest.raises(NotFound, match="not frozen yet"):
        await open_files(cellar.office, cellar.workshop.store, MARCH)


async def test_confidential_letters_and_few_alike_are_left_out(
    cellar: Cellar, database: Database
) -> None:
    await a_month(cellar.office, database)
    secret = await came(cellar.office)
    await database["cases"].update_one({"_id": secret.id}, {"$set": {"confidential": True}})
    store = DirectoryStore(cellar.folder)
    made = await open_files(cellar.office, store, MARCH)
    assert len(made[CSV].decode().splitlines()) == 1 + K
    assert files(cellar) == {}  # asked for, not published
    assert secret.number not in made[CSV].decode()
