"""Where every case stands, in a few words: what an anchor keeps of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import NamedTuple

from storage.cases import COLLECTION
from storage.mongo import Database
from storage.state_seals import SEAL, StateSeals

BATCH = 1_000


class Head(NamedTuple):
    """Where a case stands: its version, how many writes it has seen, its history's last seal."""

    id: str
    number: str
    version: int
    revision: int
    seal: str


class HeadRepository:
    """The heads of all cases; few fields of each are read."""

    def __init__(self, database: Database, seals: StateSeals) -> None:
        self._collection = database[COLLECTION]
        self._seals = seals

    async def all(self) -> AsyncIterator[Head]:
        """Every case, in the order of their numbers."""
        fields = {"number": 1, "version": 1, SEAL: 1, "history": {"$slice": -1}}
        found = self._collection.find({}, fields).sort("number", 1).batch_size(BATCH)
        async for one in found:
            seal = str(one["history"][-1]["seal"]) if one.get("history") else ""
            number, version = str(one.get("number")), one.get("version", 0)
            yield Head(one["_id"], number, version, self._seals.revision(one), seal)

    async def seals_of(self, case_id: str) -> set[str]:
        """The seals of a case's history."""
        document = await self._collection.find_one({"_id": case_id}, ["history.seal"])
        return {str(entry.get("seal")) for entry in (document or {}).get("history", ())}


async def has_cases(database: Database) -> bool:
    """Whether there is any case."""
    return await database[COLLECTION].find_one({}, ["_id"]) is not None
