"""A run in a process of its own, for tests that kill and stop it.

    python -m tests.services.functions.process URI DATABASE DRIVER AT LEASE [HOLD]

It writes the numbers 1 to 5, each in a transaction of its own with a checkpoint behind it, and says
so on standard output. With HOLD it waits for a line of its input before it writes that number, or,
as ``in HOLD``, within that transaction.
"""

from __future__ import annotations

import asyncio
import sys
from datetime import datetime

from domain.runs import Trigger
from infra.identity import is_gone, own_identity
from services.functions.running import Frame, Terms, Wanted, run_function
from services.functions.runs import Run
from services.functions.workshop import Workshop
from services.office import open_office
from storage import mongo
from storage.mongo import Driver, Session
from tests.services.functions.jobs import table, workshop, written
from tests.services.offices import KEYS

LAST = 5


def say(what: str) -> None:
    sys.stdout.write(what + "\n")
    sys.stdout.flush()


async def held(what: str) -> None:
    say(what)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)


def counting(hold: str) -> object:
    async def count(workshop: Workshop, run: Run) -> None:
        for number in range((run.checkpoint or {}).get("after", 0) + 1, LAST + 1):
            if hold == str(number):
                await held(f"before {number}")

            async def work(session: Session, number: int = number) -> None:
                note = {"number": number, "run": run.id}
                await written(workshop.office).insert_one(note, session=session)
                if hold == f"in {number}":
                    await held(f"in {number}")

            await run.write(work)
            run.saw()
            run.changed(str(number), "NOTE")
            await run.reached({"after": number})
            say(f"wrote {number}")

    return count


async def main(uri: str, name: str, driver: Driver, at: str, lease: str, hold: str = "") -> None:
    client = mongo.connect(uri, driver)
    office = await open_office(client, name, driver, KEYS)
    terms = Terms(lease=float(lease), renewal=float(lease) / 4)
    frame = Frame(
        workshop(office),
        lambda: datetime.fromisoformat(at),
        terms=terms,
        functions=table(counting(hold)),  # type: ignore[arg-type]
        process=own_identity(),
        is_gone=is_gone,
    )
    wanted = Wanted("count", datetime.fromisoformat(at), Trigger.COMMAND)
    entry = await run_function(frame, wanted)
    say(f"{entry.state} {entry.attempt} {entry.error}")


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))  # type: ignore[arg-type]  # a driver's name among them
