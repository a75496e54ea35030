"""Functions for tests of the frame: each does one thing, to a collection of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any, cast

from domain.refusals import Text
from domain.runs import RunEntry, Trigger
from services.functions.running import Frame, Terms, Wanted, run_function
from services.functions.runs import Job, Run
from services.functions.table import CatchUp, Function
from services.functions.workshop import ObjectStore, Post, Workshop
from services.office import Office
from storage.mongo import Collection, Session

MONDAY = datetime(2017, 3, 6, 1, 0, tzinfo=UTC)
WRITTEN_BY_JOBS = "written_by_jobs"


class NothingOutside:
    """Neither store nor post: a job that asks for them fails its test."""


def workshop(office: Office) -> Workshop:
    nothing = NothingOutside()
    return Workshop(office, cast("ObjectStore", nothing), cast("Post", nothing))


def written(office: Office) -> Collection:
    """Where the jobs here write."""
    return office.runs._runs.database[WRITTEN_BY_JOBS]


def _given(job: Job, name: str) -> Job:
    return job


def table(*jobs: Job, catch_up: CatchUp = CatchUp.LATEST) -> Mapping[str, Function]:
    """Functions with these jobs, by their names, every ten minutes."""
    rows = {}
    for job in jobs:
        name = cast("Any", job).__name__
        rows[name] = Function(
            name, Text("测试", "a test"), "*/10 * * * *", catch_up, find_job=partial(_given, job)
        )
    return rows


class Clock:
    """A clock that moves by a second each time it is read."""

    def __init__(self, start: datetime = MONDAY) -> None:
        self.ticks = start.timestamp()

    def __call__(self) -> datetime:
        self.ticks += 1
        return datetime.fromtimestamp(self.ticks, UTC)


def frame(office: Office, *jobs: Job, **changed: Any) -> Frame:
    """What the jobs run in; ``changed`` stands instead of the usual."""
    usual: dict[str, Any] = {"clock": Clock(), "functions": table(*jobs)}
    return Frame(workshop(office), **{**usual, **changed})


def wanted(job: Job, at: datetime = MONDAY, **changed: Any) -> Wanted:
    return Wanted(cast("Any", job).__name__, at, **{"trigger": Trigger.COMMAND, **changed})


async def carried_out(office: Office, job: Job, **changed: Any) -> RunEntry:
    """The entry of the usual run of this job; ``trigger``, ``at`` and ``label`` are the run's."""
    of_run = {name: changed.pop(name) for name in ("trigger", "at", "label") if name in changed}
    return await run_function(frame(office, job, **changed), wanted(job, **of_run))


def note(office: Office, what: int) -> Callable[[Session], Awaitable[None]]:
    """Writes a number down, with who was asked to."""

    async def work(session: Session) -> None:
        await written(office).insert_one({"number": what}, session=session)

    return work


async def notes(office: Office) -> list[int]:
    """The numbers that were written, in order."""
    found = written(office).find().sort("_id", 1)
    return [one["number"] async for one in found]


async def three(workshop: Workshop, run: Run) -> None:
    """Writes 1, 2 and 3, each behind its own checkpoint."""
    for number in range((run.checkpoint or {}).get("after", 0) + 1, 4):
        if not run.has_time():
            return
        run.saw()
        if not run.dry:
            await run.write(note(workshop.office, number))
        run.changed(str(number), "NOTE")
        await run.reached({"after": number})


async def slowly(workshop: Workshop, run: Run) -> None:
    """The same, and others get their turn meanwhile."""
    for number in range((run.checkpoint or {}).get("after", 0) + 1, 4):
        await run.write(note(workshop.office, number))
        run.changed(str(number), "NOTE")
        await run.reached({"after": number})
        await asyncio.sleep(0)


QUICK = Terms(lease=1.0, renewal=0.3, margin=30, outage=1)
"""Leases that a test can wait for."""
