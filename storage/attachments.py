"""Files beside letters: what is known of each. The bytes lie in an object store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pymongo.errors import DuplicateKeyError

from domain.attachments import WAITS, Attachment
from storage.index import Index
from storage.mongo import Database, Document
from storage.personal import PersonalData

COLLECTION = "attachments"
INDEXES = (
    Index(COLLECTION, (("expires_at", 1),), "forgotten", expire_after_seconds=0),
    Index(COLLECTION, (("case", 1), ("place", 1)), "by_case", partial={"case": {"$gt": ""}}),
)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was announced. ``fingerprint`` is a keyed hash of what was said of it."""

    file: Attachment
    fingerprint: str


class AttachmentRepository:
    """One document a file; the server forgets those that no letter took. Names are encrypted."""

    def __init__(self, database: Database, personal: PersonalData) -> None:
        self._collection = database[COLLECTION]
        self._personal = personal

    async def announce(self, upload: Upload, now: datetime) -> Upload:
        """Remembers an upload for 24 hours; what is known under its id when there is one."""
        file = upload.file
        document: Document = {
            "_id": file.id,
            "file_name": await self._personal.hidden(file.file_name),
            "content_type": file.content_type,
            "size": file.size,
            "fingerprint": upload.fingerprint,
            "case": None,
            "place": 0,
            "expires_at": now + WAITS,
        }
        try:
            await self._collection.insert_one(document)
        except DuplicateKeyError:
            known = await self._collection.find_one({"_id": file.id})
            await self._collection.update_one(
                {"_id": file.id, "case": None}, {"$set": {"expires_at": now + WAITS}}
            )
            return upload if known is None else await self._upload(known)
        return upload

    async def waiting(self, ids: Sequence[str], now: datetime) -> list[Attachment]:
        """Those of these files that wait for a letter, or that one has taken."""
        criteria = {
            "_id": {"$in": list(ids)},
            "$or": [{"case": {"$ne": None}}, {"expires_at": {"$gt": now}}],
        }
        found = {one["_id"]: one async for one in self._collection.find(criteria)}
        return [(await self._upload(found[key])).file for key in ids if key in found]

    async def bind(self, id_: str, case: str, place: int, size: int) -> bool:
        """Gives a file to a case; False when another one has it, or it is gone.

        One write decides between two letters; for the same case it may be repeated.
        """
        done = await self._collection.update_one(
            {"_id": id_, "case": {"$in": [None, case]}},
            {"$set": {"case": case, "place": place, "size": size}, "$unset": {"expires_at": ""}},
        )
        return bool(done.matched_count)

    async def release(self, case: str, now: datetime) -> None:
        """Takes all files from a case that was not made after all; they wait again."""
        await self._collection.update_many(
            {"case": case}, {"$set": {"case": None, "expires_at": now + WAITS}}
        )

    async def of_cases(self, cases: Sequence[str]) -> dict[str, list[Attachment]]:
        """The files of these cases, each in the order in which the letter names them."""
        found: dict[str, list[Attachment]] = {}
        criteria = {"case": {"$in": list(cases), "$gt": ""}}
        async for one in self._collection.find(criteria).sort([("case", 1), ("place", 1)]):
            found.setdefault(one["case"], []).append((await self._upload(one)).file)
        return found

    async def _upload(self, document: Document) -> Upload:
        file = Attachment(
            id=document["_id"],
            file_name=await self._personal.revealed(document["file_name"]),
            content_type=document["content_type"],
            size=document["size"],
            case=document["case"],
        )
        return Upload(file, document["fingerprint"])
