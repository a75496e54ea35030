"""Units, mailboxes, categories and systems: found by code, listed by search, replaced whole.

Codes are the ``_id``s. What leaves the directory stays, retired: letters point to it. One more
document, in ``directory``, says what is stored now; it is written last, so that a first import
that was interrupted still counts as none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from pymongo import InsertOne, ReplaceOne
from pymongo.errors import BulkWriteError

from domain.categories import Category, Taxonomy
from domain.directory import City, Mailbox, PlaceCodes, System, Unit
from domain.words import MailboxLevel, UnitLevel
from storage.directory_documents import (
    city_documents,
    digest_of,
    places_document,
    read_category,
    read_mailbox,
    read_places,
    read_system,
    read_unit,
)
from storage.index import Index
from storage.keeping import Kept
from storage.listing import Entry, Listing, matching, page_of, searchable
from storage.mongo import Collection, Database, Document
from storage.pages import Page, Slice

T = TypeVar("T")
Progress = Callable[[int, int], None]

# By code everything is found by ``_id``, which has an index; lists and searches read `Listing`.
INDEXES: tuple[Index, ...] = ()

CURRENT = "current"
BATCH = 500
LIVING = {"retired": False}


class DirectoryRepository:
    """The stored directory. Keep one for as long as the database: it remembers the lists."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._listing: Listing | None = None
        self._kept = Kept()

    async def is_empty(self) -> bool:
        """Whether no directory was ever imported, or the first import did not reach its end."""
        return await self.version() is None

    async def version(self) -> str | None:
        """The version that the last import was given, None before the first."""
        current = await self._database["directory"].find_one({"_id": CURRENT}, ["version"])
        return current["version"] if current else None

    async def unit(self, code: str) -> Unit | None:
        """The unit with this code, retired ones included."""
        return (await self.units_by_code([code])).get(code)

    async def mailbox(self, code: str) -> Mailbox | None:
        """The mailbox with this code, retired ones included."""
        return (await self.mailboxes_by_code([code])).get(code)

    async def units_by_code(self, codes: Iterable[str]) -> dict[str, Unit]:
        """The units with these codes in one look-up; unknown codes are left out."""
        return await self._found("units", codes, read_unit)

    async def mailboxes_by_code(self, codes: Iterable[str]) -> dict[str, Mailbox]:
        """The mailboxes with these codes in one look-up; unknown codes are left out."""
        return await self._found("mailboxes", codes, read_mailbox)

    async def categories_by_id(self, ids: Iterable[str]) -> dict[str, Category]:
        """The categories with these ids in one look-up, retired ones included."""
        return await self._found("categories", ids, read_category)

    async def find_units(self, search: str | None, page: Page) -> Slice[Unit]:
        """Units whose name, English name or code has every word of ``search``, large or small.

        From the city outwards. Raises `CursorError`.
        """
        codes = page_of(matching((await self._lists()).units, search), page)
        found = await self.units_by_code(codes.items)
        return codes.holding(found[code] for code in codes.items)

    async def find_mailboxes(
        self, search: str | None, level: MailboxLevel | None, page: Page
    ) -> Slice[Mailbox]:
        """Mailboxes of a level (None: of all), searched and listed as units are."""
        codes = page_of(matching((await self._lists()).mailboxes, search, level), page)
        found = await self.mailboxes_by_code(codes.items)
        return codes.holding(found[code] for code in codes.items)

    async def divisions(self) -> list[Unit]:
        """The districts and townships, in the order of the directory."""
        levels = {UnitLevel.DISTRICT, UnitLevel.TOWNSHIP}
        codes = [one.code for one in (await self._lists()).units if one.level in levels]
        found = await self.units_by_code(codes)
        return [found[code] for code in codes]

    async def categories(self) -> Taxonomy:
        """The whole taxonomy, without what was retired."""
        return (await self._lists()).taxonomy

    async def systems(self) -> Mapping[str, System]:
        """The lines of work by code, in file order."""
        return (await self._lists()).systems

    async def places(self) -> PlaceCodes | None:
        """Where letters go that name their place by a code; None while the directory is empty."""
        return (await self._lists()).places

    async def replace_city(
        self,
        city: City,
        taxonomy: Taxonomy,
        version: str,
        progress: Progress = lambda _done, _total: None,
    ) -> int:
        """Store this directory in place of the one before; how many documents that changed.

        What is stored as it should be is not written again; what is gone is marked as retired.
        ``progress`` is told after every batch how many of all documents are dealt with. Two
        imports at once do no harm: both end with what they wanted, the later one's on top.
        """
        documents = city_documents(city, taxonomy)
        total = sum(map(len, documents.values()))
        done = changed = 0
        for name, wanted in documents.items():
            collection = self._database[name]
            stored = await _digests(collection)
            changed += await _retire(collection, stored.keys() - {one["_id"] for one in wanted})
            for start in range(0, len(wanted), BATCH):
                batch = wanted[start : start + BATCH]
                changed += await _write(collection, batch, stored)
                done += len(batch)
                progress(done, total)
        current: Document = {"version": version, "places": places_document(city.places)}
        current["digest"] = digest_of([documents, current])
        await self._database["directory"].replace_one({"_id": CURRENT}, current, upsert=True)
        self._kept = Kept()
        return changed

    async def _found(
        self, name: str, codes: Iterable[str], read: Callable[[Document], T]
    ) -> dict[str, T]:
        """What has these codes: as it was read before, while the stored version is the same."""
        kept = await self._current(name)
        asked = list(codes)
        missing = [code for code in asked if code not in kept]
        if missing:
            kept.update(await _by_id(self._database[name], missing, read))
        return {code: kept[code] for code in asked if code in kept}

    async def _current(self, name: str) -> dict[str, Any]:
        """What is kept of a collection; nothing after another import, and before the first."""
        if self._kept.is_old():
            fields = {"digest": 1}
            stored = await self._database["directory"].find_one({"_id": CURRENT}, fields)
            self._kept = self._kept.checked((stored or {}).get("digest"))
        return self._kept.of(name)

    async def _lists(self) -> Listing:
        """The lists of the stored version, read again when another import changed them."""
        current = await self._database["directory"].find_one({"_id": CURRENT}) or {}
        if self._listing is None or self._listing.digest != current.get("digest"):
            self._listing = await self._read_lists(current)
        return self._listing

    async def _read_lists(self, current: Document) -> Listing:
        systems = await _living(self._database["systems"])
        lines = {system["_id"]: f"{system['zh']}\n{system['en']}" for system in systems}
        units = [one async for one in self._database["units"].find({}, ["system"])]
        of_units = {one["_id"]: lines.get(one["system"], "") for one in units}
        return Listing(
            digest=current.get("digest"),
            units=await self._entries("units", "_id", of_units),
            mailboxes=await self._entries("mailboxes", "unit", of_units),
            taxonomy=Taxonomy(map(read_category, await _living(self._database["categories"]))),
            systems={system["_id"]: read_system(system) for system in systems},
            places=read_places(current["places"]) if current else None,
        )

    async def _entries(
        self, name: str, unit: str, lines_of_work: Mapping[str, str]
    ) -> tuple[Entry, ...]:
        """With what people call the unit's line of work (工商, 城管 …); ``unit``: its field."""
        fields = ["name", "name_en", "level", "order", "unit"]
        documents = await _living(self._database[name], fields)
        return tuple(
            Entry(
                order=one["order"],
                code=one["_id"],
                level=one["level"],
                text=searchable(
                    *(one["name"], one["name_en"], one["_id"]),
                    lines_of_work.get(one[unit], ""),
                ),
            )
            for one in documents
        )


