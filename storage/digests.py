"""Digests: what a unit is told of a day in one message. Frozen before they are sent.

A digest that had to be sent twice has the same words both times; what is noticed later goes into
the next day's.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from storage.index import Index
from storage.mongo import Database, Document, Session

COLLECTION = "digests"
INDEXES = (
    Index(COLLECTION, (("notices", 1),), "by_notice"),
    Index(COLLECTION, (("expires_at", 1),), "by_expiry", expire_after_seconds=0),
)
KEPT = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Digest:
    """One unit's digest of one day in Asia/Shanghai; ``notices`` are the ids of what it tells."""

    unit: str
    day: date
    subject: str
    text: str
    notices: tuple[str, ...]
    frozen_at: datetime
    sent_at: datetime | None = None

    @property
    def id(self) -> str:
        """Also the id of its message."""
        return digest_id(self.unit, self.day)


def digest_id(unit: str, day: date) -> str:
    """The id of a unit's digest of a day."""
    return f"digest-{unit}-{day.isoformat()}"


class DigestRepository:
    """One document a unit and day."""

    def __init__(self, database: Database) -> None:
        self._collection = database[COLLECTION]

    async def holding(self, notice_ids: Sequence[str]) -> list[Digest]:
        """The digests that tell any of these notices."""
        found = self._collection.find({"notices": {"$in": list(notice_ids)}})
        return [_read(document) async for document in found]

    async def existing(self, digest_ids: Sequence[str]) -> set[str]:
        """Which of these are frozen already."""
        found = self._collection.find({"_id": {"$in": list(digest_ids)}}, ["_id"])
        return {document["_id"] async for document in found}

    async def freeze(self, digests: Sequence[Digest], session: Session) -> None:
        """Stores what is not stored yet."""
        for one in digests:
            await self._collection.update_one(
                {"_id": one.id}, {"$setOnInsert": _document(one)}, upsert=True, session=session
            )

    async def sent(self, digest_ids: Collection[str], at: datetime, session: Session) -> None:
        """They went out."""
        if digest_ids:
            await self._collection.update_many(
                {"_id": {"$in": list(digest_ids)}}, {"$set": {"sent_at": at}}, session=session
            )


def _document(digest: Digest) -> Document:
    return {
        "unit": digest.unit,
        "day": digest.day.isoformat(),
        "subject": digest.subject,
        "text": digest.text,
        "notices": list(digest.notices),
        "frozen_at": digest.frozen_at,
        "expires_at": digest.frozen_at + KEPT,
        "sent_at": None,
    }


def _read(document: Document) -> Digest:
    return Digest(
        unit=document["unit"],
        day=date.fromisoformat(document["day"]),
        subject=document["subject"],
        text=document["text"],
        notices=tuple(document["notices"]),
        frozen_at=document["frozen_at"],
        sent_at=document["sent_at"],
    )
