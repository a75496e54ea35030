"""Where every case stands, in a few words: what an anchor keeps of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import NamedTuple

from storage.cases import COLLECTION
from storage.mongo import Database, Document
from storage.state_seals import SEAL, StateSeals

BATCH = 1_000
_FIELDS = {"number": 1, "version": 1, SEAL: 1, "history": {"$slice": -1}}


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
        """Every case, in no order."""
        async for one in self._collection.find({}, _FIELDS).batch_size(BATCH):
            yield self._head(one)

    def _head(self, document: Document) -> Head:
        history = document.get("history")
        seal = str(history[-1]["seal"]) if history else ""
        number, version = str(document.get("number")), document.get("version", 0)
        return Head(document["_id"], number, version, self._seals.revision(document), seal)

    async def seals_of(self, case_id: str) -> set[str]:
        """The seals of a case's history."""
        document = await self._collection.find_one({"_id": case_id}, ["history.seal"])
        return {str(entry.get("seal")) for entry in (document or {}).get("history", ())}


async def has_cases(database: Database) -> bool:
    """Whether there is any case."""
    return await database[COLLECTION].find_one({}, ["_id"]) is not None
