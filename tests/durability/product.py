"""The whole product as its users run it: child processes that are started, stopped and killed."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, Any, TypeVar

import httpx

from api.tokens import DevelopmentIssuer
from domain.words import Role
from infra.embedded import EmbeddedDatabase
from infra.process import wait_until
from settings import Settings
from storage import mongo

PROGRAM = Path(sys.executable).with_name("lizheng")
START_SECONDS = 60
STOP_SECONDS = 30
COMMAND_SECONDS = 300
ANSWER_SECONDS = 30
PROGRESS = re.compile(r"(: [\d,]+ so far|: \d+ %|…)$")

T = TypeVar("T")


class Product:
    """`lizheng serve` on one data directory and port, again and again."""

    def __init__(self, folder: Path, port: int) -> None:
        self.data_dir = folder / "data"
        self._log = folder / "serve.log"
        self._url = f"http://127.0.0.1:{port}"
        self._environ = {
            "PATH": os.environ["PATH"],
            "DATA_DIR": str(self.data_dir),
            "DEMO": "0",
            "PORT": str(port),
            "MONGODB_DRIVER": os.environ.get("MONGODB_DRIVER", "motor"),
            "OPERATION_SECONDS": "25",  # a slow machine is no fault of what is asked
        }
        self._api: subprocess.Popen[bytes] | None = None
        self._stopping: EmbeddedDatabase | None = None
        self._asked_at = 0.0

    @property
    def url(self) -> str:
        """Where it answers."""
        return self._url

    @property
    def environ(self) -> dict[str, str]:
        """The environment that the processes, and commands beside them, run in."""
        return dict(self._environ)

    def told(self, **variables: str) -> None:
        """What the next processes are told beside the usual."""
        self._environ |= variables

    def take_keys_of(self, product: Product) -> None:
        """What has to be kept beside a backup."""
        shutil.copy(product.data_dir / "secrets.json", self.data_dir / "secrets.json")

    @property
    def settings(self) -> Settings:
        """What the running processes were told."""
        return Settings.from_environment(self._environ)

    @property
    def database(self) -> EmbeddedDatabase:
        """The process that ``db.json`` names."""
        running = EmbeddedDatabase.running(self.data_dir)
        assert running is not None
        return running

    @property
    def api(self) -> subprocess.Popen[bytes]:
        """The process that was launched last."""
        assert self._api is not None
        return self._api

    def said(self) -> str:
        """What the process that was launched last has said so far."""
        return self._log.read_text(errors="replace")

    # Starting

    def launch(self, *words: str) -> None:
        """Start `lizheng serve`, or another command in its place, and do not wait."""
        with self._log.open("wb") as log:
            self._api = self._spawn(*(words or ("serve",)), output=log)

    def start(self) -> None:
        """Start it, and wait until it can do its work."""
        self.launch()
        self.see_it_ready()

    def see_it_ready(self) -> None:
        """Wait until what was launched can do its work."""
        assert wait_until(
            lambda: self.status("/readyz") == 200 or self.api.poll() is not None, START_SECONDS
        )
        assert self.api.poll() is None, self.said()

    # Ending

    def stop(self) -> None:
        """Ask it to end, and see that it does."""
        self.ask_to_stop()
        self.see_it_stop()

    def ask_to_stop(self) -> None:
        """SIGTERM, to the API alone."""
        self._stopping = EmbeddedDatabase.running(self.data_dir)
        self._asked_at = time.monotonic()
        self.api.send_signal(signal.SIGTERM)

    def see_it_stop(self) -> None:
        """In time, without an error, and no database is left."""
        left = STOP_SECONDS - (time.monotonic() - self._asked_at)
        assert self.api.wait(max(left, 0)) == 0, self.said()
        assert "Traceback" not in self.said()
        assert self._stopping is None or not self._stopping.is_running()
        assert self.has_no_database()

    def kill(self, *victims: str) -> None:
        """``kill -9`` to "api", "database" or both, in this order; gone when this returns."""
        numbers = {name: self._number(name) for name in victims}
        victim = self.database if "database" in victims else None
        for name in victims:
            os.kill(numbers[name], signal.SIGKILL)
        if "api" in victims:
            self.api.wait(STOP_SECONDS)
        if victim is not None:
            assert wait_until(lambda: not victim.is_running(), STOP_SECONDS)

    def kill_what_runs(self) -> None:
        """The same to both, or to the API alone where there is no database."""
        self.kill("api", *[] if self.has_no_database() else ["database"])

    def has_no_database(self) -> bool:
        """Whether no database runs on the data directory."""
        return EmbeddedDatabase.running(self.data_dir) is None

    def remove(self) -> None:
        """Leave no process behind, whatever state a test left it in."""
        if self._api is not None:
            self._api.kill()
            self._api.wait(STOP_SECONDS)
        left_over = EmbeddedDatabase.running(self.data_dir)
        if left_over is not None:
            left_over.stop(timeout=0)

    # Asking

    def status(self, path: str) -> int:
        """The status of an answer; 0 without one."""
        with suppress(httpx.TransportError), self.client() as client:
            return client.get(path).status_code
        return 0

    def client(self) -> httpx.Client:
        """A client with a connection of its own."""
        return httpx.Client(base_url=self._url, timeout=ANSWER_SECONDS, trust_env=False)

    def token(self, role: Role) -> dict[str, str]:
        """Headers of somebody in this role, for the whole city."""
        seed = self.settings.secrets.token_key
        assert seed is not None
        moment = datetime.now(UTC) - timedelta(seconds=1)
        token = DevelopmentIssuer(seed).issue(f"the-{role.value.lower()}", (role,), None, moment)
        return {"Authorization": f"Bearer {token}"}

    def command(self, *words: str) -> tuple[int, str]:
        """Exit status of a command of ours, and what it said but for how far it had come."""
        with self._spawn(*words, output=subprocess.PIPE) as process:
            try:
                said = process.communicate(timeout=COMMAND_SECONDS)[0]
            finally:
                process.kill()
        return process.returncode, without_progress(said.decode())

    def holds(self, collection: str, count: int) -> bool:
        """Whether there are so many documents of a kind."""

        async def counted(database: mongo.Database) -> int:
            return await database[collection].count_documents({})

        return self.in_database(counted) >= count

    def in_database(self, job: Callable[[mongo.Database], Awaitable[T]]) -> T:
        """What ``job`` answers on the database, past everything that guards it."""
        settings = self.settings

        async def run() -> T:
            client = mongo.connect(self.database.uri, settings.mongodb_driver)
            try:
                return await job(client[settings.mongodb_database])
            finally:
                await mongo.close(client)

        return asyncio.run(run())

    def _number(self, name: str) -> int:
        return self.database.pid if name == "database" else self.api.pid

    def _spawn(self, *words: str, output: IO[bytes] | int) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [PROGRAM, *words],
            env=self._environ,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def without_progress(said: str) -> str:
    """The same without the lines of progress, of which a slow machine sees more."""
    lines = said.splitlines(keepends=True)
    return "".join(line for line in lines if not PROGRESS.search(line))


def asked(
    client: httpx.Client, document: str, headers: dict[str, str] | None = None, **variables: Any
) -> dict[str, Any]:
    """The body of a GraphQL answer, errors and all; raises ``httpx.TransportError`` without one."""
    answer = client.post(
        "/graphql", json={"query": document, "variables": variables}, headers=headers
    )
    body: dict[str, Any] = answer.json()
    return body
