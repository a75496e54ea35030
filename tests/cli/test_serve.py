"""`lizheng serve` as its users meet it: a process that is started, stopped and killed."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest
from pymongo import MongoClient

from infra.embedded import EmbeddedDatabase
from infra.process import wait_until

PROGRAM = Path(sys.executable).with_name("lizheng")
pytestmark = [pytest.mark.ring("all"), pytest.mark.database]


class Server:
    """A server on a data directory, seen from outside."""

    def __init__(self, data_dir: Path, port: int) -> None:
        self.data_dir = data_dir
        self.url = f"http://127.0.0.1:{port}"
        environ = {"PATH": os.environ["PATH"], "DATA_DIR": str(data_dir), "DEMO": "0"}
        environ |= {"PORT": str(port), "MONGODB_DRIVER": os.environ.get("MONGODB_DRIVER", "motor")}
        self.process = subprocess.Popen(
            [PROGRAM, "serve"],
            env=environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def status(self, path: str) -> int:
        """The status of an answer; 0 without one."""
        with suppress(httpx.TransportError):
            return httpx.get(self.url + path, timeout=30).status_code
        return 0

    def wait_until_ready(self) -> Server:
        wait_until(
            lambda: self.status("/readyz") == 200 or self.process.poll() is not None, timeout=60
        )
        assert self.process.poll() is None, self.process.communicate()[0]
        return self

    def end(self, number: signal.Signals) -> str:
        """Send a signal; what the server had said once it has ended."""
        self.process.send_signal(number)
        return self.process.communicate(timeout=30)[0]

    @property
    def database(self) -> EmbeddedDatabase:
        running = EmbeddedDatabase.running(self.data_dir)
        assert running is not None
        return running


class Launcher:
    """Starts servers on one data directory and port."""

    def __init__(self, data_dir: Path, port: int) -> None:
        self.data_dir = data_dir
        self.port = port
        self.started: list[Server] = []

    def __call__(self) -> Server:
        self.started.append(Server(self.data_dir, self.port))
        return self.started[-1]


@pytest.fixture
def start(tmp_path: Path, unused_tcp_port: int) -> Iterator[Launcher]:
    launcher = Launcher(tmp_path / "data", unused_tcp_port)
    yield launcher
    for server in launcher.started:
        server.process.kill()
        server.process.communicate()
    left_over = EmbeddedDatabase.running(launcher.data_dir)
    if left_over is not None:
        left_over.stop(timeout=0)


def write(uri: str, number: int) -> None:
    with MongoClient[dict[str, int]](uri, w="majority", journal=True) as client:
        client.test.letters.insert_one({"_id": number})


def numbers(uri: str) -> list[int]:
    with MongoClient[dict[str, int]](uri) as client:
        return sorted(letter["_id"] for letter in client.test.letters.find())


@pytest.mark.parametrize(
    "number", [signal.SIGTERM, pytest.param(signal.SIGINT, marks=pytest.mark.ring("release"))]
)
def test_a_signal_ends_it_and_its_database_and_loses_nothing(
    start: Launcher, number: signal.Signals
) -> None:
    server = start().wait_until_ready()
    database = server.database
    write(database.uri, 1)

    said = server.end(number)

    assert server.process.returncode == 0
    assert "Traceback" not in said
    assert said.endswith("Stopped.\n")
    assert not database.is_running()
    assert numbers(start().wait_until_ready().database.uri) == [1]


def test_an_impatient_second_signal_changes_nothing(start: Launcher) -> None:
    server = start().wait_until_ready()
    database = server.database
    server.process.send_signal(signal.SIGINT)
    server.process.send_signal(signal.SIGTERM)
    said = server.end(signal.SIGINT)
    assert server.process.returncode == 0
    assert "Traceback" not in said
    assert not database.is_running()


def test_a_signal_while_it_starts_leaves_nothing_behind(start: Launcher) -> None:
    server = start()
    assert wait_until((server.data_dir / "db.json").exists, timeout=30)
    said = server.end(signal.SIGTERM)
    assert server.process.returncode == 0
    assert "Traceback" not in said
    assert EmbeddedDatabase.running(server.data_dir) is None


def test_the_database_of_a_killed_server_is_adopted(start: Launcher) -> None:
    killed = start().wait_until_ready()
    database = killed.database
    write(database.uri, 1)
    killed.end(signal.SIGKILL)
    assert database.is_running()

    next_server = start().wait_until_ready()
    assert next_server.database.pid == database.pid
    assert numbers(database.uri) == [1]

    next_server.end(signal.SIGTERM)
    assert not database.is_running()


@pytest.mark.ring("release")
def test_it_starts_again_after_server_and_database_were_killed(start: Launcher) -> None:
    killed = start().wait_until_ready()
    write(killed.database.uri, 1)
    os.kill(killed.database.pid, signal.SIGKILL)
    killed.end(signal.SIGKILL)
    assert numbers(start().wait_until_ready().database.uri) == [1]


def test_it_lives_but_is_not_ready_while_its_database_does_not_answer(start: Launcher) -> None:
    server = start().wait_until_ready()
    pid = server.database.pid
    os.kill(pid, signal.SIGSTOP)
    assert wait_until(lambda: server.status("/readyz") == 503, timeout=30)
    assert server.status("/healthz") == 200
    os.kill(pid, signal.SIGCONT)
    assert wait_until(lambda: server.status("/readyz") == 200, timeout=30)
    server.end(signal.SIGTERM)
    assert server.process.returncode == 0


@pytest.mark.ring("release")
def test_a_database_that_was_killed_comes_back_on_its_port(start: Launcher) -> None:
    server = start().wait_until_ready()
    killed = server.database
    for number in (1, 2):
        write(killed.uri, number)
        pid = server.database.pid
        os.kill(pid, signal.SIGKILL)
        assert wait_until(lambda: is_another(server.data_dir, pid), timeout=30)  # noqa: B023
        server.wait_until_ready()
        assert server.database.uri == killed.uri
        assert numbers(killed.uri) == list(range(1, number + 1))
    said = server.end(signal.SIGTERM)
    assert server.process.returncode == 0
    assert "Traceback" not in said
    assert EmbeddedDatabase.running(server.data_dir) is None


def is_another(data_dir: Path, pid: int) -> bool:
    running = EmbeddedDatabase.running(data_dir)
    return running is not None and running.pid != pid


def test_a_taken_port_is_told_before_anything_is_started(start: Launcher) -> None:
    with socket.create_server(("127.0.0.1", start.port)):
        server = start()
        said = server.process.communicate(timeout=30)[0]
    assert server.process.returncode == 1
    assert said == f"lizheng: cannot listen on 127.0.0.1:{start.port}: Address already in use\n"
    assert not (start.data_dir / "db").exists()
