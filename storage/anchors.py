"""Which anchors were taken, as the database knows it: so that one that is gone is missed."""

from __future__ import annotations

from storage.mongo import Database

COLLECTION = "anchors"


class AnchorRepository:
    """One document an anchor; the anchors themselves lie outside."""

    def __init__(self, database: Database) -> None:
        self._collection = database[COLLECTION]

    async def remember(self, place: int, sha256: str) -> None:
        """The anchor of this place has this SHA-256."""
        known = {"$setOnInsert": {"sha256": sha256}}
        await self._collection.update_one({"_id": place}, known, upsert=True)

    async def known(self) -> dict[int, str]:
        """The SHA-256 of every anchor by its place, counted from 1."""
        return {one["_id"]: one["sha256"] async for one in self._collection.find().sort("_id", 1)}
