"""Citizens' accounts, found by telephone number, and what each wants to be told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime

from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from domain.accounts import Account, Preferences
from storage.index import Index
from storage.mongo import Database, Document
from storage.personal import MisplacedCiphertext, PersonalData

COLLECTION = "accounts"
PREFERENCES = "preferences"
INDEXES = (
    Index(
        COLLECTION,
        (("phone_index", 1),),
        "by_phone_index",
        unique=True,
        partial={"phone_index": {"$gt": ""}},
    ),
)


class AccountRepository:
    """One document an account, found by the keyed index of its number.

    The number is encrypted for its own account, and is held against what was asked for: nobody
    signs in to an account that another number was put beside.
    """

    def __init__(self, database: Database, personal: PersonalData) -> None:
        self._collection = database[COLLECTION]
        self._preferences = database[PREFERENCES]
        self._personal = personal

    async def signed_in(self, phone: str, new_id: str, now: datetime) -> Account:
        """The account of a telephone number (E.164), made under ``new_id`` when there is none."""
        known = await self._found(phone, now)
        if known is None:
            document = {
                "_id": new_id,
                "phone": await self._personal.hidden(phone, _place(new_id)),
                "phone_index": self._personal.phone_index(phone),
                "created_at": now,
                "signed_in_at": now,
            }
            try:
                await self._collection.insert_one(document)
            except DuplicateKeyError:  # on two devices in the same moment
                known = await self._found(phone, now)
            else:
                known = document
        if known is None:
            raise LookupError("an account was erased while it was signed in to")
        return _account(known, phone)

    async def _found(self, phone: str, now: datetime) -> Document | None:
        index = self._personal.phone_index(phone)
        known = await self._collection.find_one({"phone_index": {"$eq": index, "$gt": ""}})
        if known is None and not self._personal.bound:
            known = await self._former(phone)
        if known is None:
            return None
        if await self._phone_of(known) != phone:
            raise MisplacedCiphertext(f"account {known['_id']} was given another number")
        await self._collection.update_one({"_id": known["_id"]}, {"$max": {"signed_in_at": now}})
        known["signed_in_at"] = max(known["signed_in_at"], now)
        return known

    async def _former(self, phone: str) -> Document | None:
        """An account of an older version, found by its ciphertext; from now on by its index."""
        known = await self._collection.find_one({"phone": await self._personal.former_index(phone)})
        if known is not None:
            await self._collection.update_one(
                {"_id": known["_id"], "phone": known["phone"]},
                {"$set": await self._rebound(known["_id"], phone)},
            )
        return known

    async def _rebound(self, account: str, phone: str) -> Document:
        return {
            "phone": await self._personal.hidden(phone, _place(account)),
            "phone_index": self._personal.phone_index(phone),
        }

    async def _phone_of(self, document: Document) -> str:
        return await self._personal.revealed(document["phone"], _place(document["_id"]))

    async def by_id(self, account: str) -> Account | None:
        """An account with its number in clear; None for one that is kept somewhere else."""
        document = await self._collection.find_one({"_id": account})
        if document is None:
            return None
        return _account(document, await self._phone_of(document))

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


def _place(account: str) -> str:
    return f"{COLLECTION}/{account}/phone"


def _account(document: Document, phone: str) -> Account:
    return Account(
        id=document["_id"],
        phone=phone,
        created_at=document["created_at"],
        signed_in_at=document["signed_in_at"],
        leaving_since=document.get("leaving_since"),
    )


def places(document: Document) -> Iterator[tuple[str, str]]:
    """The ciphertexts of a document: their paths, and what each is encrypted for."""
    yield "phone", _place(document["_id"])
