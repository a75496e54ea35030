"""Personal data at rest: encrypted field by field before it leaves the process.

Telephone numbers are encrypted deterministically, so that the letters of one number can be
found; names and OpenIDs at random. Each value that the history commits to has a salt beside it:
erasing both leaves the history valid. An OpenID is the way back, and no part of what was written.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from domain.history import commitment
from domain.letters import Writer
from storage import mongo
from storage.mongo import ClientEncryption, Database, Document, Driver

DATA_KEY = "personal data"
COMMITTED = ("name", "phone", "title", "body", "address")
"""What a writer may ask to have erased."""

_ALGORITHMS = {"name": mongo.RANDOM, "phone": mongo.DETERMINISTIC, "openid": mongo.RANDOM}
ENCRYPTED = tuple(_ALGORITHMS)
_SELDOM = ("openid",)
"""Not there at all without a value: few letters have one."""


class PersonalData:
    """Encrypts and decrypts writers. One per client; ``close`` it before the client."""

    def __init__(self, encryption: ClientEncryption, key_id: Any) -> None:
        self._encryption = encryption
        self._key_id = key_id

    @classmethod
    async def open(
        cls, client: mongo.Client, database: Database, master_key: bytes, driver: Driver
    ) -> PersonalData:
        """With the database's data key, which is made when there is none yet."""
        encryption = mongo.client_encryption(client, database.name, master_key, driver)
        key_id = await mongo.ensure_data_key(encryption, database, DATA_KEY)
        return cls(encryption, key_id)

    async def close(self) -> None:
        await self._encryption.close()

    async def sealed(self, writer: Writer, salts: Mapping[str, bytes]) -> Document:
        """The writer as it is stored, with the salts of its commitments."""
        document: Document = {"anonymous": writer.anonymous, "salts": dict(salts)}
        for field, algorithm in _ALGORITHMS.items():
            value = getattr(writer, field)
            if value is not None:
                document[field] = await self._encrypted(value, algorithm)
            elif field not in _SELDOM:
                document[field] = None
        return document

    async def opened(self, document: Document) -> Writer:
        """The writer that was sealed; erased values come back as None."""
        values = {field: await self._decrypted(document.get(field)) for field in _ALGORITHMS}
        return Writer(anonymous=document["anonymous"], **values)

    async def sealed_phone(self, phone: str) -> Any:
        """A telephone number as it is stored: to be looked up."""
        return await self._encrypted(phone, _ALGORITHMS["phone"])

    async def sealed_address(self, address: str) -> Any:
        """An address of whatever medium, the same each time: to be looked up."""
        return await self._encrypted(address, mongo.DETERMINISTIC)

    async def opened_phone(self, document: Document) -> str | None:
        """The telephone number alone, of a writer that was sealed."""
        return await self._decrypted(document.get("phone"))

    async def hidden(self, secret: str) -> Any:
        """A secret, encrypted at random."""
        return await self._encrypted(secret, mongo.RANDOM)

    async def revealed(self, value: Any) -> str:
        """The secret that was hidden."""
        return str(await self._encryption.decrypt(value))

    async def _encrypted(self, value: str, algorithm: str) -> Any:
        return await self._encryption.encrypt(value, algorithm, key_id=self._key_id)

    async def _decrypted(self, value: Any) -> str | None:
        return None if value is None else str(await self._encryption.decrypt(value))


def new_salts() -> dict[str, bytes]:
    """A fresh salt for each personal value."""
    return {field: secrets.token_bytes(16) for field in COMMITTED}


def commitments(values: Mapping[str, str | None], salts: Mapping[str, bytes]) -> dict[str, str]:
    """What the history's first entry keeps of values that may have to be erased."""
    return {
        f"{field}_commitment": commitment(salts[field], value)
        for field, value in values.items()
        if value is not None
    }
