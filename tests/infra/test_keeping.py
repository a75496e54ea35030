"""A database that dies is there again, where it was, for as long as somebody keeps it."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from pymongo import MongoClient

from infra.embedded import DatabaseError, EmbeddedDatabase, database
from infra.keeping import kept_running
from infra.process import wait_until
from settings import Secrets, Settings
from storage.readiness import refuses_writes
from tests.storage.test_readiness import fill

SECRETS = Secrets(bytes(96), bytes(32), bytes(32), bytes(32))
pytestmark = pytest.mark.ring("all")


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[Settings]:
    yield Settings(secrets=SECRETS, data_dir=tmp_path)
    left_over = EmbeddedDatabase.running(tmp_path)
    if left_over is not None:
        left_over.stop(timeout=0)


def killed(data_dir: Path) -> EmbeddedDatabase:
    """The database that ran until now."""
    running = EmbeddedDatabase.running(data_dir)
    assert running is not None
    os.kill(running.pid, signal.SIGKILL)
    return running


def another(data_dir: Path, pid: int) -> EmbeddedDatabase | None:
    running = EmbeddedDatabase.running(data_dir)
    return running if running is not None and running.pid != pid else None


def test_one_that_is_kept_comes_back_on_its_port_again_and_again(settings: Settings) -> None:
    with database(settings) as uri, kept_running(settings):
        for _ in range(3):
            before = killed(settings.data_dir)
            assert wait_until(lambda: another(settings.data_dir, before.pid) is not None, 30)  # noqa: B023
            after = another(settings.data_dir, before.pid)
            assert after is not None
            assert after.answers_within(30)
            assert after.uri == uri
    assert EmbeddedDatabase.running(settings.data_dir) is None


def test_one_that_could_not_write_is_started_again_and_has_what_it_acknowledged(
    settings: Settings,
) -> None:
    with database(settings) as uri, kept_running(settings):
        before = EmbeddedDatabase.running(settings.data_dir)
        assert before is not None
        acknowledged = fill(before)
        assert wait_until(lambda: another(settings.data_dir, before.pid) is not None, 60)
        assert wait_until(lambda: not refuses_writes(uri, settings.mongodb_database, 5), 60)
        with MongoClient[dict[str, object]](uri) as client:
            assert client["city"]["letters"].count_documents({}) >= acknowledged


def test_whoever_starts_it_after_a_kill_finds_the_port_that_it_had(settings: Settings) -> None:
    started = EmbeddedDatabase.start(settings.data_dir)
    before = killed(settings.data_dir)
    assert wait_until(lambda: not before.is_running(), 10)
    again = EmbeddedDatabase.start(settings.data_dir)
    assert (again.port, again.pid != started.pid) == (started.port, True)


def test_a_port_that_somebody_has_taken_is_left_for_another_unless_it_is_asked_for(
    settings: Settings,
) -> None:
    started = EmbeddedDatabase.start(settings.data_dir)
    before = killed(settings.data_dir)
    assert wait_until(lambda: not before.is_running(), 10)
    taken: list[socket.socket] = []

    def take() -> bool:  # the dead process's own socket may take a moment to go
        with suppress(OSError):
            taken.append(socket.create_server(("127.0.0.1", started.port)))
        return bool(taken)

    assert wait_until(take, 10)
    with taken[0]:
        with pytest.raises(DatabaseError):
            EmbeddedDatabase.start(settings.data_dir, port=started.port)
        assert EmbeddedDatabase.start(settings.data_dir).port != started.port


def test_a_database_of_somebody_elses_is_not_kept(settings: Settings) -> None:
    with kept_running(replace(settings, mongodb_uri="mongodb://db.example")):
        assert EmbeddedDatabase.running(settings.data_dir) is None
