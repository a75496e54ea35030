"""Notices that were given up: what ops see of them, and nothing that says who wrote what."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from pymongo import ReplaceOne

from domain.media import Medium
from domain.notices import About, Audience
from storage.fetching import fetch_page
from storage.index import Index
from storage.mongo import Database, Document, Session
from storage.pages import Page, Slice, Sort, SortKey
from storage.waiting_notices import read_about

COLLECTION = "undelivered"
INDEXES = (Index(COLLECTION, (("given_up_at", 1), ("_id", 1)), "by_time"),)
OLDEST_FIRST: Sort = (SortKey("given_up_at", kind=datetime), SortKey("_id"))


@dataclass(frozen=True, slots=True)
class Undelivered:
    """A notice that was given up, ``attempts`` tries after it was queued.

    ``medium`` is None where it never came to a choice; ``error`` names no address.
    """

    id: str
    case_id: str
    number: str
    audience: Audience
    about: About
    medium: Medium | None
    attempts: int
    error: str
    queued_at: datetime
    given_up_at: datetime


class UndeliveredRepository:
    """One document a notice, for as long as nobody has it tried again."""

    def __init__(self, database: Database) -> None:
        self._collection = database[COLLECTION]

    async def put(self, notices: Sequence[Undelivered], session: Session) -> None:
        """Keeps what was given up."""
        if notices:
            writes = [ReplaceOne({"_id": one.id}, _document(one), upsert=True) for one in notices]
            await self._collection.bulk_write(writes, session=session)

    async def by_id(self, notice_id: str) -> Undelivered | None:
        """One of them."""
        found = await self._collection.find_one({"_id": notice_id})
        return _read(found) if found else None

    async def remove(self, notice_id: str) -> None:
        """It waits again, or is not there any more."""
        await self._collection.delete_one({"_id": notice_id})

    async def page(self, page: Page, *, counted: bool = True) -> Slice[Undelivered]:
        """A page of them, oldest first."""
        return await fetch_page(self._collection, {}, OLDEST_FIRST, page, _read, counted=counted)

    async def all(self) -> AsyncIterator[Undelivered]:
        """Every one, oldest first."""
        found = self._collection.find().sort([("given_up_at", 1), ("_id", 1)])
        async for document in found:
            yield _read(document)


def _document(one: Undelivered) -> Document:
    return {
        "_id": one.id,
        "case": one.case_id,
        "number": one.number,
        "audience": one.audience.value,
        "about": one.about.value if one.about else None,
        "medium": one.medium.value if one.medium else None,
        "attempts": one.attempts,
        "error": one.error,
        "queued_at": one.queued_at,
        "given_up_at": one.given_up_at,
    }


def _read(document: Document) -> Undelivered:
    medium = document["medium"]
    return Undelivered(
        id=document["_id"],
        case_id=document["case"],
        number=document["number"],
        audience=Audience[document["audience"]],
        about=read_about(document["about"]),
        medium=Medium[medium] if medium else None,
        attempts=document["attempts"],
        error=document["error"],
        queued_at=document["queued_at"],
        given_up_at=document["given_up_at"],
    )
