"""Files beside letters: what is known of each. The bytes lie in an object store."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pymongo.errors import DuplicateKeyError

from domain.attachments import WAITS, Attachment
from storage.index import Index
from storage.mongo import Database, Document
from storage.personal import PersonalData

COLLECTION = "attachments"
WITHOUT_FUNCTIONS = timedelta(days=7)
"""The server forgets what ran out so long ago, where no function took it away with its bytes."""
INDEXES = (
    Index(
        COLLECTION,
        (("expires_at", 1),),
        "forgotten",
        expire_after_seconds=int(WITHOUT_FUNCTIONS.total_seconds()),
    ),
    Index(COLLECTION, (("case", 1), ("place", 1)), "by_case", partial={"case": {"$gt": ""}}),
    Index(COLLECTION, (("account", 1),), "by_account", partial={"account": {"$gt": ""}}),
)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was announced. ``fingerprint`` is a keyed hash of what was said of it.

    ``account`` is who announced it, if they were signed in; ``announced_at`` is None for what an
    older version took.
    """

    file: Attachment
    fingerprint: str
    account: str | None = None
    announced_at: datetime | None = None


class AttachmentRepository:
    """One document a file; those that no letter takes are given up later. Names are encrypted."""

    def __init__(self, database: Database, personal: PersonalData) -> None:
        self._collection = database[COLLECTION]
        self._personal = personal

    async def announce(self, upload: Upload, now: datetime) -> Upload:
        """Remembers an upload for 24 hours; what is known under its id when there is one."""
        file = upload.file
        document: Document = {
            "_id": file.id,
            "file_name": await self._personal.hidden(file.file_name, name_place(file.id)),
            "content_type": file.content_type,
            "size": file.size,
            "fingerprint": upload.fingerprint,
            "account": upload.account,
            "announced_at": now,
            "case": None,
            "place": 0,
            "expires_at": now + WAITS,
        }
        try:
            await self._collection.insert_one(document)
        except DuplicateKeyError:
            known = await self._collection.find_one({"_id": file.id})
            await self._collection.update_one(
                {"_id": file.id, "case": None, "going": None},
                {"$set": {"expires_at": now + WAITS}},
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
            {"_id": id_, "case": {"$in": [None, case]}, "going": None},
            {"$set": {"case": case, "place": place, "size": size}, "$unset": {"expires_at": ""}},
        )
        return bool(done.matched_count)

    async def record_inspection(self, id_: str, size: int) -> None:
        """A file was found good, with this size in bytes."""
        await self._collection.update_one(
            {"_id": id_, "case": None}, {"$set": {"inspected": True, "size": size}}
        )

    async def reject(self, id_: str, now: datetime) -> None:
        """A file was found bad: no letter takes it, unless it is announced and sent again."""
        await self._collection.update_one({"_id": id_, "case": None}, {"$set": {"expires_at": now}})

    async def release(self, case: str, now: datetime) -> None:
        """Takes all files from a case that was not made after all; they wait again."""
        await self._collection.update_many(
            {"case": case}, {"$set": {"case": None, "expires_at": now + WAITS}}
        )

    async def waiting_of(self, account: str, now: datetime) -> list[Upload]:
        """What an account announced and no letter has taken yet, the first first."""
        found = self._collection.find({"account": {"$in": [account], "$gt": ""}})
        waiting = [one async for one in found if one["case"] is None and one["expires_at"] > now]
        uploads = [await self._upload(one) for one in waiting]
        return sorted(uploads, key=lambda one: (one.announced_at or now, one.file.id))

    async def uploads_of_cases(self, cases: Sequence[str]) -> dict[str, list[Upload]]:
        """The files of these cases, each in the order in which the letter names them."""
        found: dict[str, list[Upload]] = {}
        criteria = {"case": {"$in": list(cases), "$gt": ""}}
        async for one in self._collection.find(criteria).sort([("case", 1), ("place", 1)]):
            found.setdefault(one["case"], []).append(await self._upload(one))
        return found

    async def of_cases(self, cases: Sequence[str]) -> dict[str, list[Attachment]]:
        """The same, without what was noted when they were announced."""
        found = await self.uploads_of_cases(cases)
        return {case: [one.file for one in uploads] for case, uploads in found.items()}

    async def _upload(self, document: Document) -> Upload:
        file = Attachment(
            id=document["_id"],
            file_name=await self._personal.revealed(
                document["file_name"], name_place(document["_id"])
            ),
            content_type=document["content_type"],
            size=document["size"],
            case=document["case"],
            inspected=document["case"] is not None or document.get("inspected", False),
        )
        account, announced_at = document.get("account"), document.get("announced_at")
        return Upload(file, document["fingerprint"], account, announced_at)


def name_place(file_id: str) -> str:
    """Where a file's name lies, which it is encrypted for."""
    return f"{COLLECTION}/{file_id}/file_name"


def places(document: Document) -> Iterator[tuple[str, str]]:
    """The ciphertexts of a document: their paths, and what each is encrypted for."""
    yield "file_name", name_place(document["_id"])
