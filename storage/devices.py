"""Devices that app notifications go to. Their addresses are encrypted."""

from __future__ import annotations

from collections.abc import Iterator

from domain.accounts import Device, Platform
from storage.index import Index
from storage.mongo import Database, Document
from storage.personal import PersonalData

COLLECTION = "devices"
INDEXES = (Index(COLLECTION, (("account", 1), ("registered_at", -1)), "by_account"),)


class DeviceRepository:
    """One document a device, whoever is signed in on it: the last one who was has it."""

    def __init__(self, database: Database, personal: PersonalData) -> None:
        self._collection = database[COLLECTION]
        self._personal = personal

    async def put(self, device: Device) -> None:
        """Keeps a device, or what is new about it."""
        document = {
            "account": device.account,
            "platform": device.platform.value,
            "address": await self._personal.hidden(device.address, _place(device.id)),
            "session": device.session,
            "registered_at": device.registered_at,
        }
        await self._collection.update_one({"_id": device.id}, {"$set": document}, upsert=True)

    async def of_account(self, account: str) -> list[Device]:
        """An account's devices, registered last first."""
        found = self._collection.find({"account": account}).sort("registered_at", -1)
        return [await self._read(document) async for document in found]

    async def remove(self, device_id: str, account: str) -> Device | None:
        """Forgets a device of this account; what it was."""
        found = await self._collection.find_one({"_id": device_id})
        if found is None or found["account"] != account:
            return None
        removed = await self._read(found)
        result = await self._collection.delete_one({"_id": device_id, "account": account})
        return removed if result.deleted_count else None

    async def _read(self, document: Document) -> Device:
        return Device(
            id=document["_id"],
            account=document["account"],
            platform=Platform[document["platform"]],
            address=await self._personal.revealed(document["address"], _place(document["_id"])),
            session=document["session"],
            registered_at=document["registered_at"],
        )


def _place(device_id: str) -> str:
    return f"{COLLECTION}/{device_id}/address"


def places(document: Document) -> Iterator[tuple[str, str]]:
    """The ciphertexts of a document: their paths, and what each is encrypted for."""
    yield "address", _place(document["_id"])
