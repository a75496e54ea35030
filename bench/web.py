"""``python -m bench.web``: fills a base, loads product and bare endpoints in turn, prints JSON."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from bench.base import Known, fill
from bench.engine import engine
from bench.measuring import Plan, measured
from bench.pinning import OTHER_CORE
from bench.report import report
from cli import opening
from settings import Settings
from storage import mongo
from storage.cases import COLLECTION
from storage.indexes import DECLARED, ensure_indexes


def main(arguments: Sequence[str]) -> None:
    """The whole measurement; its JSON goes to standard output."""
    asked = _asked(arguments)
    with tempfile.TemporaryDirectory(prefix="lizheng-bench-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        with engine(folder, OTHER_CORE) as uri:
            environ = _environment(uri, folder)
            settings = Settings.from_environment({**os.environ, **environ})
            began = time.monotonic()
            known = asyncio.run(_filled(settings, uri, asked.cases))
            filled = time.monotonic() - began
            plan = Plan(folder, environ, settings, known, asked.seconds, asked.repeats)
            drivers = {driver: measured(plan, driver) for driver in asked.drivers.split(",")}
            told = report(asked.cases, filled, asked.seconds, asked.repeats, drivers)
    sys.stdout.write(json.dumps(told, indent=2, ensure_ascii=False) + "\n")


def _asked(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench.web", description=__doc__)
    parser.add_argument("--cases", type=int, default=10_000, help="how many there are")
    parser.add_argument("--seconds", type=float, default=2, help="of each run")
    parser.add_argument("--repeats", type=int, default=3, help="of each run; medians count")
    parser.add_argument("--drivers", default="motor,pymongo")
    return parser.parse_args(arguments)


def _environment(uri: str, folder: Path) -> Mapping[str, str]:
    return {
        "MONGODB_URI": uri,
        "MONGODB_DATABASE": "lizheng_bench",
        "DATA_DIR": str(folder / "data"),
        "ENVIRONMENT": "development",
        "DEMO": "0",
        "FUNCTIONS": "0",
        # The load comes from one address.
        "RATE_LIMIT": "10000000",
        "LETTER_LIMIT": "10000000",
    }


async def _filled(settings: Settings, uri: str, cases: int) -> list[Known]:
    """Indexes of the cases come last, as in any load of many documents."""
    client = mongo.connect(uri, settings.mongodb_driver)
    database = client[settings.mongodb_database]
    try:
        await opening.prepare(database)
        for index in (index for index in DECLARED if index.collection == COLLECTION):
            await database[COLLECTION].drop_index(index.name)
        async with opening.opened(client, settings) as office:
            known = await fill(office, cases, database)
        await ensure_indexes(database)
        return known
    finally:
        await mongo.close(client)


if __name__ == "__main__":
    main(sys.argv[1:])
