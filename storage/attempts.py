"""Failed guesses, counted in a window that begins with the first: shared by all processes.

A key is a keyed hash: neither addresses nor numbers lie here. The server forgets by itself.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from storage.index import Index
from storage.mongo import Database, Document

COLLECTION = "attempts"
INDEXES = (
    Index(COLLECTION, (("until", 1),), "forgotten", expire_after_seconds=0),
    Index(COLLECTION, (("full", 1), ("until", -1)), "by_fullness", partial={"full": True}),
)
MOST_FULL = 10_000


class AttemptRepository:
    """One document a key; one atomic write a failure."""

    def __init__(self, database: Database) -> None:
        self._collection = database[COLLECTION]

    async def failed(
        self, key: str, limit: int, now: datetime, window: timedelta
    ) -> tuple[int, datetime]:
        """Counts a failure: how many there are now in the window, and when it ends."""
        try:
            return await self._counted(key, limit, now, window)
        except DuplicateKeyError:  # somebody else began the window in this moment
            return await self._counted(key, limit, now, window)

    async def _counted(
        self, key: str, limit: int, now: datetime, window: timedelta
    ) -> tuple[int, datetime]:
        running = {"$gt": ["$until", now]}
        document: Document | None = await self._collection.find_one_and_update(
            {"_id": key},
            [
                {
                    "$set": {
                        "count": {"$cond": [running, {"$add": ["$count", 1]}, 1]},
                        "until": {"$cond": [running, "$until", now + window]},
                    }
                },
                {"$set": {"full": {"$gte": ["$count", limit]}}},
            ],
            upsert=True,
            return_document=ReturnDocument.AFTER,
        )
        # Of several who begin a window at once, the embedded database counts all and answers one.
        document = document or await self._collection.find_one({"_id": key})
        if document is None:  # nobody knows: the safe side
            return limit, now + window
        return int(document["count"]), document["until"]

    async def full(self, now: datetime) -> dict[str, datetime]:
        """The keys that have reached their limit, and until when; the latest ones of very many."""
        criteria = {"full": True, "until": {"$gt": now}}
        found = self._collection.find(criteria, {"until": 1}).sort("until", -1).limit(MOST_FULL)
        return {one["_id"]: one["until"] async for one in found}
