"""``python -m bench.archive``: an archive of many cases, beside a pipe from a cursor to zstandard.

The product marks, writes, reads back, proves and buries every case; the pipe only reads the same
documents as they are and compresses them into a file. What the product writes into the database,
two guarded writes of each case and one of its search terms, is measured too: as raw ``bulk_write``
in transactions of the same size. Each runs in a process of its own, whose peak memory is told; so
that it shows whether memory grows, a smaller archive is measured too.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import zstandard
from bson.codec_options import CodecOptions
from bson.raw_bson import RawBSONDocument
from pymongo import ReplaceOne, UpdateOne

from bench.concluded import fill_concluded
from bench.engine import engine, version
from bench.pinning import OTHER_CORE, SERVER_CORE, pinned
from cli import opening
from domain.runs import Trigger
from infra.objects import DirectoryStore
from services.archive.files import LEVEL
from services.archive.marking import PAGE
from services.functions.running import Frame, Wanted, run_function
from services.functions.workshop import Post, Workshop
from services.office import Office
from settings import Settings
from storage import mongo
from storage.archive_batches import Batch, BatchRepository
from storage.mongo import Session

NAME = "lizheng_bench_archive"
RUN_AT = datetime(2018, 6, 30, 18, tzinfo=UTC)


def main(arguments: Sequence[str]) -> None:
    """The whole measurement; its JSON goes to standard output."""
    parser = argparse.ArgumentParser(prog="bench.archive", description=__doc__)
    parser.add_argument("--sizes", default="2000,10000")
    parser.add_argument("--drivers", default="motor,pymongo")
    parser.add_argument(
        "--part", choices=("fill", "pipe", "archive", "writes"), help=argparse.SUPPRESS
    )
    asked = parser.parse_args(arguments)
    sizes = [int(size) for size in asked.sizes.split(",")]
    if asked.part:
        told: Any = asyncio.run(_part(asked.part, asked.drivers, sizes[0]))
    else:
        drivers = asked.drivers.split(",")
        told = {"engine": version(), "level": LEVEL}
        told |= {d: {size: _measured(d, size) for size in sizes} for d in drivers}
    sys.stdout.write(json.dumps(told, indent=2) + "\n")


def _measured(driver: str, size: int) -> Mapping[str, Any]:
    """One size: filled, read through the pipe, archived; on an engine of its own."""
    with (
        tempfile.TemporaryDirectory(prefix="lizheng-archive-", ignore_cleanup_errors=True) as name,
        engine(Path(name), OTHER_CORE) as uri,
    ):
        environ = {"MONGODB_URI": uri, "DATA_DIR": name, "MONGODB_DATABASE": NAME}
        parts = {part: _in_a_process(part, driver, size, environ) for part in ("fill", "pipe")}
        found = _in_a_process("archive", driver, size, environ)
        writes = _in_a_process("writes", driver, size, environ)
    bare = parts["pipe"]["seconds"] / size, writes["seconds"] / writes["cases"]
    spent = {step: seconds / found["cases"] for step, seconds in found["seconds"].items()}
    shares = {
        "files_of_the_pipe": bare[0] / spent["write_and_prove"],
        "all_of_the_pipe": bare[0] / spent["all"],
        "all_of_pipe_and_writes": sum(bare) / spent["all"],
    }
    told = {name: round(share, 3) for name, share in shares.items()}
    return {"pipe": parts["pipe"], "writes": writes, "archive": found, "shares": told}


def _in_a_process(part: str, driver: str, size: int, environ: Mapping[str, str]) -> Any:
    command = [sys.executable, "-m", "bench.archive", "--part", part]
    command += ["--sizes", str(size), "--drivers", driver]
    done = subprocess.run(
        pinned(SERVER_CORE, command),
        env={**os.environ, **environ, "MONGODB_DRIVER": driver},
        stdout=subprocess.PIPE,
        check=True,
    )
    return json.loads(done.stdout)


async def _part(part: str, driver: str, size: int) -> Mapping[str, Any]:
    settings = Settings.from_environment(os.environ)
    client = mongo.connect(str(settings.mongodb_uri), cast("mongo.Driver", driver))
    try:
        if part == "pipe":
            return await _piped(client[NAME], settings.data_dir / "pipe.zst")
        if part == "writes":
            return await _written(client[NAME])
        async with _office(client, settings, prepared=part == "fill") as office:
            if part == "fill":
                return await fill_concluded(office, size)
            return await _archived(office, settings.data_dir)
    finally:
        await mongo.close(client)


@asynccontextmanager
async def _office(
    client: mongo.Client, settings: Settings, *, prepared: bool
) -> AsyncIterator[Office]:
    if prepared:
        await opening.prepare(client[NAME])
    async with opening.opened(client, settings) as office:
        yield office


# What is measured


async def _piped(database: mongo.Database, path: Path) -> Mapping[str, Any]:
    """Every document as it lies there, through zstandard into a file."""
    raw = database.get_collection("cases", codec_options=CodecOptions(RawBSONDocument))
    before, began, count, size = _peak(), time.perf_counter(), 0, 0
    pressed = zstandard.ZstdCompressor(LEVEL, write_checksum=True)
    with path.open("wb") as file, pressed.stream_writer(file) as writer:
        async for document in raw.find({}).batch_size(200):
            data = document.raw  # type: ignore[attr-defined]  # its codec makes it a raw one
            writer.write(data)
            count, size = count + 1, size + len(data)
    seconds = time.perf_counter() - began
    return {
        "cases": count,
        "megabytes": round(size / 1e6, 1),
        "seconds": round(seconds, 2),
        "peak_mb": _peak(),
        "peak_above_start_mb": round(_peak() - before, 1),
    }


async def _written(database: mongo.Database) -> Mapping[str, Any]:
    """Of every tombstone: an update as when it was marked, itself anew, and its search terms."""
    cases, terms = database["cases"], database["search_terms"]
    count, seconds = 0, 0.0
    async for page in _pages(cases.find({"keeping.is_tombstone": True})):
        found = terms.find({"_id": {"$in": [one["_id"] for one in page]}})
        known = [one async for one in found]
        began = time.perf_counter()
        async with mongo.transaction(database.client) as session:
            marks = [UpdateOne(_guard(one), _mark(one)) for one in page]
            await cases.bulk_write(marks, ordered=False, session=session)
        async with mongo.transaction(database.client) as session:
            stones: list[Any] = [ReplaceOne(_guard(one), one) for one in page]
            await cases.bulk_write(stones, ordered=False, session=session)
            again: list[Any] = [ReplaceOne({"_id": one["_id"]}, one, upsert=True) for one in known]
            await terms.bulk_write(again, ordered=False, session=session)
        seconds += time.perf_counter() - began
        count += len(page)
    return {"cases": count, "seconds": round(seconds, 2)}


async def _pages(found: AsyncIterator[mongo.Document]) -> AsyncIterator[list[mongo.Document]]:
    page: list[mongo.Document] = []
    async for document in found:
        page.append(document)
        if len(page) == PAGE:
            yield page
            page = []
    if page:
        yield page


def _guard(case: mongo.Document) -> mongo.Document:
    return {"_id": case["_id"], "version": case["version"]}


def _mark(case: mongo.Document) -> mongo.Document:
    moved = {"stage": "CONCLUSION", "archive_at": RUN_AT, "updated_at": RUN_AT}
    return {"$set": moved, "$push": {"history": case["history"][-1]}}


class _Timed(BatchRepository):
    """Notes when a batch comes to each of its states."""

    def __init__(self, batches: BatchRepository) -> None:
        self._collection = batches._collection  # noqa: SLF001  # the same one, watched
        self.reached: dict[str, float] = {}

    async def save(self, batch: Batch, session: Session) -> None:
        await super().save(batch, session)
        self.reached.setdefault(batch.state.value, time.perf_counter())


async def _archived(office: Office, folder: Path) -> Mapping[str, Any]:
    timed = _Timed(office.archive.batches)
    office.archive.batches = timed
    workshop = Workshop(office, DirectoryStore(folder), cast("Post", None))
    frame = Frame(workshop, lambda: datetime.now(UTC))
    before, began = _peak(), time.perf_counter()
    entry = await run_function(frame, Wanted("monthly_archive", RUN_AT, Trigger.COMMAND))
    ended = time.perf_counter()
    if entry.error is not None:
        raise RuntimeError(entry.error)
    states = timed.reached
    seconds = {
        "mark": states["WRITING"] - began,
        "write_and_prove": states["WRITTEN"] - states["WRITING"],
        "bury": ended - states["WRITTEN"],
        "all": ended - began,
    }
    return {
        "cases": entry.counts.changed,
        "seconds": {step: round(spent, 2) for step, spent in seconds.items()},
        "cases_a_second": round(entry.counts.changed / seconds["all"]),
        "peak_mb": _peak(),
        "peak_above_start_mb": round(_peak() - before, 1),
    }


def _peak() -> float:
    """The most memory that this process ever had, in megabytes."""
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)


if __name__ == "__main__":
    main(sys.argv[1:])
