"""Runs in processes of their own: two at once, killed ones, and one that sleeps through it all."""

from __future__ import annotations

import asyncio
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from pathlib import Path

import pytest

from domain.runs import RunEntry, RunState
from services.office import Office
from storage import mongo
from tests.services.functions.jobs import notes

ROOT = Path(__file__).resolve().parents[3]
AT, LATER = "2017-03-06T01:00:00+00:00", "2017-03-06T01:10:00+00:00"
ALL = [1, 2, 3, 4, 5]
LONG = "60"
pytestmark = pytest.mark.ring("all")


class Runner:
    """One process, heard and spoken to."""

    def __init__(self, process: Process) -> None:
        self.process = process

    async def says(self) -> str:
        """The next line."""
        assert self.process.stdout
        return (await self.process.stdout.readline()).decode().strip()

    async def until(self, line: str) -> None:
        """Wait for it to say that."""
        while (said := await self.says()) != line:
            assert said, f"it ended before it said {line!r}"

    def go_on(self) -> None:
        assert self.process.stdin
        self.process.stdin.write(b"\n")

    async def last(self) -> str:
        """What it said last; it has ended."""
        said, _ = await self.process.communicate()
        return said.decode().splitlines()[-1] if said else ""

    async def kill(self) -> None:
        self.process.kill()
        await self.process.wait()


Start = Callable[..., Awaitable[Runner]]


@pytest.fixture
async def start(
    office: Office, database: mongo.Database, mongo_uri: str, driver: mongo.Driver
) -> AsyncIterator[Start]:
    """Starts runs of ``count`` in processes; whatever is left of them is killed."""
    runners = []

    async def started(at: str = AT, lease: str = LONG, hold: str = "") -> Runner:
        program = (sys.executable, "-m", "tests.services.functions.process")
        arguments = (mongo_uri, database.name, driver, at, lease, hold)
        process = await asyncio.create_subprocess_exec(
            *program, *arguments, cwd=ROOT, stdin=PIPE, stdout=PIPE
        )
        runners.append(Runner(process))
        return runners[-1]

    yield started
    for runner in runners:
        with suppress(ProcessLookupError):
            await runner.kill()


async def entry_of(office: Office, at: str = "2017-03-06T01:00:00Z") -> RunEntry:
    entry = await office.runs.by_id(f"count@{at}")
    assert entry
    return entry


async def lease_over(office: Office) -> None:
    """When the lease has run out: on the server's clock."""
    async with asyncio.timeout(20):
        while await held_by(office):  # noqa: ASYNC110  # nobody tells
            await asyncio.sleep(0.05)


async def held_by(office: Office) -> str | None:
    return (await office.functions.states(["count"]))["count"].held_by


async def test_two_deliveries_at_once_have_the_effects_of_one(office: Office, start: Start) -> None:
    runners = [await start() for _ in range(3)]
    said = [await runner.last() for runner in runners]
    assert sum(one.startswith("SUCCEEDED 1") for one in said) >= 1
    assert not any(one.startswith(("SKIPPED", "FAILED")) for one in said)
    assert sorted(await notes(office)) == ALL
    assert (await entry_of(office)).attempt == 1


async def test_a_run_of_another_time_does_not_come_between(office: Office, start: Start) -> None:
    first = await start(hold="3")
    await first.until("before 3")
    second = await start(at=LATER)
    assert (await second.last()).startswith("SKIPPED 0 another run holds this function: count@")
    first.go_on()
    assert await first.last() == "SUCCEEDED 1 None"
    assert sorted(await notes(office)) == ALL


@pytest.mark.parametrize("hold", ["3", "in 3"], ids=["between two writes", "within one"])
async def test_a_killed_run_is_taken_over_at_once_on_its_machine(
    office: Office, start: Start, hold: str
) -> None:
    killed = await start(hold=hold)
    await killed.until(f"in {3}" if hold == "in 3" else "before 3")
    await killed.kill()
    assert (await entry_of(office)).state is RunState.RUNNING
    assert await (await start()).last() == "SUCCEEDED 2 None"
    assert sorted(await notes(office)) == ALL
    entry = await entry_of(office)
    assert (entry.counts.seen, entry.counts.changed) == (5, 5)


async def test_a_run_after_a_killed_one_of_another_time_says_what_became_of_it(
    office: Office, start: Start
) -> None:
    killed = await start(hold="3")
    await killed.until("before 3")
    await killed.kill()
    assert await (await start(at=LATER)).last() == "SUCCEEDED 1 None"
    left = await entry_of(office)
    assert (left.state, left.checkpoint) == (RunState.FAILED, {"after": 2})
    assert await (await start()).last() == "SUCCEEDED 2 None"
    assert sorted(await notes(office)) == sorted(ALL + ALL)


@pytest.mark.parametrize("at", [AT, LATER], ids=["the same run", "another one"])
async def test_a_paused_process_that_wakes_up_cannot_write(
    office: Office, start: Start, at: str
) -> None:
    paused = await start(lease="0.4", hold="3")
    await paused.until("before 3")
    paused.process.send_signal(signal.SIGSTOP)
    await lease_over(office)
    after = await start(at=at)
    expected = "SUCCEEDED 2 None" if at == AT else "SUCCEEDED 1 None"
    assert await after.last() == expected
    before = await notes(office)
    paused.go_on()
    paused.process.send_signal(signal.SIGCONT)
    said = await paused.last()
    assert "wrote 3" not in said
    assert said.startswith("SUCCEEDED 2" if at == AT else "FAILED 1 it ended without a word")
    assert await notes(office) == before
    assert sorted(before) == sorted(ALL if at == AT else [1, 2, *ALL])


async def test_a_process_that_was_paused_within_a_write_ends_it_before_anybody_else_begins(
    office: Office, start: Start
) -> None:
    paused = await start(lease="0.4", hold="in 3")
    await paused.until("in 3")
    paused.process.send_signal(signal.SIGSTOP)
    assert (await (await start()).last()).startswith("REQUESTED 1")  # nobody can get in between
    paused.go_on()
    paused.process.send_signal(signal.SIGCONT)
    assert await paused.last() == "SUCCEEDED 1 None"
    assert sorted(await notes(office)) == ALL
