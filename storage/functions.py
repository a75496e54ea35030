"""What ops decided about each function, and who holds it: schedule, pause, lease and fence.

One document a function. The lease runs on the server's clock (``$$NOW``): the clocks of those who
hold it are never compared.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from bson.binary import Binary
from pymongo import ReturnDocument

from storage.mongo import (
    Database,
    Document,
    Session,
    aggregate,
    is_contended,
    retry_transaction,
    start_session,
    transaction_of,
)
from storage.server_time import in_seconds, is_to_come

T = TypeVar("T")

COLLECTION = "functions"
LONGEST_LEASE = 120
"""Seconds. One that seems to last longer was taken before the server's clock was put back."""
AHEAD = timedelta(hours=1)
"""Nothing was seen to so far ahead, but by a clock that was wrong."""


class LeaseLost(Exception):
    """Another run holds this function now: whoever is told so writes nothing more."""


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to write as this function. ``fence`` grows with every lease that is given.

    ``left_by`` is the run that held it before and never gave it back. ``session`` is that of all
    its transactions: one at a time.
    """

    name: str
    holder: str
    fence: int
    seconds: float
    session: Session
    left_by: str | None = None


@dataclass(frozen=True, slots=True)
class FunctionState:
    """What is kept of a function. Without a ``schedule`` of its own it has the default.

    ``covered_until``: scheduled times up to here have been seen to; aware, in UTC.
    ``held_by``: the run whose lease is alive.
    """

    name: str
    schedule: str | None = None
    timezone: str | None = None
    enabled: bool = True
    covered_until: datetime | None = None
    held_by: str | None = None

    def is_new(self, now: datetime) -> bool:
        """Whether it is to be seen to from now on, and was not before."""
        return self.covered_until is None or self.covered_until > now + AHEAD


class FunctionRepository:
    """The functions' documents, made when they are first needed."""

    def __init__(self, database: Database) -> None:
        self._collection = database[COLLECTION]
        self._client = database.client
        self._known: set[str] = set()

    async def states(self, names: Iterable[str]) -> dict[str, FunctionState]:
        """What is kept of these functions, by name."""
        wanted = list(names)
        alive = {"$cond": [_alive("$lease.until"), "$lease.holder", None]}
        pipeline: list[Document] = [
            {"$match": {"_id": {"$in": wanted}}},
            {"$set": {"held_by": alive}},
        ]
        found = aggregate(self._collection, pipeline)
        known = {one["_id"]: _state(one) async for one in found}
        return {name: known.get(name, FunctionState(name)) for name in wanted}

    async def server_time(self) -> datetime:
        """What the database's clock says; aware, in UTC."""
        told: datetime = (await self._client.admin.command("hello"))["localTime"]
        return told if told.tzinfo else told.replace(tzinfo=UTC)

    async def reschedule(
        self, name: str, schedule: str, timezone: str, covered_until: datetime
    ) -> None:
        """A schedule of its own, from now on: what it would have been before is not caught up."""
        values = {"schedule": schedule, "timezone": timezone, "covered_until": covered_until}
        await self._set(name, values)

    async def enable(self, name: str, *, enabled: bool, covered_until: datetime) -> None:
        """Pauses it, or lets it go on from now; nothing where it is so already."""
        await self._make(name)
        await self._collection.update_one(
            {"_id": name, "enabled": {"$ne": enabled}},
            {"$set": {"enabled": enabled, "covered_until": covered_until}},
        )

    async def begin(self, names: Iterable[str], now: datetime) -> None:
        """Functions that have never been seen to are seen to from ``now`` on."""
        never: list[Document] = [{"covered_until": None}, {"covered_until": {"$gt": now + AHEAD}}]
        for name in names:
            await self._make(name)
            await self._collection.update_one(
                {"_id": name, "$or": never}, {"$set": {"covered_until": now}}
            )

    async def cover(self, name: str, until: datetime) -> None:
        """Scheduled times up to here have been seen to."""
        await self._collection.update_one({"_id": name}, {"$max": {"covered_until": until}})

    async def _set(self, name: str, values: Document) -> None:
        await self._collection.update_one({"_id": name}, {"$set": values}, upsert=True)

    # The lease

    async def take(self, name: str, holder: str, seconds: float, process: str = "") -> Lease | None:
        """The lease, unless a living one is held already; ``process`` is who asks for it.

        Taken in a transaction: where another one has touched the lease and was left open, the
        database makes this one fail, in the place of making it wait.
        """
        await self._make(name)
        session = await start_session(self._client)
        wanted = Lease(name, holder, 0, seconds, session)
        try:
            lease = await retry_transaction(lambda: self._taken(wanted, process))
        except BaseException as error:
            await session.end_session()
            if is_contended(error):
                return None
            raise
        if lease is None:
            await session.end_session()
        return lease

    async def _taken(self, wanted: Lease, process: str) -> Lease | None:
        lease = {
            "holder": {"$literal": wanted.holder},
            "process": {"$literal": process},
            "session": {"$literal": wanted.session.session_id["id"]},
            "fence": "$fence",
            "until": in_seconds(wanted.seconds),
        }
        async with transaction_of(wanted.session):
            before = await self._collection.find_one_and_update(
                {"_id": wanted.name, "$expr": {"$not": [_alive("$lease.until")]}},
                [
                    {"$set": {"fence": {"$add": [{"$ifNull": ["$fence", 0]}, 1]}}},
                    {"$set": {"lease": lease}},
                ],
                return_document=ReturnDocument.BEFORE,
                session=wanted.session,
            )
        if before is None:
            return None
        left = (before.get("lease") or {}).get("holder")
        return replace(wanted, fence=int(before.get("fence") or 0) + 1, left_by=left)

    async def end_if(self, name: str, is_gone: Callable[[str], bool]) -> bool:
        """Ends the lease of a process that is gone, before its time; whether that was so."""
        found = await self._collection.find_one({"_id": name}, {"lease": 1}) or {}
        lease = found.get("lease")
        if not lease or not is_gone(lease.get("process") or ""):
            return False
        # A transaction that it left open would hold back everybody who writes what it wrote.
        session = Binary.from_uuid(lease["session"])
        await self._client.admin.command("killSessions", [{"id": session}])
        over = [{"$set": {"lease.until": in_seconds(0)}}]
        await self._collection.update_one({"_id": name, "lease.fence": lease["fence"]}, over)
        return True

    async def renew(self, lease: Lease, session: Session | None = None) -> None:
        """The lease's time begins again; raises ``LeaseLost`` when it is another's by now."""
        renewed = await self._collection.update_one(
            _held(lease), [{"$set": {"lease.until": in_seconds(lease.seconds)}}], session=session
        )
        if not renewed.matched_count:
            raise LeaseLost(f"{lease.holder} does not hold {lease.name} any more")

    async def release(self, lease: Lease) -> None:
        """Gives the lease back, if it is still ours."""
        try:
            await self._collection.update_one(_held(lease), {"$set": {"lease": None}})
        finally:
            await lease.session.end_session()

    async def write(self, lease: Lease, work: Callable[[Session], Awaitable[T]]) -> T:
        """What ``work`` answers, in a transaction that begins by renewing the lease.

        Whoever has lost it, or loses it meanwhile, writes nothing and gets ``LeaseLost``: the
        transaction and whoever takes the lease write the same document.
        """
        return await retry_transaction(lambda: self._written(lease, work))

    async def _written(self, lease: Lease, work: Callable[[Session], Awaitable[T]]) -> T:
        async with transaction_of(lease.session):
            await self.renew(lease, lease.session)
            return await work(lease.session)

    async def _make(self, name: str) -> None:
        """A document to guard must be there; asked for once a process."""
        if name not in self._known:
            await self._collection.update_one(
                {"_id": name}, {"$setOnInsert": {"enabled": True}}, upsert=True
            )
            self._known.add(name)


def _alive(until: str) -> Document:
    return is_to_come(until, LONGEST_LEASE)


def _held(lease: Lease) -> Document:
    return {"_id": lease.name, "lease.fence": lease.fence}


def _state(document: Mapping[str, Any]) -> FunctionState:
    return FunctionState(
        name=document["_id"],
        schedule=document.get("schedule"),
        timezone=document.get("timezone"),
        enabled=document.get("enabled", True),
        covered_until=document.get("covered_until"),
        held_by=document.get("held_by"),
    )
