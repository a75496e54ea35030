"""The embedded database: a MongoDB server for a machine that has none.

SecantusDB runs as a process of its own, one per data directory, on a free port. What is known
about it lies beside its data:

    db/        its storage
    db.json    process number and port of the one that runs
    db.log     what it said
    db.lock    held while somebody starts or stops it
    db.users   shared by everybody who uses it: the last one to leave stops it

Locks are the kernel's, so they vanish with a killed process; the database then stays, and the
next user adopts it.
"""

from __future__ import annotations

import fcntl
import json
import os
import socket
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Self

from infra.process import is_running, terminate, wait_until
from settings import Settings
from storage.mongo import server_pid

PROGRAM: Sequence[str] = (str(Path(sys.executable).with_name("secantusd-py")),)
"""How the server is called; its options follow."""
HOST = "127.0.0.1"
START_SECONDS = 30.0
ADOPT_SECONDS = 10.0
STOP_SECONDS = 15.0
ASK_SECONDS = 1.0  # for one question; asked again while it lives
TRIES = 3
_PORT_TAKEN = "Address already in use"  # by somebody quicker, after we had found it free

# The new process writes its own number down before it becomes the database, and holds the lock
# (its standard input) until then: a starter killed half-way leaves no database unknown.
_LAUNCH = """
printf '{"pid": %d, "port": %d}' $$ "$2" > "$1.new" && mv "$1.new" "$1" || exit 1
shift 2
exec "$@" < /dev/null
"""


class DatabaseError(RuntimeError):
    """The embedded database did not start; the message ends with the end of its log."""


@dataclass(frozen=True)
class EmbeddedDatabase:
    """A running database process. `adopted` tells that somebody else had started it."""

    data_dir: Path
    pid: int
    port: int
    adopted: bool

    @property
    def uri(self) -> str:
        """Where clients connect to.

        Nothing is retried by the driver: this server walks over all that it keeps for retries at
        every write, and keeps it in memory, so that a retry after its death would be a second
        write.
        """
        return f"mongodb://{HOST}:{self.port}/?retryWrites=false"

    @classmethod
    def start(
        cls, data_dir: Path, *, adopt_seconds: float = ADOPT_SECONDS, port: int | None = None
    ) -> Self:
        """The database of `data_dir`: the one that runs and answers, or else a new one.

        One that runs but does not answer within `adopt_seconds` is ended first. A new one
        listens on `port`; without it, where one that died did, so that whoever used it finds it
        again, or on a free one. Raises `DatabaseError` when none answers after `START_SECONDS`.
        """
        data_dir = _prepared(data_dir)
        with _locked(data_dir) as lock:
            return cls.start_locked(data_dir, lock, adopt_seconds, port)

    @classmethod
    def start_locked(
        cls, data_dir: Path, lock: IO[str], adopt_seconds: float, port: int | None = None
    ) -> Self:
        """`start` for a caller who holds the lock on starting and stopping already."""
        last = cls._recorded(data_dir)
        wanted = port or (last.port if last else None)
        left_over = cls.running(data_dir)
        if left_over is not None:
            if left_over.answers_within(adopt_seconds):
                return left_over
            left_over.stop(timeout=1)
        for _ in range(TRIES - 1):
            try:
                return cls._launch(data_dir, lock, wanted or _free_port())
            except DatabaseError as error:
                if _PORT_TAKEN not in str(error):
                    raise
                wanted = port
        return cls._launch(data_dir, lock, wanted or _free_port())

    @classmethod
    def running(cls, data_dir: Path) -> Self | None:
        """The database that was started for `data_dir` and still lives; None without one."""
        found = cls._recorded(data_dir.resolve())
        return found if found is not None and found.is_running() else None

    @classmethod
    def _recorded(cls, data_dir: Path) -> Self | None:
        """What `db.json` names, dead or alive."""
        try:
            record = json.loads((data_dir / "db.json").read_text())
            return cls(data_dir, int(record["pid"]), int(record["port"]), adopted=True)
        except (FileNotFoundError, ValueError, KeyError, TypeError):
            return None

    @classmethod
    def _launch(cls, data_dir: Path, lock: IO[str], port: int) -> Self:
        log = data_dir / "db.log"
        said_before = log.stat().st_size if log.exists() else 0
        started = cls(data_dir, _spawn(data_dir, port, lock), port, adopted=False)
        try:
            if started.answers_within(START_SECONDS):
                return started
        except BaseException:
            started.stop()
            raise
        started.stop(timeout=1)
        said = log.read_text(errors="replace")[said_before:]
        raise DatabaseError(f"The embedded database did not start. {log} ends:\n{said[-2000:]}")

    def is_running(self) -> bool:
        """Whether its process lives."""
        return is_running(self.pid, self._mark)

    def answers_within(self, seconds: float) -> bool:
        """Wait until it, and not another server on its port, answers; or until it is gone."""

        def answers() -> bool:
            return (
                _accepts(self.port) and server_pid(self.uri, min(seconds, ASK_SECONDS)) == self.pid
            )

        return wait_until(lambda: answers() or not self.is_running(), seconds) and answers()

    def stop(self, timeout: float = STOP_SECONDS) -> None:
        """Close the database; after `timeout` seconds end it by force. Acknowledged data stays."""
        # It waits in accept() and ends two seconds late, or at once when somebody knocks; a
        # signal now and then it does not notice at all (seen under Python 3.11).
        terminate(self.pid, self._mark, timeout, serves=lambda: _accepts(self.port))
        (self.data_dir / "db.json").unlink(missing_ok=True)

    @property
    def _mark(self) -> str:
        return str(self.data_dir / "db")


