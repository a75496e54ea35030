"""``python -m bench.bulletin``: a live month's figures, however much else there is.

The same month of letters lies in a small base and in a large one. Beside each: the bare read of
the same fields of the same documents by the same driver.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.base import Template, fill, made_templates
from bench.engine import engine, version
from bench.offices import opened_office
from bench.pinning import OTHER_CORE
from domain.bulletins import Month
from domain.calendar import city_date
from services.figures.bulletins import bulletin_of
from services.office import Office
from storage import mongo
from storage.cohorts import FIELDS

LETTERS = 10_000
BASES = (20_000, 200_000)
REPEATS = 7


def main(arguments: Sequence[str]) -> None:
    """The whole measurement; its JSON goes to standard output."""
    parser = argparse.ArgumentParser(prog="bench.bulletin", description=__doc__)
    parser.add_argument("--letters", type=int, default=LETTERS, help="of the month")
    parser.add_argument("--bases", default=",".join(str(size) for size in BASES))
    parser.add_argument("--drivers", default="motor,pymongo")
    asked = parser.parse_args(arguments)
    bases = [int(size) for size in asked.bases.split(",")]
    drivers = {
        driver: asyncio.run(_measured(driver, asked.letters, bases))
        for driver in asked.drivers.split(",")
    }
    told = {"engine": version(), "letters_of_the_month": asked.letters, "drivers": drivers}
    sys.stdout.write(json.dumps(told, indent=2) + "\n")


async def _measured(driver: str, letters: int, bases: Sequence[int]) -> dict[str, Any]:
    """Milliseconds by the size of the base, and the largest as a multiple of the smallest."""
    found: dict[str, Any] = {}
    with (
        tempfile.TemporaryDirectory(prefix="lizheng-bulletin-", ignore_cleanup_errors=True) as name,
        engine(Path(name), OTHER_CORE) as uri,
    ):
        for size in bases:
            async with opened_office(Path(name), uri, driver, f"base_{size}") as (office, database):
                month = await _filled(office, database, letters, size)
                found[str(size)] = await _compared(office, database, month)
    first, last = (found[str(size)]["bulletin_ms"] for size in (bases[0], bases[-1]))
    return {"bases": found, "largest_to_smallest": round(last / first, 2)}


async def _filled(office: Office, database: mongo.Database, letters: int, size: int) -> Month:
    """The last month, half as many letters in the one that it is compared with, the rest before."""
    month = Month.of(city_date(datetime.now(UTC))).plus(-1)
    made = await made_templates(office)
    shares = {month: letters, month.plus(-1): letters // 2}
    for one, count in shares.items():
        among = [like for like in made if _month(like) == one]
        await fill(office, count, database, among, searched=0)
    others = [like for like in made if _month(like) not in shares]
    await fill(office, size - sum(shares.values()), database, others, searched=0)
    return month


def _month(template: Template) -> Month:
    return Month.of(city_date(template.case.letter.submitted_at))


async def _compared(office: Office, database: mongo.Database, month: Month) -> dict[str, float]:
    span = {"submitted_at": {"$gte": month.begins, "$lt": month.plus(1).begins}}
    now = datetime.now(UTC)

    async def read() -> None:
        await database["cases"].find(span, FIELDS).sort("submitted_at", 1).to_list(None)

    async def made() -> None:
        await bulletin_of(office, month, now)

    bare, product = await _median_ms(read), await _median_ms(made)
    return {
        "bulletin_ms": product,
        "bare_read_ms": bare,
        "bare_to_bulletin": round(bare / product, 2),
    }


async def _median_ms(job: Callable[[], Awaitable[None]]) -> float:
    times = []
    for _ in range(REPEATS):
        began = time.perf_counter()
        await job()
        times.append(time.perf_counter() - began)
    return round(statistics.median(times) * 1_000, 1)


if __name__ == "__main__":
    main(sys.argv[1:])
