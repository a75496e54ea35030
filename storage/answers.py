"""What a request that creates something was answered with: kept for 24 hours, for its repeats."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from pymongo.errors import DuplicateKeyError

from storage.index import Index
from storage.mongo import Database, Document
from storage.personal import PersonalData

COLLECTION = "answers"
INDEXES = (Index(COLLECTION, (("expires_at", 1),), "by_expiry", expire_after_seconds=0),)
KEPT = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """Decided before anything is made. ``fingerprint`` is a keyed hash of the request.

    ``text`` may be a secret: it is encrypted at rest.
    """

    id: str
    fingerprint: str
    text: str


class AnswerRepository:
    """One document an idempotency key, found by its keyed hash."""

    def __init__(self, database: Database, personal: PersonalData) -> None:
        self._collection = database[COLLECTION]
        self._personal = personal

    async def keep(self, fresh: KeptAnswer, now: datetime) -> KeptAnswer:
        """Keeps the answer; the one that was kept under this id before, within 24 hours."""
        document = {
            "_id": fresh.id,
            "fingerprint": fresh.fingerprint,
            "text": await self._personal.hidden(fresh.text, _place(fresh.id, fresh.fingerprint)),
            "expires_at": now + KEPT,
        }
        for _ in range(2):
            try:
                await self._collection.insert_one(document)
            except DuplicateKeyError:
                known = await self._collection.find_one({"_id": fresh.id})
            else:
                return fresh
            if known is not None and known["expires_at"] > now:
                text = await self._personal.revealed(
                    known["text"], _place(fresh.id, known["fingerprint"])
                )
                return KeptAnswer(fresh.id, known["fingerprint"], text)
            await self._collection.delete_one({"_id": fresh.id, "expires_at": {"$lte": now}})
        raise LookupError("an answer was forgotten while it was asked for")


def _place(answer_id: str, fingerprint: str) -> str:
    """With the fingerprint: what one request was answered is no answer to another."""
    return f"{COLLECTION}/{answer_id}/{fingerprint}/text"


def places(document: Document) -> Iterator[tuple[str, str]]:
    """The ciphertexts of a document: their paths, and what each is encrypted for."""
    yield "text", _place(document["_id"], document["fingerprint"])
