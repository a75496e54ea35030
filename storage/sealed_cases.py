"""The one way in which cases are written: whatever changes, the case's seal changes with it.

A write reads what it is going to change, renews the seal over it and is guarded by the seal that
it read: of two writers one is met by the other's seal, reads again and writes on top of it.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from pymongo import ReplaceOne, UpdateOne

from storage.mongo import Collection as Cases
from storage.mongo import Document, Session
from storage.state_seals import DECIDES_ACCESS, SEAL, StateSeals
from storage.updates import touched, updated

TRIES = 10
_MISSING = {"$exists": False}
_log = logging.getLogger(__name__)
Update: TypeAlias = Mapping[str, Mapping[str, Any]]


def with_seal(
    fields: Sequence[str] | None, decides: Sequence[str] = DECIDES_ACCESS
) -> list[str] | None:
    """These fields and those by which it is known whether a case may be shown."""
    return None if fields is None else list(dict.fromkeys((*fields, *decides, SEAL)))


@dataclass(frozen=True, slots=True)
class SealedCases:
    """The collection of cases with the seals that go with it."""

    collection: Cases
    seals: StateSeals

    def admits(self, document: Document, fields: Collection[str] = DECIDES_ACCESS) -> bool:
        """Whether a case may be shown: what decides about that is what was sealed.

        ``document`` has at least ``fields`` and the seal. One that was changed by another hand is
        not there for its reader, and is logged for those who look after the database.
        """
        if self.seals.admits(document, fields):
            return True
        differing = ", ".join(self.seals.differing(document, fields))
        _log.error(
            "case %s is not shown: not what was sealed: %s", document.get("number"), differing
        )
        return False

    async def admitted(self, documents: list[Document]) -> list[Document]:
        """Those that may be shown, fetched with the fields of ``with_seal``."""
        return [one for one in documents if self.admits(one)]

    async def insert(self, document: Document) -> None:
        """One new case."""
        await self.collection.insert_one(self.seals.sealed(document))

    async def insert_many(self, documents: Sequence[Document]) -> None:
        """New cases, each whatever becomes of the others."""
        sealed = [self.seals.sealed(one) for one in documents]
        await self.collection.insert_many(sealed, ordered=False)

    async def update(self, guard: Document, update: Update, session: Session | None = None) -> bool:
        """One case, found by ``_id`` and guarded by the rest; False when it is not so any more.

        Whoever only marks the same case meanwhile is not in the way.
        """
        for _ in range(TRIES):
            fields = [*touched(update), SEAL]
            before = await self.collection.find_one(guard, fields, session=session)
            if before is None:
                return False
            write = self._write(before, guard, update)
            result = await self.collection.update_one(*write, session=session)
            if result.matched_count:
                return True
        return False

    async def update_many(
        self, updates: Sequence[tuple[Document, Update]], session: Session | None = None
    ) -> int:
        """Several cases, as above, in two commands; how many were met as they were.

        Each is tried once: a case that somebody else has written to meanwhile is left as it is.
        """
        names = dict.fromkeys(name for _, update in updates for name in touched(update))
        ids = list({guard["_id"] for guard, _ in updates})
        found = self.collection.find({"_id": {"$in": ids}}, [*names, SEAL], session=session)
        known = {one["_id"]: one async for one in found}
        writes = []
        for guard, update in updates:
            if (before := known.get(guard["_id"])) is not None:
                writes.append(UpdateOne(*self._write(before, guard, update)))
        if not writes:
            return 0
        result = await self.collection.bulk_write(writes, ordered=False, session=session)
        return result.matched_count

    async def mark(self, ids: Collection[str], update: Update) -> None:
        """The same for each of these, which may be done twice."""
        if ids and await self.update_many([({"_id": one}, update) for one in ids]) < len(ids):
            for one in ids:
                await self.update({"_id": one}, update)

    async def replace_many(
        self, documents: Sequence[tuple[Document, Document]], session: Session
    ) -> int:
        """Other documents in the place of these, each as (guard, document), under new seals.

        How many were met as they were.
        """
        ids = [guard["_id"] for guard, _ in documents]
        found = self.collection.find({"_id": {"$in": ids}}, [SEAL], session=session)
        known = {one["_id"]: one async for one in found}
        writes = [
            ReplaceOne(
                {**guard, SEAL: before.get(SEAL, _MISSING)},
                self.seals.sealed(document, self.seals.revision(before) + 1),
            )
            for guard, document in documents
            if (before := known.get(guard["_id"])) is not None
        ]
        if not writes:
            return 0
        result = await self.collection.bulk_write(writes, ordered=False, session=session)
        return result.matched_count

    def _write(self, before: Document, guard: Document, update: Update) -> tuple[Any, Any]:
        """The guard and the update with the seals in them."""
        after = updated(before, update)
        seal = self.seals.renew(before, after, touched(update))
        if seal is None:
            return guard, dict(update)
        written = {**update, "$set": {**update.get("$set", {}), SEAL: seal}}
        return {**guard, SEAL: before[SEAL]}, written
