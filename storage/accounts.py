"""Citizens' accounts, found by telephone number, and what each wants to be told."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from domain.accounts import Account, Preferences
from storage.index import Index
from storage.mongo import Database, Document
from storage.personal import PersonalData

COLLECTION = "accounts"
PREFERENCES = "preferences"
INDEXES = (Index(COLLECTION, (("phone", 1),), "by_phone", unique=True),)


class AccountRepository:
    """One document an account. Numbers are encrypted, the same number always to the same."""

    def __init__(self, database: Database, personal: PersonalData) -> None:
        self._collection = database[COLLECTION]
        self._preferences = database[PREFERENCES]
        self._personal = personal

    async def signed_in(self, phone: str, new_id: str, now: datetime) -> Account:
        """The account of a telephone number (E.164), made under ``new_id`` when there is none."""
        sealed = await self._personal.sealed_phone(phone)
        known = await self._found(sealed, now)
        if known is None:
            document = {"_id": new_id, "phone": sealed, "created_at": now, "signed_in_at": now}
            try:
                await self._collection.insert_one(document)
            except DuplicateKeyError:  # on two devices in the same moment
                known = await self._found(sealed, now)
            else:
                known = document
        if known is None:
            raise LookupError("an account was erased while it was signed in to")
        return _account(known, phone)

    async def _found(self, sealed: object, now: datetime) -> Document | None:
        known = await self._collection.find_one({"phone": sealed})
        if known is not None:
            await self._collection.update_one(
                {"_id": known["_id"]}, {"$max": {"signed_in_at": now}}
            )
            known["signed_in_at"] = max(known["signed_in_at"], now)
        return known

    async def by_id(self, account: str) -> Account | None:
        """An account with its number in clear; None for one that is kept somewhere else."""
        document = await self._collection.find_one({"_id": account})
        if document is None:
            return None
        return _account(document, await self._personal.opened_phone(document) or "")

    async def leave(self, account: str, now: datetime) -> None:
        """Notes that an erasure was begun."""
        await self._collection.update_one({"_id": account}, {"$set": {"leaving_since": now}})

    async def erase(self, account: str) -> None:
        """The account with its number, and what it wanted to be told."""
        await self._preferences.delete_one({"_id": account})
        await self._collection.delete_one({"_id": account})

    async def preferences(self, account: str) -> Preferences:
        """What an account wants to be told; the usual where nobody said."""
        document = await self._preferences.find_one({"_id": account})
        return Preferences(document["push"], document["sms_copy"]) if document else Preferences()

    async def prefer(
        self, account: str, *, push: bool | None, sms_copy: bool | None
    ) -> Preferences:
        """Keeps what is given, and leaves what is None; what the account wants then."""
        given = {"push": push, "sms_copy": sms_copy}
        wanted = {name: value for name, value in given.items() if value is not None}
        if not wanted:
            return await self.preferences(account)
        usual = {name: value for name, value in asdict(Preferences()).items() if name not in wanted}
        change: Document = {"$set": wanted} | ({"$setOnInsert": usual} if usual else {})
        found = await self._preferences.find_one_and_update(
            {"_id": account}, change, upsert=True, return_document=ReturnDocument.AFTER
        )
        found = found or {**usual, **wanted}
        return Preferences(found["push"], found["sms_copy"])


def _account(document: Document, phone: str) -> Account:
    return Account(
        id=document["_id"],
        phone=phone,
        created_at=document["created_at"],
        signed_in_at=document["signed_in_at"],
        leaving_since=document.get("leaving_since"),
    )
