"""`kill -9` wherever the archive touches the outside, then a run: nothing is lost or doubled."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.runs import RunState
from infra.identity import is_gone
from services.archive.verification import Audit
from services.office import Office
from services.verification import verify_all
from storage import mongo
from tests.services.functions.archiving import AUTUMN, Cellar, Told, concluded, delivered
from tests.services.offices import documents

pytestmark = pytest.mark.ring("all")

LETTERS = 3
PASSAGES = (
    "put anchor put anchor "  # what the case heads are before anything moves
    "write reached "  # the cases are marked, and the batch is begun
    "write "  # nothing more comes into it
    "put part-00001.jsonl.zst get part-00001.jsonl.zst write reached "
    "put part-00002.jsonl.zst get part-00002.jsonl.zst write reached "
    "put manifest.json get manifest.json write reached "
    "get manifest.json get part-00001.jsonl.zst write reached "  # tombstones
    "get part-00002.jsonl.zst write reached "
    "write end"
)
"""What a run of three cases in files of two does to the outside."""


def passages() -> list[tuple[str, int]]:
    """The words of ``PASSAGES`` with their places, from 1."""
    words = PASSAGES.replace("put ", "put_").replace("get ", "get_").split()
    return [(word.replace("_", " "), place) for place, word in enumerate(words, 1)]


def points() -> Iterator[object]:
    for name, place in passages():
        yield pytest.param(str(place), id=f"{place} before {name}")
        if name == "write":
            yield pytest.param(f"{place}+", id=f"{place} in the middle of {name}")


@pytest.fixture
def cellar(office: Office, tmp_path: Path) -> Cellar:
    return Cellar(office, tmp_path)


async def told(cellar: Cellar) -> list[Told]:
    letters = [await concluded(cellar.office, f"letter {number}") for number in range(LETTERS)]
    await delivered(cellar.office)
    return letters


def killed_at(
    point: str, cellar: Cellar, database: mongo.Database, uri: str, driver: str
) -> subprocess.CompletedProcess[str]:
    program = "tests.services.functions.archive_killed"
    words = [sys.executable, "-m", program, uri, database.name, str(cellar.folder), driver, point]
    return subprocess.run(words, capture_output=True, text=True, check=False, timeout=60)


async def test_the_passages_are_all_there_are(
    cellar: Cellar, database: mongo.Database, mongo_uri: str, driver: str
) -> None:
    await told(cellar)
    done = killed_at("0", cellar, database, mongo_uri, driver)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split("\n")[:-1] == [name for name, _ in passages()]


@pytest.mark.parametrize("point", list(points()))
async def test_a_run_that_was_killed_is_completed_by_the_next(
    cellar: Cellar, database: mongo.Database, mongo_uri: str, driver: str, point: str
) -> None:
    letters = await told(cellar)
    before = {one["_id"]: one for one in await documents(database)}
    killed = killed_at(point, cellar, database, mongo_uri, driver)
    assert killed.returncode == -9, killed.stderr
    await check_that_each_is_somewhere(cellar, database, before)

    entry = await cellar.run(AUTUMN.replace(month=11), is_gone=is_gone)
    assert (entry.state, entry.error, entry.counts.errors) == (RunState.SUCCEEDED, None, ())
    lines = await cellar.lines()
    assert sorted(one["number"] for one in lines) == sorted(one.number for one in letters)
    assert [one["letter"] for one in lines] == [before[one["_id"]]["letter"] for one in lines]
    assert {one["keeping"]["is_tombstone"] for one in await documents(database)} == {True}
    assert sum(one["count"] for one in await cellar.manifests()) == LETTERS
    office = cellar.office
    assert [found async for found in Audit(office, cellar.workshop.store).findings()] == []
    assert [found async for found in verify_all(office) if found.problem] == []


async def check_that_each_is_somewhere(
    cellar: Cellar, database: mongo.Database, before: dict[str, mongo.Document]
) -> None:
    """Whole in the database, or a tombstone there and whole in a batch with a manifest."""
    after = {one["_id"]: one for one in await documents(database)}
    assert after.keys() == before.keys()
    gone = {key for key, one in after.items() if one["keeping"]["is_tombstone"]}
    for key in after.keys() - gone:
        assert after[key]["letter"] == before[key]["letter"]
        assert after[key]["writer"] == before[key]["writer"]
    if gone:
        assert len(await cellar.manifests()) == 1
        assert gone <= {line["_id"] for line in await cellar.lines()}
