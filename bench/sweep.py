"""``python -m bench.sweep``: what a sweep costs that finds nothing, and one that finds a thousand.

A sweep costs what is due, never what exists: the first part runs it over more and more cases that
wait for a later moment. The second part marks cases overdue, beside a raw ``bulk_write`` of the
same updates, in the same pages, by the same driver, in the same run.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

from pymongo import UpdateOne

from bench.base import MAILBOX, UNIT, claim_for, fill, submission
from bench.engine import engine, version
from bench.offices import opened_office
from bench.pinning import OTHER_CORE
from domain import deadlines
from domain.actors import ANONYMOUS, SYSTEM
from domain.calendar import city_date
from domain.case import Case
from domain.numbers import case_number
from domain.rulebook import Moment
from domain.runs import RunState, Trigger
from domain.sweeping import swept
from domain.words import DeadlineState, Stage
from services.functions.rounds import PAGE
from services.functions.running import Frame, Wanted, run_function
from services.functions.workshop import ObjectStore, Post, Workshop
from services.histories import Past, lived
from services.office import Office
from services.submission import letter_of, new_case
from storage.due_cases import Handled
from storage.new_cases import NewCase

SIZES = (1_000, 10_000, 100_000)
DUE = 1_000
REPEATS = 5
LATER = timedelta(days=365)


def main(arguments: Sequence[str]) -> None:
    """The whole measurement; its JSON goes to standard output."""
    parser = argparse.ArgumentParser(prog="bench.sweep", description=__doc__)
    parser.add_argument("--sizes", default=",".join(str(size) for size in SIZES))
    parser.add_argument("--due", type=int, default=DUE)
    parser.add_argument("--drivers", default="motor,pymongo")
    asked = parser.parse_args(arguments)
    sizes = [int(size) for size in asked.sizes.split(",")]
    drivers = {
        driver: asyncio.run(_measured(driver, sizes, asked.due))
        for driver in asked.drivers.split(",")
    }
    told = {"engine": version(), "drivers": drivers}
    sys.stdout.write(json.dumps(told, indent=2) + "\n")


async def _measured(driver: str, sizes: Sequence[int], due: int) -> dict[str, Any]:
    nothing_due = {}
    with (
        tempfile.TemporaryDirectory(prefix="lizheng-sweep-", ignore_cleanup_errors=True) as name,
        engine(Path(name), OTHER_CORE) as uri,
    ):
        bench = _Bench(Path(name), uri, driver)
        for size in sizes:
            async with bench.opened(f"waiting_{size}") as office:
                nothing_due[str(size)] = await bench.nothing_due(office, size)
        async with bench.opened("due") as office:
            return {"nothing_due": nothing_due, "due": await bench.due(office, due)}


class _Bench:
    """One engine, one driver; a database for each measurement."""

    def __init__(self, folder: Path, uri: str, driver: str) -> None:
        self._folder, self._uri, self._driver = folder, uri, driver
        self._now = datetime.now(UTC).replace(microsecond=0)

    @asynccontextmanager
    async def opened(self, name: str) -> AsyncIterator[Office]:
        async with opened_office(self._folder, self._uri, self._driver, name) as (office, database):
            self._cases = database["cases"]
            yield office

    async def nothing_due(self, office: Office, size: int) -> dict[str, float]:
        """Milliseconds of a whole run, ledger and lease included: the median and the longest."""
        await fill(office, size, self._cases.database)
        await self._cases.update_many({}, {"$set": {"wake_at": self._now + LATER}})
        runs = [await self._swept(office, number, 0) for number in range(REPEATS)]
        return {"median_ms": _ms(statistics.median(runs)), "longest_ms": _ms(max(runs))}

    async def due(self, office: Office, count: int) -> dict[str, float]:
        """Cases a second: swept, and written raw."""
        template = await _just_overdue(office, self._now)
        raw, product = [], []
        for number in range(3):
            await _stored(office, template, count, 2 * number)
            raw.append(await self._written(office))
            await self._cases.delete_many({})
            await _stored(office, template, count, 2 * number + 1)
            product.append(await self._swept(office, REPEATS + number, count))
            await self._cases.delete_many({})
        swept_rate, raw_rate = (count / statistics.median(runs) for runs in (product, raw))
        return {
            "cases": count,
            "swept_per_second": round(swept_rate),
            "raw_per_second": round(raw_rate),
            "share": round(swept_rate / raw_rate, 2),
        }

    async def _swept(self, office: Office, number: int, count: int) -> float:
        """Seconds of a run; each has a second, and so a key, of its own."""
        workshop = Workshop(office, cast("ObjectStore", None), cast("Post", None))
        frame = Frame(workshop, lambda: datetime.now(UTC))
        at = self._now + timedelta(seconds=number)
        began = time.perf_counter()
        entry = await run_function(frame, Wanted("overdue_sweep", at, Trigger.COMMAND))
        seconds = time.perf_counter() - began
        if entry.state is not RunState.SUCCEEDED or entry.counts.seen != count:
            raise RuntimeError(f"{entry.state}: {entry.error}, {entry.counts}")
        return seconds

    async def _written(self, office: Office) -> float:
        """Seconds of the bulk writes alone: the sweep's own updates, decided before."""
        page = await office.to_sweep.page(self._now, None, 1_000_000)
        moment = Moment(SYSTEM, self._now, office.rulebook)
        writes = []
        for one in page:
            assert one.case is not None  # noqa: S101  # it was just made
            done = swept(one.case, moment)
            update = office.to_sweep._update(Handled(one, done.case, done.notices), "bench")  # noqa: SLF001  # the very same
            writes.append(UpdateOne(*update))
        began = time.perf_counter()
        for start in range(0, len(writes), PAGE):
            await self._cases.bulk_write(writes[start : start + PAGE], ordered=False)
        return time.perf_counter() - began


async def _just_overdue(office: Office, now: datetime) -> NewCase:
    """An unanswered letter whose handling ran out a day or two ago."""
    unit, mailbox = await office.directory.unit(UNIT), await office.directory.mailbox(MAILBOX)
    if unit is None or mailbox is None:
        raise LookupError("the directory is not Chengdu's")
    for days in range(8, 40):
        claim = claim_for(office, 1, now - timedelta(days=days))
        written = letter_of(submission(0, 1), ANONYMOUS, claim)
        new = await new_case(office, claim, written, mailbox, ANONYMOUS)
        case = lived(new.case, Past(unit), now, office.rulebook)
        if _is_just_overdue(case, now):
            return replace(new, case=case, notices=())
    raise LookupError("no letter is just overdue")


def _is_just_overdue(case: Case, now: datetime) -> bool:
    clock = case.stage_clock
    if case.stage is not Stage.HANDLING or clock is None:
        return False
    return deadlines.state(clock, now) is DeadlineState.OVERDUE


async def _stored(office: Office, template: NewCase, count: int, batch: int) -> None:
    """So many copies under ids, numbers and keys of their own."""
    day = city_date(template.case.letter.submitted_at)
    made = []
    for place in range(count):
        number = case_number(day, 1 + batch * count + place)
        case = replace(template.case, id=f"{batch}-{place}", number=number)
        opened = await office.personal.opened(template.writer, template.case.id)
        writer = await office.personal.sealed(opened, template.writer["salts"], case.id)
        key = office.access.key(number, "code")
        made.append(replace(template, case=case, key=key, writer=writer))
    for start in range(0, count, PAGE):
        await office.cases.add_many(made[start : start + PAGE])


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 1)


if __name__ == "__main__":
    main(sys.argv[1:])
