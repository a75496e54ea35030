"""`lizheng import`: what it says of a file, what it leaves beside it, and how it ends."""

from __future__ import annotations

import csv
import json
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from pymongo import MongoClient

from infra.process import wait_until
from storage import mongo
from tests.cli.terminal import LETTER, REPLIED, file_of, lizheng, summary

pytestmark = [
    pytest.mark.ring("test"),
    pytest.mark.usefixtures("environment"),
]
DONE = "Letters: 100 %\n"
"""What an import says of its progress when it is through."""


def test_an_import_says_what_became_of_the_file(tmp_path: Path, environment: Path) -> None:
    result = lizheng("import", file_of(tmp_path, LETTER, REPLIED))
    assert (result.exit_code, result.stderr) == (0, DONE)
    said = summary(result)
    assert said.pop("seconds")
    assert said == {
        "lines": "2",
        "stored": "2",
        "already there": "0",
        "not yet written": "0",
        "rejected": "0",
        "replied": "1",
        "mean days to reply": "2.5000000",
        "median days to reply": "2.5000000",
        "query codes": str(environment / "imports" / "letters.codes.csv"),
    }


@pytest.mark.ring("all")
def test_a_first_import_finds_a_directory(
    tmp_path: Path, mongo_uri: str, database: mongo.Database
) -> None:
    with MongoClient[mongo.Document](mongo_uri) as client:
        stored = client[database.name]
        stored.directory.delete_many({})
        result = lizheng("import", file_of(tmp_path, LETTER))
        assert (result.exit_code, result.stderr) == (0, f"Filling the directory …\n{DONE}")
        assert stored.mailboxes.count_documents({"retired": False}) == 2659


def test_a_second_time_nothing_is_added(tmp_path: Path) -> None:
    file = file_of(tmp_path, LETTER, REPLIED)
    lizheng("import", file)
    again = lizheng("import", file)
    assert (again.exit_code, again.stderr) == (0, DONE)
    assert summary(again)["already there"] == "2"
    assert "query codes" not in summary(again)


def test_a_bad_line_is_told_kept_and_counted(tmp_path: Path, environment: Path) -> None:
    file = file_of(tmp_path, LETTER, '{"id": "9"', {**LETTER, "id": "3", "body": " "})
    result = lizheng("import", file)
    assert result.exit_code == 1
    assert result.stderr.splitlines() == [
        "line 2: this is no JSON: unexpected end of data, character 11",
        "line 3: body: This takes 1 to 1000000 characters, not 0.",
        DONE.rstrip(),
    ]
    rejects = environment / "imports" / "letters.rejects.jsonl"
    assert summary(result)["rejected lines"] == str(rejects)
    kept = [json.loads(line) for line in rejects.read_text(encoding="utf-8").splitlines()]
    assert [(one["line"], one["reason"]) for one in kept] == [
        (2, "this is no JSON: unexpected end of data, character 11"),
        (3, "body: This takes 1 to 1000000 characters, not 0."),
    ]
    assert kept[0]["text"] == '{"id": "9"'
    assert json.loads(kept[1]["text"])["id"] == "3"


def test_a_file_that_was_mended_leaves_no_rejects(tmp_path: Path, environment: Path) -> None:
    lizheng("import", file_of(tmp_path, "broken"))
    assert lizheng("import", file_of(tmp_path, LETTER)).exit_code == 0
    assert not (environment / "imports" / "letters.rejects.jsonl").exists()


def test_codes_and_rejects_go_where_they_are_told_for_the_user_alone(tmp_path: Path) -> None:
    codes, rejects = tmp_path / "here" / "codes.csv", tmp_path / "there" / "rejects.jsonl"
    file = file_of(tmp_path, LETTER, REPLIED, "broken")
    lizheng("import", file, "--codes", codes, "--rejects", rejects)
    with codes.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert [row["id"] for row in rows] == ["1", "2"]
    assert all(row["number"].startswith("20170306-") for row in rows)
    assert len({row["query_code"] for row in rows}) == 2
    for path in (codes, rejects):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_codes_are_added_to_those_of_the_import_before(tmp_path: Path, environment: Path) -> None:
    codes = environment / "imports" / "letters.codes.csv"
    lizheng("import", file_of(tmp_path, LETTER))
    with codes.open("a", encoding="utf-8") as half_written:
        half_written.write("2,2017")  # by an import that was killed
    lizheng("import", file_of(tmp_path, LETTER, REPLIED))
    lines = codes.read_text(encoding="utf-8").splitlines()
    assert [line.partition(",")[0] for line in lines] == ["id", "1", "2", "2"]


def test_as_of_leaves_out_what_was_not_written_yet(tmp_path: Path) -> None:
    later = {**LETTER, "id": "3", "submitted_at": "2017-03-07T00:00:00"}
    file = file_of(tmp_path, LETTER, REPLIED, later)
    result = lizheng("import", file, "--as-of", "2017-03-06T23:00:00")
    said = summary(result)
    assert (result.exit_code, said["stored"], said["not yet written"]) == (0, "2", "1")
    assert said["replied"] == "0"


@pytest.mark.parametrize(
    ("as_of", "why"),
    [
        ("soon", "lizheng: --as-of: 'soon' is no time like 2017-01-31T09:30:00\n"),
        ("2917-01-01", "lizheng: --as-of: 2917-01-01 has not come yet\n"),
    ],
)
def test_as_of_must_be_a_time_that_has_come(tmp_path: Path, as_of: str, why: str) -> None:
    result = lizheng("import", file_of(tmp_path, LETTER), "--as-of", as_of)
    assert (result.exit_code, result.stderr) == (1, why)


def test_a_missing_file_has_an_exit_status_of_its_own(tmp_path: Path) -> None:
    result = lizheng("import", tmp_path / "nothing.jsonl")
    assert result.exit_code == 2
    assert result.stderr == f"lizheng: {tmp_path}/nothing.jsonl: No such file or directory\n"


def test_a_file_is_not_written_over_itself(tmp_path: Path) -> None:
    file = file_of(tmp_path, LETTER)
    result = lizheng("import", file, "--rejects", file)
    assert result.exit_code == 1
    assert json.loads(file.read_text(encoding="utf-8")) == LETTER


@pytest.mark.ring("all")
def test_killed_in_the_middle_and_run_again_it_completes(
    tmp_path: Path, mongo_uri: str, database: mongo.Database, environment: Path
) -> None:
    letters = [{**REPLIED, "id": str(count), "body": "路灯坏了。" * 200} for count in range(600)]
    file = file_of(tmp_path, *letters)
    command = [str(Path(sys.executable).with_name("lizheng")), "import", str(file)]
    process = subprocess.Popen(command, env=dict(os.environ), stderr=subprocess.DEVNULL)
    with MongoClient[mongo.Document](mongo_uri) as client:
        cases = client[database.name].cases
        assert wait_until(lambda: cases.estimated_document_count() >= 100, timeout=60)
        process.send_signal(signal.SIGKILL)
        process.wait()
        stored = cases.estimated_document_count()
        assert 100 <= stored < 600
        again = lizheng("import", file)
        assert (again.exit_code, summary(again)["stored"]) == (0, str(600 - stored))
        assert cases.estimated_document_count() == 600
    checked = lizheng("verify", "--all")
    assert (checked.exit_code, checked.stdout) == (0, "600 cases: 600 whole, 0 broken\n")
    codes = (environment / "imports" / "letters.codes.csv").read_text(encoding="utf-8")
    assert {line.partition(",")[0] for line in codes.splitlines()[1:]} == {
        str(count) for count in range(600)
    }
