"""A run of the archive in a process of its own that kills itself at a step.

``python -m tests.services.functions.archive_killed URI DATABASE FOLDER DRIVER POINT``

Whatever a run does to the outside goes through four doors: objects are put and fetched, the
database is written, the ledger is told. Each passage has a number. ``POINT`` is such a number, to
die before that passage; with ``+`` behind it, to die inside: the transaction is written, and not
committed. Where the point is not reached, the passages are told on standard output.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar, cast

from domain.runs import Trigger
from infra.identity import own_identity
from infra.objects import DirectoryStore
from services.archive.archiving import Archiving
from services.functions.running import Frame, Wanted, run_function
from services.functions.runs import Run, Write
from services.functions.workshop import Post, Workshop
from services.office import close_office, open_office
from storage import mongo
from storage.mongo import Session
from tests.services.functions.archiving import AUTUMN, PARTS_OF_TWO
from tests.services.functions.jobs import Clock, table
from tests.services.offices import KEYS

T = TypeVar("T")


@dataclass
class Doors:
    """Counts passages, and ends the process at one of them."""

    point: str
    passages: list[str]

    def pass_by(self, name: str) -> None:
        """Before the passage."""
        self.passages.append(name)
        if self.point == str(len(self.passages)):
            _die()

    def is_inside(self) -> None:
        """What was to be done is done, but for its end."""
        if self.point == f"{len(self.passages)}+":
            _die()


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


@dataclass(frozen=True)
class Watched:
    """A store whose every use is a passage."""

    store: DirectoryStore
    doors: Doors

    async def put_new(self, key: str, body: bytes, sha256: str) -> bool:
        name = key.rpartition("/")[2]
        self.doors.pass_by("put anchor" if key.startswith("anchors/") else f"put {name}")
        return await self.store.put_new(key, body, sha256)

    async def get(self, key: str) -> bytes | None:
        self.doors.pass_by(f"get {key.rpartition('/')[2]}")
        return await self.store.get(key)

    def keys(self, prefix: str) -> AsyncIterator[str]:
        return self.store.keys(prefix)


def watch(run: Run, doors: Doors) -> None:
    """Every write of this run, and all that it tells the ledger, is a passage."""
    written, reached = run.write, run.reached

    async def write(work: Write[T]) -> T:
        doors.pass_by("write")

        async def inside(session: Session) -> T:
            done = await work(session)
            doors.is_inside()
            return done

        return await written(inside)

    async def reach(checkpoint: Mapping[str, Any]) -> None:
        doors.pass_by("reached")
        await reached(checkpoint)

    cast("Any", run).write, cast("Any", run).reached = write, reach


def job(doors: Doors) -> Callable[[Workshop, Run], Any]:
    """The archive, watched."""

    async def monthly_archive(workshop: Workshop, run: Run) -> None:
        watch(run, doors)
        await Archiving(workshop, run, PARTS_OF_TWO).carry_out()
        doors.pass_by("end")

    return monthly_archive


async def main(uri: str, database: str, folder: str, driver: mongo.Driver, point: str) -> None:
    """One run, as far as it gets."""
    client = mongo.connect(uri, driver)
    office = await open_office(client, database, driver, KEYS)
    doors = Doors(point, [])
    workshop = Workshop(office, Watched(DirectoryStore(Path(folder)), doors), cast("Post", None))
    frame = Frame(workshop, Clock(AUTUMN), functions=table(job(doors)), process=own_identity())
    entry = await run_function(frame, Wanted("monthly_archive", AUTUMN, Trigger.COMMAND))
    assert entry.error is None, entry.error
    print("\n".join(doors.passages))  # noqa: T201
    await close_office(office)
    await mongo.close(client)


if __name__ == "__main__":
    given_uri, given_name, given_folder, given_driver, given_point = sys.argv[1:]
    told_driver = cast("mongo.Driver", given_driver)
    asyncio.run(main(given_uri, given_name, given_folder, told_driver, given_point))
