"""Prepared databases that are lent to one test after another.

Indexes and a directory cost more than most tests do. So a prepared database is kept: before it is
lent again, the collections that were written to are emptied. Whoever changed what was prepared,
or started a process, which may have written unseen, gets a database that nobody gets afterwards.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import resource
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from pymongo import MongoClient, monitoring

from storage import mongo

WRITES = {"insert", "update", "delete", "findAndModify"}
RESHAPES = {
    *("create", "drop", "dropIndexes", "dropDatabase", "collMod", "renameCollection"),
    "bulkWrite",
}
Prepare = Callable[[mongo.Database], Awaitable[None]]


class WriteLog(monitoring.CommandListener):
    """Which collections this process wrote to, through any client."""

    def __init__(self) -> None:
        """Nothing has been written yet."""
        self.written: defaultdict[str, set[str]] = defaultdict(set)
        self.reshaped: set[str] = set()

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        """Note a command that writes."""
        if event.command_name in WRITES:
            self.written[event.database_name].add(event.command[event.command_name])
        elif event.command_name in RESHAPES or _writes_out(event.command):
            self.reshaped.add(event.database_name)

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None:
        """Note new indexes; those that are there already are created again at every start."""
        reply = event.reply
        if reply.get("numIndexesBefore") != reply.get("numIndexesAfter"):
            self.reshaped.add(event.database_name)

    def failed(self, event: monitoring.CommandFailedEvent) -> None:
        """It may have written all the same."""

    def forget(self, database_name: str) -> set[str]:
        """The collections written to since it was asked last."""
        self.reshaped.discard(database_name)
        return self.written.pop(database_name, set())


def _writes_out(command: Any) -> bool:
    stages = command.get("pipeline") or ()
    return any("$out" in stage or "$merge" in stage for stage in stages)


_numbers = itertools.count()
LOG = WriteLog()
monitoring.register(LOG)


@dataclass
class Prepared:
    """A database and the collections that its preparation filled."""

    name: str
    filled: set[str]


@dataclass
class Shelf:
    """The databases that nobody has borrowed, by server and by what was prepared in them."""

    free: defaultdict[tuple[str, str], list[Prepared]] = field(
        default_factory=lambda: defaultdict(list)
    )

    @asynccontextmanager
    async def lend(
        self, client: mongo.Client, uri: str, kind: str, prepare: Prepare
    ) -> AsyncIterator[mongo.Database]:
        """A database as ``prepare`` leaves it, to write to; equal kinds are prepared equally."""
        free = self.free[uri, kind]
        prepared = free.pop() if free else await self._prepare(client, kind, prepare)
        await empty(client[prepared.name], LOG.forget(prepared.name))
        LOG.forget(prepared.name)
        began = _child_seconds()
        yield client[prepared.name]
        written = LOG.written[prepared.name]
        spoilt = prepared.name in LOG.reshaped or written & prepared.filled
        if not spoilt and _child_seconds() == began:
            free.append(prepared)

    async def _prepare(self, client: mongo.Client, kind: str, prepare: Prepare) -> Prepared:
        name = f"lizheng_{kind}_{os.getpid()}_{next(_numbers)}"
        await prepare(client[name])
        await client[name][mongo.KEY_VAULT].create_index("keyAltNames", unique=True)
        return Prepared(name, LOG.forget(name))


async def empty(database: mongo.Database, collections: set[str]) -> None:
    """Delete every document of these collections."""
    await asyncio.gather(*(database[name].delete_many({}) for name in collections))


def _child_seconds() -> float:
    """What processes that this one started, and that have ended, took of the processor."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def clear_away(uri: str) -> None:
    """Drop whatever this process has made on a server that others use too."""
    with MongoClient[dict[str, Any]](uri) as client:
        for name in client.list_database_names():
            if name.startswith("lizheng_") and f"_{os.getpid()}_" in name:
                client.drop_database(name)


SHELF = Shelf()
"""Of this test process."""
