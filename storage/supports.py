"""Who said "me too" of published letters: found by keyed hashes, and made nameless when they leave.

The hash is of person and letter together. Whose it is can only be told by somebody who knows both
and has the key; once it is nameless, by nobody.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass
from datetime import datetime

from storage.mongo import Database, Document, Session, in_transaction
from storage.publications import COLLECTION, SUPPORT

BATCH = 1000


@dataclass(frozen=True, slots=True)
class Supported:
    """A person's word under a letter. ``title`` is None where it is not published any more."""

    supporter: str
    letter: str
    title: str | None
    at: datetime


class SupportRepository:
    """One document a person and letter."""

    def __init__(self, database: Database) -> None:
        self._client = database.client
        self._letters = database[COLLECTION]
        self._support = database[SUPPORT]

    async def letters(self) -> AsyncIterator[list[str]]:
        """The public ids of all letters that somebody decided about, by the thousand."""
        last = ""
        while True:
            found = self._letters.find({"_id": {"$gt": last}}, ["_id"]).sort("_id", 1)
            ids = [one["_id"] for one in await found.limit(BATCH).to_list(BATCH)]
            if ids:
                yield ids
            if len(ids) < BATCH:
                return
            last = ids[-1]

    async def of(self, supporters: Collection[str]) -> list[Supported]:
        """Those of these that are there, oldest first."""
        found = await self._support.find({"_id": {"$in": list(supporters)}}).to_list(None)
        titles = self._letters.find({"_id": {"$in": [one["letter"] for one in found]}}, ["texts"])
        known = {one["_id"]: one["texts"] async for one in titles}
        said = [
            Supported(one["_id"], one["letter"], _title(known.get(one["letter"])), one["at"])
            for one in found
        ]
        return sorted(said, key=lambda one: (one.at, one.letter))

    async def make_nameless(self, supporter: str, nameless: str) -> None:
        """It counts on under an id that says nothing, in one transaction; again, nothing."""

        async def rename(session: Session) -> None:
            found = await self._support.find_one({"_id": supporter}, session=session)
            if found is None:
                return
            await self._support.delete_one({"_id": supporter}, session=session)
            # Without the time: the audit log and others know when who was there.
            counted = {"_id": nameless, "letter": found["letter"]}
            await self._support.insert_one(counted, session=session)

        await in_transaction(self._client, rename)


def _title(texts: Document | None) -> str | None:
    return texts["title"] if texts else None
