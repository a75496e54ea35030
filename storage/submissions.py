"""What submitting needs besides the case: serials of the day, and what an idempotency key did."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from pymongo import InsertOne, ReturnDocument, UpdateOne
from pymongo.errors import BulkWriteError, DuplicateKeyError

from storage.index import Index
from storage.mongo import Database, Document
from storage.personal import PersonalData

SERIALS = "serials"
SUBMISSIONS = "submissions"
INDEXES = (Index(SUBMISSIONS, (("expires_at", 1),), "by_expiry", expire_after_seconds=0),)
KEPT = timedelta(hours=24)
BLOCK = 20
"""A process takes so many serials of a day at once; what it does not use stays a gap."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What one idempotency key stands for: the case to be made, decided before it is made.

    ``fingerprint`` is a keyed hash of the request; ``query_code`` is encrypted at rest.
    """

    id: str
    fingerprint: str
    case_id: str
    number: str
    query_code: str
    submitted_at: datetime


class SubmissionRepository:
    """Serials and claims."""

    def __init__(self, database: Database, personal: PersonalData) -> None:
        self._serials = database[SERIALS]
        self._claims = database[SUBMISSIONS]
        self._personal = personal
        self._block: tuple[date, Iterator[int]] | None = None
        self._taking = asyncio.Lock()

    async def next_serial(self, day: date) -> int:
        """The next serial of a day that this process has; none is given out twice."""
        async with self._taking:
            serial = next(self._block[1], None) if self._block and self._block[0] == day else None
            if serial is None:
                self._block = day, iter(await self.next_serials(day, BLOCK))
                serial = next(self._block[1])
            return serial

    async def next_serials(self, day: date, count: int = 1) -> range:
        """The next ``count`` serials of a day in Asia/Shanghai; a gap after a crash is no harm."""
        # Of several who ask for the first serials of a day at once, the embedded database counts
        # all and answers one; the others ask again.
        counter = await self._counted(day, count) or await self._counted(day, count)
        last = int((counter or {})["last"])
        return range(last - count + 1, last + 1)

    async def _counted(self, day: date, count: int) -> Document | None:
        return await self._serials.find_one_and_update(
            {"_id": day.isoformat()},
            {"$inc": {"last": count}},
            upsert=True,
            return_document=ReturnDocument.AFTER,
        )

    async def next_serials_of(self, counts: Mapping[date, int]) -> dict[date, range]:
        """The next serials of several days: in one write, unless somebody else takes some too."""
        days = {day.isoformat(): count for day, count in counts.items()}
        found = self._serials.find({"_id": {"$in": list(days)}})
        last = {one["_id"]: int(one["last"]) async for one in found}
        taking = [
            UpdateOne({"_id": day, "last": last[day]}, {"$inc": {"last": count}})
            if day in last
            else InsertOne[Document]({"_id": day, "last": count})
            for day, count in days.items()
        ]
        if await self._all_written(taking):
            begins = {day: last.get(day.isoformat(), 0) + 1 for day in counts}
            return {day: range(begins[day], begins[day] + count) for day, count in counts.items()}
        # Which of them were taken nobody knows: those are gaps now, which do no harm.
        return {day: await self.next_serials(day, count) for day, count in counts.items()}

    async def reserve(self, last: Mapping[date, int]) -> None:
        """Sees to it that serials up to these are given out to nobody else; again does no harm."""
        await self._serials.bulk_write(
            [
                UpdateOne({"_id": day.isoformat()}, {"$max": {"last": serial}}, upsert=True)
                for day, serial in last.items()
            ]
        )

    async def days(self) -> list[date]:
        """The days with letters in Asia/Shanghai, the first first: those that gave out serials.

        One may be among them that a crash left without a letter.
        """
        found = self._serials.find({}, ["_id"])
        return sorted([date.fromisoformat(one["_id"]) async for one in found])

    async def _all_written(self, writes: Sequence[UpdateOne | InsertOne[Document]]) -> bool:
        try:
            result = await self._serials.bulk_write(list(writes), ordered=False)
        except BulkWriteError:
            return False
        return result.matched_count + result.inserted_count == len(writes)

    async def claimed(self, claim_id: str, now: datetime) -> Claim | None:
        """What the key stands for, within 24 hours."""
        document = await self._claims.find_one({"_id": claim_id, "expires_at": {"$gt": now}})
        if document is None:
            return None
        return Claim(
            id=document["_id"],
            fingerprint=document["fingerprint"],
            case_id=document["case_id"],
            number=document["number"],
            query_code=await self._personal.revealed(document["query_code"], _place(document)),
            submitted_at=document["submitted_at"],
        )

    async def claim(self, claim: Claim, now: datetime) -> bool:
        """Takes the key; False when it is taken."""
        document: Document = {
            "_id": claim.id,
            "fingerprint": claim.fingerprint,
            "case_id": claim.case_id,
            "number": claim.number,
            "submitted_at": claim.submitted_at,
            "expires_at": now + KEPT,
        }
        document["query_code"] = await self._personal.hidden(claim.query_code, _place(document))
        if await self._inserted(document):
            return True
        expired = await self._claims.delete_one({"_id": claim.id, "expires_at": {"$lte": now}})
        return bool(expired.deleted_count) and await self._inserted(document)

    async def _inserted(self, document: Document) -> bool:
        try:
            await self._claims.insert_one(document)
        except DuplicateKeyError:
            return False
        return True


def _place(document: Document) -> str:
    """With all that a claim decides: a code opens the case that it was made for, asked for so."""
    told = (document[name] for name in ("_id", "fingerprint", "case_id", "number"))
    return "/".join((SUBMISSIONS, *told, "query_code"))


def places(document: Document) -> Iterator[tuple[str, str]]:
    """The ciphertexts of a document: their paths, and what each is encrypted for."""
    yield "query_code", _place(document)
