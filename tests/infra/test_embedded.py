"""One database per data directory, whoever is killed meanwhile."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from pymongo import MongoClient

from infra.embedded import DatabaseError, EmbeddedDatabase, database
from infra.process import wait_until
from settings import Secrets, Settings

SETTINGS = Settings(secrets=Secrets(bytes(96), bytes(32), bytes(32), bytes(32)))

pytestmark = pytest.mark.ring("all")

USE_AND_WAIT = """
import sys, pathlib
from infra.embedded import database
from settings import Settings
settings = Settings.from_environment({"DATA_DIR": sys.argv[1]})
with database(settings) as uri:
    print(uri, flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def data_dir(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path
    left_over = EmbeddedDatabase.running(tmp_path)
    if left_over is not None:
        left_over.stop(timeout=0)


@pytest.fixture
def settings(data_dir: Path) -> Settings:
    return replace(SETTINGS, data_dir=data_dir)


def write(uri: str, number: int) -> None:
    with MongoClient[dict[str, int]](uri, w="majority", journal=True) as client:
        client.test.letters.insert_one({"_id": number})


def numbers(uri: str) -> list[int]:
    with MongoClient[dict[str, int]](uri) as client:
        return sorted(letter["_id"] for letter in client.test.letters.find())


def other_user(data_dir: Path) -> subprocess.Popen[str]:
    """Another program that uses the database until its standard input ends."""
    return subprocess.Popen(
        [sys.executable, "-c", USE_AND_WAIT, str(data_dir)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def uri_of(user: subprocess.Popen[str]) -> str:
    assert user.stdout is not None
    return user.stdout.readline().strip()


def test_what_was_written_is_there_after_a_restart(data_dir: Path) -> None:
    first = EmbeddedDatabase.start(data_dir)
    write(first.uri, 1)
    first.stop()
    assert not first.is_running()

    second = EmbeddedDatabase.start(data_dir)
    assert not second.adopted
    assert numbers(second.uri) == [1]


def test_one_that_runs_is_adopted(data_dir: Path) -> None:
    first = EmbeddedDatabase.start(data_dir)
    assert EmbeddedDatabase.start(data_dir) == replace(first, adopted=True)


def test_a_killed_one_is_replaced_and_has_lost_nothing(data_dir: Path) -> None:
    first = EmbeddedDatabase.start(data_dir)
    write(first.uri, 1)
    os.kill(first.pid, signal.SIGKILL)
    assert numbers(EmbeddedDatabase.start(data_dir).uri) == [1]


def test_one_that_hangs_is_ended_and_replaced(data_dir: Path) -> None:
    first = EmbeddedDatabase.start(data_dir)
    write(first.uri, 1)
    os.kill(first.pid, signal.SIGSTOP)
    second = EmbeddedDatabase.start(data_dir, adopt_seconds=0.1)
    assert not first.is_running()
    assert numbers(second.uri) == [1]


@pytest.mark.parametrize(
    "record",
    ["", "{", "[]", '{"pid": "x", "port": 1}', json.dumps({"pid": os.getpid(), "port": 1})],
    ids=["empty", "broken", "a list", "no number", "another program"],
)
def test_a_stale_record_is_passed_over(data_dir: Path, record: str) -> None:
    (data_dir / "db.json").write_text(record)
    assert EmbeddedDatabase.running(data_dir) is None
    assert not EmbeddedDatabase.start(data_dir).adopted


def test_many_who_start_at_once_get_the_same_one(data_dir: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        started = list(pool.map(EmbeddedDatabase.start, [data_dir] * 4))
    assert len({one.pid for one in started}) == 1
    assert [one.adopted for one in started].count(False) == 1


def test_the_error_shows_what_the_database_said(data_dir: Path) -> None:
    (data_dir / "db").write_text("a file where a directory should be")
    with pytest.raises(DatabaseError, match=r"db\.log ends:\n(.*\n)*.*File exists"):
        EmbeddedDatabase.start(data_dir)
    assert EmbeddedDatabase.running(data_dir) is None


def test_a_configured_server_is_used_as_it_is(settings: Settings) -> None:
    with database(replace(settings, mongodb_uri="mongodb://example.org")) as uri:
        assert uri == "mongodb://example.org"
    assert list(settings.data_dir.iterdir()) == []


def test_whoever_is_alone_stops_it_on_leaving(settings: Settings) -> None:
    with database(settings):
        embedded = EmbeddedDatabase.running(settings.data_dir)
    assert embedded is not None
    assert not embedded.is_running()


def test_it_is_stopped_after_an_error_too(settings: Settings) -> None:
    with pytest.raises(KeyError), database(settings):
        raise KeyError
    assert EmbeddedDatabase.running(settings.data_dir) is None


def test_the_last_one_to_leave_stops_it(settings: Settings) -> None:
    with other_user(settings.data_dir) as other:
        uri = uri_of(other)
        with database(settings) as same:
            assert same == uri
            other.communicate()
            assert other.returncode == 0
            write(uri, 1)
        assert EmbeddedDatabase.running(settings.data_dir) is None


def test_a_guest_leaves_it_running_for_its_host(settings: Settings) -> None:
    with other_user(settings.data_dir) as host:
        uri = uri_of(host)
        with database(settings):
            pass
        write(uri, 1)
        host.communicate()
    assert EmbeddedDatabase.running(settings.data_dir) is None


def test_it_outlives_a_killed_user_and_is_adopted_by_the_next(settings: Settings) -> None:
    with other_user(settings.data_dir) as killed:
        uri = uri_of(killed)
        write(uri, 1)
        killed.kill()
    with database(settings) as same:
        assert same == uri
        assert numbers(uri) == [1]
    assert EmbeddedDatabase.running(settings.data_dir) is None


def test_a_starter_killed_half_way_leaves_nothing_that_blocks(settings: Settings) -> None:
    record = settings.data_dir / "db.json"
    with other_user(settings.data_dir) as killed:
        assert wait_until(record.exists, timeout=30)
        killed.kill()
    with database(settings) as uri:
        write(uri, 1)
    assert EmbeddedDatabase.running(settings.data_dir) is None
