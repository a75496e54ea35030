"""What something costs in the database, and many cases beside those that it is about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from pymongo import monitoring

from storage import mongo
from tests.databases import WRITES
from tests.services.offices import SEALS

FEW, MANY = 200, 2_000
"""So many other cases are there."""
KEPT_AT_HAND = ("directory", "keys")
"""Looked up once in a while by a process, whatever it is asked."""
LATER = timedelta(days=400)
TIMES = ("wake_at", "ask_at", "call_at", "archive_at", "due_at", "warn_at", "held_until")
_BATCH = 500


@dataclass
class Cost:
    """Commands, and documents that were answered with or written, by command and collection."""

    commands: Counter[str] = field(default_factory=Counter)
    documents: Counter[str] = field(default_factory=Counter)


_cost: ContextVar[Cost | None] = ContextVar("cost", default=None)


@contextmanager
def counting() -> Iterator[Cost]:
    """What this task, and those that it starts, ask of any database meanwhile."""
    cost = Cost()
    token = _cost.set(cost)
    yield cost
    _cost.reset(token)


class Meter(monitoring.CommandListener):
    """Counts what is asked while somebody is ``counting``."""

    def __init__(self) -> None:
        """Nothing has been asked yet."""
        self._asked: dict[int, str] = {}

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        """Count a command."""
        collection = event.command.get("collection", event.command[event.command_name])
        cost = _cost.get()
        if cost is not None and collection not in KEPT_AT_HAND:
            self._asked[event.request_id] = name = f"{event.command_name} {collection}"
            cost.commands[name] += 1

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None:
        """Count the documents."""
        name, cost = self._asked.pop(event.request_id, None), _cost.get()
        if name is not None and cost is not None:
            cost.documents[name] += _documents(event.command_name, event.reply)

    def failed(self, event: monitoring.CommandFailedEvent) -> None:
        """It has been counted as a command."""
        self._asked.pop(event.request_id, None)


def _documents(command: str, reply: Any) -> int:
    cursor = reply.get("cursor", {})
    answered = len(cursor.get("firstBatch", ())) + len(cursor.get("nextBatch", ()))
    return answered + (reply.get("n", 0) if command in WRITES else 0)


monitoring.register(Meter())


async def crowd(database: mongo.Database, count: int) -> None:
    """Copies of a case that is there, until there are ``count``: none is due, none is like it.

    Their writers' personal data cannot be read: they are not to be.
    """
    there = await database["cases"].count_documents({})
    case = await database["cases"].find_one({"tombstone": {"$ne": True}})
    assert case is not None
    terms = await database["search_terms"].find_one({"_id": case["_id"]})
    later = {name: case[name] + LATER for name in TIMES if case.get(name)}
    kept = {name: value for name, value in case.items() if name != "notify_at"}
    for begin in range(there, count, _BATCH):
        numbers = range(begin, min(begin + _BATCH, count))
        copies = [
            {"_id": f"{n:024x}", "number": f"copy {n}", "keys": [b"key %d" % n], "notices": []}
            for n in numbers
        ]
        sealed = [SEALS.sealed({**kept, **later, **copy}) for copy in copies]
        await database["cases"].insert_many(sealed)
        others = [{**(terms or {}), "_id": f"{n:024x}", "terms": [f"word {n}"]} for n in numbers]
        await database["search_terms"].insert_many(others)
