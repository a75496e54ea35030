"""Messages that came in, each with what it was taken to answer: decided before it is done.

A message is known by a keyed hash of the gateway's id; neither number nor text lies here. The
server forgets by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from storage.index import Index
from storage.mongo import Database

COLLECTION = "incoming"
KEPT = timedelta(days=7)
"""Longer than gateways try again. By the server's clock: a run may be made up for days later."""
INDEXES = (
    Index(COLLECTION, (("at", 1),), "by_age", expire_after_seconds=int(KEPT.total_seconds())),
)


@dataclass(frozen=True, slots=True)
class Incoming:
    """``fingerprint`` is a keyed hash of the content; ``round`` counts the case's replies."""

    id: str
    fingerprint: str
    case_id: str
    round: int


class IncomingRepository:
    """One document a message."""

    def __init__(self, database: Database) -> None:
        self._collection = database[COLLECTION]

    async def known(self, message_id: str) -> Incoming | None:
        """What this message was taken to answer; None when it is new."""
        found = await self._collection.find_one({"_id": message_id})
        if found is None:
            return None
        return Incoming(message_id, found["fingerprint"], found["case_id"], found["round"])

    async def keep(self, incoming: Incoming) -> Incoming:
        """Keeps it; what is kept already when another process was quicker."""
        content = {
            "fingerprint": incoming.fingerprint,
            "case_id": incoming.case_id,
            "round": incoming.round,
        }
        stamped = {"$setOnInsert": content, "$currentDate": {"at": True}}
        await self._collection.update_one({"_id": incoming.id}, stamped, upsert=True)
        return await self.known(incoming.id) or incoming
