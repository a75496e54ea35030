"""Who was asked on which day: one survey message a day to the same telephone, however many cases.

A contact is known by a keyed hash of its address; the address itself does not lie here. The
server forgets by itself.
"""

from __future__ import annotations

from datetime import date, timedelta

from storage.index import Index
from storage.mongo import Database, Session

COLLECTION = "contacts"
KEPT = timedelta(days=3)
"""By the server's clock: a run may be made up for days later."""
INDEXES = (
    Index(COLLECTION, (("at", 1),), "by_age", expire_after_seconds=int(KEPT.total_seconds())),
)


class ContactRepository:
    """One document for a contact and a day: the notice that may use it."""

    def __init__(self, database: Database) -> None:
        self._collection = database[COLLECTION]

    async def claim(self, contact: str, day: date, notice_id: str, session: Session) -> bool:
        """Takes a contact's day (Asia/Shanghai) for a notice; False when another one has it.

        True also when this notice has it already. ``contact`` is a keyed hash of the address.
        """
        key = f"{day.isoformat()}:{contact}"
        claim = {"$setOnInsert": {"notice": notice_id}, "$currentDate": {"at": True}}
        # An upsert and no insert: a duplicate key would end the caller's transaction.
        taken = await self._collection.update_one({"_id": key}, claim, upsert=True, session=session)
        if taken.upserted_id is not None:
            return True
        return await self.holder(contact, day, session) == notice_id

    async def release(self, contact: str, day: date, notice_id: str, session: Session) -> None:
        """Gives a day back that a notice took and did not use."""
        key = f"{day.isoformat()}:{contact}"
        await self._collection.delete_one({"_id": key, "notice": notice_id}, session=session)

    async def holder(self, contact: str, day: date, session: Session | None = None) -> str | None:
        """The notice that has a contact's day; None while nobody has."""
        key = f"{day.isoformat()}:{contact}"
        found = await self._collection.find_one({"_id": key}, session=session)
        return found["notice"] if found else None
