"""What may be used up in a day by everybody together, whatever process they come to."""

from __future__ import annotations

from datetime import datetime

from pymongo.errors import DuplicateKeyError

from storage.index import Index
from storage.mongo import Database

COLLECTION = "quotas"
INDEXES = (Index(COLLECTION, (("until", 1),), "forgotten", expire_after_seconds=0),)


class QuotaRepository:
    """One document a name; one atomic write takes of it. The server forgets by itself."""

    def __init__(self, database: Database) -> None:
        self._collection = database[COLLECTION]

    async def take(self, name: str, amount: int, most: int, until: datetime) -> bool:
        """Takes so much of ``most``; False, and nothing taken, when not so much is left."""
        if amount > most:
            return False
        try:
            return await self._take(name, amount, most, until)
        except DuplicateKeyError:  # it is used up, or somebody else began it in this moment
            return await self._take(name, amount, most, None)

    async def _take(self, name: str, amount: int, most: int, until: datetime | None) -> bool:
        change = {"$inc": {"used": amount}}
        begun = {} if until is None else {"$setOnInsert": {"until": until}}
        done = await self._collection.update_one(
            {"_id": name, "used": {"$lte": most - amount}}, {**change, **begun}, upsert=bool(begun)
        )
        return bool(done.matched_count or done.upserted_id)

    async def give_back(self, name: str, amount: int) -> None:
        """What was taken, and not used after all."""
        await self._collection.update_one({"_id": name}, {"$inc": {"used": -amount}})