@contextmanager
def database(settings: Settings) -> Iterator[str]:
    """The URI of the database to use: the configured one, or the embedded one, running.

    Everybody who uses the embedded database shares it; the last one to leave stops it.
    """
    if settings.mongodb_uri is not None:
        yield settings.mongodb_uri
        return
    data_dir = _prepared(settings.data_dir)
    with (data_dir / "db.users").open("a") as users:
        with _locked(data_dir) as lock:
            fcntl.flock(users, fcntl.LOCK_SH)
            embedded = EmbeddedDatabase.start_locked(data_dir, lock, ADOPT_SECONDS)
        try:
            yield embedded.uri
        finally:
            with _locked(data_dir):
                running = EmbeddedDatabase.running(data_dir)
                if _is_last(users) and running is not None:
                    running.stop()


def _is_last(users: IO[str]) -> bool:
    """Whether nobody else holds the lock that all users share. Gives up our share of it."""
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def _locked(data_dir: Path) -> Iterator[IO[str]]:
    """Alone in starting and stopping the database of this directory."""
    with (data_dir / "db.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield lock


def _prepared(data_dir: Path) -> Path:
    data_dir = data_dir.resolve()
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    return data_dir


def _spawn(data_dir: Path, port: int, lock: IO[str]) -> int:
    """Start the process, in a session of its own: Ctrl-C is for the server before it."""
    config = data_dir / "db.toml"
    config.touch()  # named, so that no other configuration on this machine is found
    command = [*PROGRAM, "--config", str(config), "--host", HOST, "--port", str(port)]
    command += ["--storage-path", str(data_dir / "db"), "--sync-on-commit"]
    log = os.open(data_dir / "db.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        return os.posix_spawn(
            "/bin/sh",
            ["sh", "-c", _LAUNCH, "database", str(data_dir / "db.json"), str(port), *command],
            os.environ,
            file_actions=[(os.POSIX_SPAWN_DUP2, lock.fileno(), 0)]
            + [(os.POSIX_SPAWN_DUP2, log, output) for output in (1, 2)],
            setsid=True,
        )
    finally:
        os.close(log)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _accepts(port: int) -> bool:
    try:
        socket.create_connection((HOST, port), timeout=1).close()
    except OSError:
        return False
    return True
