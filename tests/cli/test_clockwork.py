"""The functions beside `lizheng serve`: carried out, changed, kept running, and ended with it."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from pymongo import MongoClient

from api.tokens import DevelopmentIssuer
from domain.words import Role
from infra.embedded import EmbeddedDatabase
from infra.process import wait_until
from settings import Settings
from tests.cli.test_serve import Launcher, Server

pytestmark = [pytest.mark.ring("all"), pytest.mark.database]
RUN = """mutation($input: RunFunctionInput!) {
    runFunction(input: $input) { run { id state trigger } errors { message } } }"""
RESCHEDULE = """mutation($input: RescheduleFunctionInput!) {
    rescheduleFunction(input: $input) { function { schedule } errors { message } } }"""


@pytest.fixture
def start(tmp_path: Path, unused_tcp_port: int) -> Iterator[Launcher]:
    """Starts servers on one data directory."""
    launcher = Launcher(tmp_path / "data", unused_tcp_port)
    yield launcher
    for server in launcher.started:
        server.process.kill()
        server.process.communicate()
    left_over = EmbeddedDatabase.running(launcher.data_dir)
    if left_over is not None:
        left_over.stop(timeout=0)


def ask(server: Server, document: str, **given: Any) -> Any:
    """What OPS are answered."""
    seed = Settings.from_environment({"DATA_DIR": str(server.data_dir)}).secrets.token_key
    assert seed
    token = DevelopmentIssuer(seed).issue("ops", (Role.OPS,), None, datetime.now(UTC))
    answer = httpx.post(
        f"{server.url}/graphql",
        json={"query": document, "variables": {"input": given}},
        headers={"Authorization": f"Bearer {token}"},
        timeout=60,
    ).json()
    assert "errors" not in answer, answer
    return answer["data"]


def clockworks(server: Server) -> list[int]:
    """The process numbers of the server's clockworks that live."""
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        try:
            mark = f"DATA_DIR={server.data_dir}".encode()
            words = (path / "cmdline").read_bytes().split(b"\0")
            if b"clockwork" in words and mark in (path / "environ").read_bytes().split(b"\0"):
                found.append(int(path.name))
        except OSError:
            continue
    return found


def runs(server: Server, **criteria: Any) -> list[dict[str, Any]]:
    with MongoClient[dict[str, Any]](server.database.uri) as client:
        return list(client["lizheng"]["function_runs"].find(criteria))


def see_it_succeed(server: Server, name: str, times: int) -> None:
    """Wait for runs that ops asked for; an answer may come before a run's end."""
    wanted = {"name": name, "state": "SUCCEEDED", "requested_by": {"$ne": None}}
    assert wait_until(lambda: len(runs(server, **wanted)) == times, 60)


def test_a_run_that_ops_ask_for_is_carried_out_by_a_process_of_its_own(start: Launcher) -> None:
    server = start().wait_until_ready()
    payload = ask(server, RUN, name="overdue_sweep")["runFunction"]
    assert payload["errors"] == []
    see_it_succeed(server, "overdue_sweep", times=1)
    (pid,) = clockworks(server)
    os.kill(pid, signal.SIGKILL)
    assert wait_until(lambda: clockworks(server) not in ([], [pid]), 30)
    assert ask(server, RUN, name="overdue_sweep")["runFunction"]["errors"] == []
    see_it_succeed(server, "overdue_sweep", times=2)


def test_another_schedule_outlives_a_restart_and_what_was_missed_is_caught_up(
    start: Launcher,
) -> None:
    server = start().wait_until_ready()
    missed = (datetime.now(UTC) - timedelta(minutes=2)).replace(second=0, microsecond=0)
    cron = f"{missed.minute} {missed.hour} * * *"
    given = {"name": "overdue_sweep", "schedule": cron, "timezone": "UTC"}
    payload = ask(server, RESCHEDULE, **given)["rescheduleFunction"]
    assert payload["function"] == {"schedule": cron}
    server.end(signal.SIGTERM)
    server = start().wait_until_ready()
    with MongoClient[dict[str, Any]](server.database.uri, tz_aware=True) as client:
        # As if it had stood still since then: nobody has seen to that minute.
        client["lizheng"]["functions"].update_one(
            {"_id": "overdue_sweep"}, {"$set": {"covered_until": missed - timedelta(minutes=5)}}
        )
    wanted = {"trigger": "SCHEDULE", "scheduled_for": missed, "state": "SUCCEEDED"}
    assert wait_until(lambda: runs(server, name="overdue_sweep", **wanted) != [], 30)


@pytest.mark.parametrize(
    "number", [signal.SIGKILL, pytest.param(signal.SIGTERM, marks=pytest.mark.ring("release"))]
)
def test_the_clockwork_ends_with_its_server(start: Launcher, number: signal.Signals) -> None:
    server = start().wait_until_ready()
    assert wait_until(lambda: len(clockworks(server)) == 1, 30)
    began = time.monotonic()
    server.end(number)
    assert wait_until(lambda: clockworks(server) == [], 10)
    assert time.monotonic() - began < 15
