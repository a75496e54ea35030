"""A run of the delivery in a process of its own that kills itself at a step.

``python -m tests.services.functions.delivery_killed URI DATABASE FILE DRIVER AT POINT``

What a run does to the outside goes through two doors: messages are sent, into ``FILE``, and the
database is written. Each passage has a number. ``POINT`` is such a number, to die before that
passage; with ``+`` behind it, to die inside: the message is sent and nothing marked, the
transaction is written and not committed. Where the point is not reached, the passages are told on
standard output.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar, cast

from domain.runs import RunEntry, Trigger
from infra.identity import is_gone, own_identity
from services.functions.deliver_notices import deliver_notices
from services.functions.messages import Message
from services.functions.running import Frame, Wanted, run_function
from services.functions.workshop import ObjectStore, Workshop
from services.office import Office, close_office, open_office
from storage import mongo
from storage.functions import Lease
from storage.mongo import Session
from tests.services.functions.jobs import Clock, table
from tests.services.offices import KEYS

T = TypeVar("T")


@dataclass
class Doors:
    """Counts passages, and ends the process at one of them."""

    point: str
    passages: list[str]

    def pass_by(self, name: str) -> str:
        """Before the passage, which is told apart by its number."""
        self.passages.append(name)
        number = str(len(self.passages))
        if self.point == number:
            _die()
        return number

    def is_inside(self, number: str) -> None:
        """What was to be done is done, but for its end."""
        if self.point == f"{number}+":
            _die()


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


@dataclass(frozen=True)
class FilePost:
    """One line a message; what it has taken is on the disk."""

    path: Path
    doors: Doors | None = None

    async def send(self, message: Message) -> None:
        number = self.doors.pass_by("send") if self.doors else ""
        line = {"id": message.id, "to": message.to, "text": message.text, "about": message.about}
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
            file.flush()
            os.fsync(file.fileno())
        if self.doors:
            self.doors.is_inside(number)


async def delivered(office: Office, post: FilePost, at: datetime) -> RunEntry:
    """The entry of a run; a dead process's lease is not waited for."""
    frame = Frame(
        Workshop(office, cast("ObjectStore", None), post, "https://letters.example"),
        Clock(at),
        functions=table(deliver_notices),
        process=own_identity(),
        is_gone=is_gone,
    )
    return await run_function(frame, Wanted("deliver_notices", at, Trigger.COMMAND))


def watch_writes(office: Office, doors: Doors) -> None:
    """Every write behind the fence becomes a passage."""
    functions: Any = office.functions
    write = functions.write

    async def watched(lease: Lease, work: Callable[[Session], Awaitable[T]]) -> T:
        number = doors.pass_by("write")

        async def inside(session: Session) -> T:
            answer = await work(session)
            doors.is_inside(number)
            return answer

        return cast("T", await write(lease, inside))

    functions.write = watched


async def main(
    uri: str, database: str, file: str, driver: mongo.Driver, at: str, point: str
) -> None:
    client = mongo.connect(uri, driver)
    office = await open_office(client, database, driver, KEYS)
    doors = Doors(point, [])
    watch_writes(office, doors)
    await delivered(office, FilePost(Path(file), doors), datetime.fromisoformat(at))
    sys.stdout.write(" ".join(doors.passages))
    await close_office(office)
    await mongo.close(client)


if __name__ == "__main__":
    _, *words = sys.argv
    asyncio.run(main(words[0], words[1], words[2], cast("mongo.Driver", words[3]), *words[4:]))
