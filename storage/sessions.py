"""Sessions of accounts: one document a sign-in, guarded by the count of its exchanges.

What signs in is derived and not stored. A session that ended stays for as long as an access token
of it could still be believed: every process looks for those every two seconds at most, and at what
it ended itself at once.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

from domain.accounts import ACCESS_GOOD_FOR, Session
from storage.index import Index
from storage.mongo import Database, Document, suppress_outages

COLLECTION = "sessions"
INDEXES = (
    Index(COLLECTION, (("account", 1), ("used_at", -1)), "by_account"),
    Index(COLLECTION, (("ended_at", -1),), "by_end"),
    Index(COLLECTION, (("forget_at", 1),), "forgotten", expire_after_seconds=0),
)
LOOKED_EVERY = timedelta(seconds=2)
REMEMBERED = ACCESS_GOOD_FOR + timedelta(minutes=2)
"""After its end: longer than any access token lives, with the leeway of its clock."""
KEPT_ENDED = timedelta(days=1)
MOST_ENDED = 50_000
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


class SessionRepository:
    """The questions about sessions; and which of them ended just now, in this process's memory."""

    def __init__(self, database: Database) -> None:
        self._collection = database[COLLECTION]
        self._ended: dict[str, datetime] = {}
        self._looked_at = _LONG_AGO
        self._looking = asyncio.Lock()

    async def add(self, session: Session) -> None:
        """A new one."""
        document = {
            "_id": session.id,
            "account": session.account,
            "device_name": session.device_name,
            "salt": session.salt,
            "generation": session.generation,
            "signed_in_at": session.signed_in_at,
            "used_at": session.used_at,
            "expires_at": session.expires_at,
            "ended_at": None,
            "forget_at": session.expires_at,
        }
        await self._collection.insert_one(document)

    async def by_id(self, session_id: str) -> Session | None:
        """A session, also one that ended."""
        document = await self._collection.find_one({"_id": session_id})
        return _session(document) if document and "salt" in document else None

    async def of_account(self, account: str, now: datetime) -> list[Session]:
        """The open ones, used last first."""
        found = self._collection.find({"account": account}).sort("used_at", -1)
        sessions = [_session(document) async for document in found]
        return [one for one in sessions if one.is_open(now)]

    async def exchanged(self, before: Session, now: datetime, expires_at: datetime) -> bool:
        """The next generation; False when it is there already, or the session ended."""
        result = await self._collection.update_one(
            {"_id": before.id, "generation": before.generation, "ended_at": None},
            {
                "$set": {
                    "generation": before.generation + 1,
                    "used_at": now,
                    "expires_at": expires_at,
                    "forget_at": expires_at,
                }
            },
        )
        return result.matched_count == 1

    async def end(self, session: Session, now: datetime) -> None:
        """Nobody uses it any more. Ending it again changes nothing."""
        await self._collection.update_one(
            {"_id": session.id, "ended_at": None},
            {"$set": {"ended_at": now, "forget_at": now + KEPT_ENDED}},
        )
        self._ended[session.id] = now

    async def erase(self, session: Session, now: datetime) -> None:
        """The same, and nothing stays of it but that it ended."""
        document = {"ended_at": now, "forget_at": now + KEPT_ENDED}
        await self._collection.replace_one({"_id": session.id}, document)
        self._ended[session.id] = now

    async def all_of(self, account: str) -> list[Session]:
        """Every session of an account that is still known, open or not."""
        return [_session(one) async for one in self._collection.find({"account": account})]

    async def is_ended(self, session_id: str, now: datetime) -> bool:
        """Whether a session was ended lately; an outage leaves what is known.

        Whoever asks while somebody looks waits for what they see.
        """
        if self._is_stale(now):
            async with self._looking:
                if self._is_stale(now):
                    with suppress_outages():
                        await self._look(now)
                        self._looked_at = now
        return session_id in self._ended

    async def has_ended(self, session_id: str) -> bool:
        """The same by what lies in the database now; not for one that nobody knows."""
        found = await self._collection.find_one({"_id": session_id}, ["ended_at"])
        return found is not None and found["ended_at"] is not None

    def _is_stale(self, now: datetime) -> bool:
        return abs(now - self._looked_at) > LOOKED_EVERY

    async def _look(self, now: datetime) -> None:
        since = now - REMEMBERED
        criteria = {"ended_at": {"$gt": since}}
        found = self._collection.find(criteria, {"ended_at": 1}).sort("ended_at", -1)
        ended = {one["_id"]: one["ended_at"] async for one in found.limit(MOST_ENDED)}
        own = {key: at for key, at in self._ended.items() if at > since}
        self._ended = ended | own


def _session(document: Document) -> Session:
    return Session(
        id=document["_id"],
        account=document["account"],
        device_name=document["device_name"],
        salt=bytes(document["salt"]),
        generation=document["generation"],
        signed_in_at=document["signed_in_at"],
        used_at=document["used_at"],
        expires_at=document["expires_at"],
        ended_at=document["ended_at"],
    )