async def _by_id(
    collection: Collection, ids: Iterable[str], read: Callable[[Document], T]
) -> dict[str, T]:
    found = collection.find({"_id": {"$in": list(ids)}})
    return {document["_id"]: read(document) async for document in found}


async def _living(collection: Collection, fields: Sequence[str] | None = None) -> list[Document]:
    """Every document that is not retired, in the order of the directory."""
    documents = [one async for one in collection.find(LIVING, fields)]
    return sorted(documents, key=lambda one: (one["order"], one["_id"]))


async def _digests(collection: Collection) -> dict[str, str | None]:
    """What is stored, by code: the digest of its contents, None for the retired."""
    found = collection.find({}, ["digest", "retired"])
    return {one["_id"]: None if one["retired"] else one["digest"] async for one in found}


async def _retire(collection: Collection, codes: Iterable[str]) -> int:
    retired = await collection.update_many(
        {"_id": {"$in": list(codes)}, **LIVING}, {"$set": {"retired": True}}
    )
    return retired.modified_count


async def _write(
    collection: Collection, batch: Sequence[Document], stored: dict[str, str | None]
) -> int:
    """Write what is not stored as it should be; how many that were."""
    changed = [one for one in batch if stored.get(one["_id"]) != one["digest"]]
    if not changed:
        return 0
    replacing = [ReplaceOne({"_id": one["_id"]}, one, upsert=True) for one in changed]
    inserting = [
        InsertOne(one) if one["_id"] not in stored else replacement
        for one, replacement in zip(changed, replacing, strict=True)
    ]
    try:
        await collection.bulk_write(inserting, ordered=False)
    except BulkWriteError:  # another import was quicker with some of them
        await collection.bulk_write(replacing, ordered=False)
    return len(changed)
