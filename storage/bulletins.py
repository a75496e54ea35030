"""The months' bulletins: a frozen one is never written again, so it is read once and kept."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Sequence
from typing import Generic, TypeVar

from pymongo.errors import DuplicateKeyError

from domain.bulletins import Bulletin, BulletinState, Month
from domain.figures import Cell, Membership, Tabulated
from storage.bulletin_documents import bulletin_document, bulletin_key, read_bulletin
from storage.bulletin_parts import part_documents, read_cells, read_members
from storage.index import Index
from storage.mongo import Database, Document, Session, in_transaction

COLLECTION = "bulletins"
PARTS = "bulletin_parts"
INDEXES = (
    Index(COLLECTION, (("state", 1), ("month", 1)), "by_state"),
    Index(COLLECTION, (("month", 1), ("edition", 1)), "by_month"),
    Index(PARTS, (("bulletin", 1), ("kind", 1), ("place", 1)), "by_bulletin"),
)
MOST_KEPT, MOST_CELLS_KEPT = 240, 12
"""Frozen bulletins that a process keeps: twenty years of figures, a year of cells."""

T = TypeVar("T")


class EditionTaken(Exception):
    """Somebody else published this edition first."""


class _Kept(Generic[T]):
    """The last ones that were asked for."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._by_key: OrderedDict[str, T] = OrderedDict()

    def get(self, key: str) -> T | None:
        if key in self._by_key:
            self._by_key.move_to_end(key)
        return self._by_key.get(key)

    def keep(self, key: str, one: T) -> None:
        self._by_key[key] = one
        while len(self._by_key) > self._most:
            self._by_key.popitem(last=False)


class BulletinRepository:
    """One document an edition, with its cells and letters beside it."""

    def __init__(self, database: Database) -> None:
        self._client = database.client
        self._collection = database[COLLECTION]
        self._parts = database[PARTS]
        self._kept: _Kept[Bulletin] = _Kept(MOST_KEPT)
        self._cells: _Kept[tuple[Cell, ...]] = _Kept(MOST_CELLS_KEPT)

    # Reading

    async def state_of(self, month: Month, edition: int = 1) -> BulletinState | None:
        """How firm it is; None when there is none."""
        key = bulletin_key(month, edition)
        found = await self._collection.find_one({"_id": key}, ["state"])
        return BulletinState[found["state"]] if found else None

    async def unfrozen(self) -> Sequence[Month]:
        """The months whose bulletin is preliminary, the earliest first."""
        criteria = {"state": BulletinState.PRELIMINARY.value}
        found = self._collection.find(criteria, ["month"]).sort("month", 1)
        return [Month.read(one["month"]) async for one in found]

    async def editions(self, months: Collection[Month]) -> dict[Month, int]:
        """The number of the last edition of each of these months that has one."""
        criteria = {"month": {"$in": sorted(map(str, months))}}
        found = self._collection.find(criteria, ["month", "edition"])
        last: dict[Month, int] = {}
        async for one in found:
            month = Month.read(one["month"])
            last[month] = max(one["edition"], last.get(month, 0))
        return last

    async def find(self, month: Month, edition: int) -> Bulletin | None:
        """This edition; None when there is none."""
        key = bulletin_key(month, edition)
        if kept := self._kept.get(key):
            return kept
        document = await self._collection.find_one({"_id": key})
        bulletin = read_bulletin(document) if document else None
        if bulletin is not None and bulletin.is_frozen:
            self._kept.keep(key, bulletin)
        return bulletin

    async def latest(self, month: Month) -> Bulletin | None:
        """The last edition; None for a month that is not closed."""
        edition = (await self.editions([month])).get(month)
        return None if edition is None else await self.find(month, edition)

    async def cells(self, bulletin: Bulletin) -> tuple[Cell, ...]:
        """What its counts are the sum of."""
        key = bulletin_key(bulletin.month, bulletin.edition)
        if bulletin.is_frozen and (kept := self._cells.get(key)) is not None:
            return kept
        cells = read_cells(await self._beside(key, "cells"))
        if bulletin.is_frozen:
            self._cells.keep(key, cells)
        return cells

    async def members(self, bulletin: Bulletin) -> tuple[Membership, ...]:
        """Which letter is in which figure, in the order of the letters' numbers."""
        key = bulletin_key(bulletin.month, bulletin.edition)
        documents = await self._beside(key, "letters")
        return tuple(read_members(documents, await self.cells(bulletin)))

    async def _beside(self, key: str, kind: str) -> list[Document]:
        criteria = {"bulletin": key, "kind": kind}
        return await self._parts.find(criteria).sort("place", 1).to_list(None)

    # Writing

    async def save(self, bulletin: Bulletin, counted: Tabulated, session: Session) -> bool:
        """Stores it in the place of a preliminary one; False when it is frozen already."""
        document = bulletin_document(bulletin)
        criteria = {"_id": document["_id"]}
        known = await self._collection.find_one(criteria, ["state"], session=session)
        if known and known["state"] == BulletinState.FROZEN:
            return False
        await self._collection.replace_one(criteria, document, upsert=True, session=session)
        await self._parts.delete_many({"bulletin": document["_id"]}, session=session)
        await self._add_parts(document["_id"], counted, session)
        return True

    async def publish(self, bulletin: Bulletin, counted: Tabulated) -> None:
        """Stores a new edition, whole or not at all; ``EditionTaken`` when there is one."""
        document = bulletin_document(bulletin)

        async def add(session: Session) -> None:
            await self._collection.insert_one(document, session=session)
            await self._add_parts(document["_id"], counted, session)

        try:
            await in_transaction(self._client, add)
        except DuplicateKeyError:
            raise EditionTaken(document["_id"]) from None

    async def _add_parts(self, key: str, counted: Tabulated, session: Session) -> None:
        for document in part_documents(key, counted.cells, counted.members):
            await self._parts.insert_one(document, session=session)
