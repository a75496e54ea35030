"""The archive at a terminal: hold, release, restore, verify; what they say and how they end."""

from __future__ import annotations

from pathlib import Path

import pytest
from pymongo import MongoClient
from typer.testing import Result

from storage import mongo
from tests.cli.terminal import LETTER, REPLIED, file_of, lizheng

pytestmark = [pytest.mark.ring("test"), pytest.mark.usefixtures("environment")]


@pytest.fixture
def number(tmp_path: Path, mongo_uri: str, database: mongo.Database) -> str:
    """Of a letter that was answered in March 2017 and concluded after that."""
    lizheng("import", file_of(tmp_path, LETTER, REPLIED), "--as-of", "2017-06-01")
    with MongoClient[mongo.Document](mongo_uri) as client:
        found = client[database.name].cases.find_one({"letter.source_id": "2"})
    assert found is not None
    return str(found["number"])


def archive() -> Result:
    return lizheng("function", "monthly_archive", "--at", "2017-11-01T02:00")


def test_a_case_goes_into_the_archive_and_comes_back(environment: Path, number: str) -> None:
    result = archive()
    assert result.exit_code == 0, result.output
    folder = environment / "archive/2017-11/20171031T180000Z"
    assert sorted(path.name for path in folder.iterdir()) == [
        "manifest.json",
        "part-00001.jsonl.zst",
    ]
    for asked in ("all", "2017-11"):
        told = lizheng("verify", "--archive", asked)
        assert (told.exit_code, told.stdout) == (0, "1 batches, 1 cases: 0 findings\n")
    assert lizheng("verify", "--archive", "2017-10").stdout == "0 batches, 0 cases: 0 findings\n"
    assert lizheng("verify", number).stdout == f"{number}: whole\n"
    told = lizheng("restore", number)
    assert told.stdout == f"{number}: restored from 2017-11/20171031T180000Z\n"
    again = lizheng("restore", number)
    assert (again.exit_code, "nothing to restore" in again.stderr) == (1, True)
    assert lizheng("verify", "--archive", "all").exit_code == 0
    assert lizheng("verify", "--all").stdout == "2 cases: 2 whole, 0 broken\n"


def test_a_damaged_file_is_told_a_line_each_and_never_restored_from(
    environment: Path, number: str
) -> None:
    archive()
    part = environment / "archive/2017-11/20171031T180000Z/part-00001.jsonl.zst"
    part.write_bytes(part.read_bytes()[:-1])
    told = lizheng("verify", "--archive", "all")
    assert told.exit_code == 1
    [first, *_, last] = told.stdout.splitlines()
    assert first.startswith("2017-11/20171031T180000Z: archive/2017-11/20171031T180000Z/part-")
    assert last == "1 batches, 0 cases: 2 findings"
    restored = lizheng("restore", number)
    assert (restored.exit_code, "is not the file that was written" in restored.stderr) == (1, True)


def test_a_held_case_stays_until_it_is_released(environment: Path, number: str) -> None:
    assert lizheng("hold", number, "--reason", "行政诉讼").stdout == f"{number}: held\n"
    assert lizheng("hold", number, "--reason", "行政诉讼").exit_code == 1
    archive()
    assert not (environment / "archive").exists()
    assert lizheng("release", number, "--reason", "诉讼终结").stdout == f"{number}: released\n"
    assert lizheng("function", "monthly_archive").exit_code == 0
    assert len(list((environment / "archive").rglob("manifest.json"))) == 1


@pytest.mark.parametrize(
    "words",
    [
        ("verify", "--archive", "2017-13"),
        ("verify", "--archive", "January"),
        ("verify", "--archive", "all", "--all"),
        ("verify",),
        ("restore", "20170306-000001-5"),
        ("hold", "20170306-000001-4", "--reason", "行政诉讼"),
        ("release", "x", "--reason", "行政诉讼"),
    ],
)
def test_what_cannot_be_carried_out_is_one_line(words: tuple[str, ...]) -> None:
    result = lizheng(*words)
    assert result.exit_code == 1
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 1
