"""Codes that sign a telephone number in: one a number, as a keyed hash, for five minutes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from storage.index import Index
from storage.mongo import Database

COLLECTION = "sign_in_codes"
INDEXES = (Index(COLLECTION, (("expires_at", 1),), "by_expiry", expire_after_seconds=0),)


@dataclass(frozen=True, slots=True)
class SentCode:
    """``id``: a keyed hash of the number; ``code``: of number and code; ``request``: of the
    request that asked for it. ``is_sent``: the post took the message."""

    id: str
    code: bytes
    request: str
    requested_at: datetime
    expires_at: datetime
    is_sent: bool = False


class SignInCodeRepository:
    """Neither numbers nor codes lie here. The server forgets by itself."""

    def __init__(self, database: Database) -> None:
        self._collection = database[COLLECTION]

    async def of(self, key: str, now: datetime) -> SentCode | None:
        """The number's code, as long as it is good."""
        document = await self._collection.find_one({"_id": key})
        if document is None or document["expires_at"] <= now:
            return None
        return SentCode(
            id=document["_id"],
            code=bytes(document["code"]),
            request=document["request"],
            requested_at=document["requested_at"],
            expires_at=document["expires_at"],
            is_sent=document["is_sent"],
        )

    async def put(self, new: SentCode, before: SentCode | None) -> bool:
        """In the place of the one that was read; False when somebody else was quicker."""
        document = {
            "code": new.code,
            "request": new.request,
            "requested_at": new.requested_at,
            "expires_at": new.expires_at,
            "is_sent": False,
            "tries": 0,
        }
        if before is not None:
            guard = {"_id": new.id, "code": before.code}
            replaced = await self._collection.update_one(guard, {"$set": document})
            return replaced.matched_count == 1 or await self._holds(new)
        await self._collection.delete_one({"_id": new.id, "expires_at": {"$lte": new.requested_at}})
        try:
            await self._collection.insert_one({"_id": new.id, **document})
        except DuplicateKeyError:
            return await self._holds(new)
        return True

    async def _holds(self, new: SentCode) -> bool:
        """Whether it is this one: a driver that was cut off has written it, and tried again."""
        known = await self._collection.find_one({"_id": new.id})
        same = {"code": new.code, "request": new.request, "requested_at": new.requested_at}
        return known is not None and all(known[name] == value for name, value in same.items())

    async def sent(self, code: SentCode) -> None:
        """The post took it."""
        guard = {"_id": code.id, "code": code.code}
        await self._collection.update_one(guard, {"$set": {"is_sent": True}})

    async def drop(self, code: SentCode) -> None:
        """The post did not take it, and nobody waits for it."""
        await self._collection.delete_one({"_id": code.id, "code": code.code})

    async def tried(self, key: str, most: int, now: datetime) -> bytes | None:
        """Counts a try: the code's hash to compare with; None without one, or after ``most``."""
        document = await self._collection.find_one_and_update(
            {"_id": key, "tries": {"$lt": most}, "expires_at": {"$gt": now}},
            {"$inc": {"tries": 1}},
            return_document=ReturnDocument.AFTER,
        )
        return bytes(document["code"]) if document else None

    async def used(self, key: str, code: bytes) -> bool:
        """Uses a code up; of several who do so at once, one does."""
        result = await self._collection.delete_one({"_id": key, "code": code})
        return result.deleted_count == 1

    async def forget(self, key: str) -> None:
        """A number's code, if it has one."""
        await self._collection.delete_one({"_id": key})
