"""Personal data and secrets at rest: encrypted value by value before they leave the process.

Everything is encrypted at random, together with the place it lies in: collection, document and
field. A ciphertext that was copied to another place does not open there. Letters and accounts of
one telephone number are found by a keyed index beside the ciphertext, whose key is not the
encryption's: who has only one of the two can either read or find.

Each value that the history commits to has a salt beside it: erasing both leaves the history valid.
An OpenID is the way back, and no part of what was written.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from domain.history import commitment
from domain.letters import Writer
from domain.secret_keys import missing, present
from storage import mongo
from storage.mongo import ClientEncryption, Database, Document, Driver

DATA_KEY = "personal data"
COMMITTED = ("name", "phone", "title", "body", "address")
"""What a writer may ask to have erased."""
ENCRYPTED = ("name", "phone", "openid")
PHONE_INDEX = "phone_index"
"""Beside a telephone number, and gone with it: what letters of the same number have in common."""
_SELDOM = ("openid",)
"""Not there at all without a value: few letters have one."""


class MisplacedCiphertext(ValueError):
    """A ciphertext that was not made for the place it lies in."""


@dataclass(frozen=True, slots=True)
class PersonalKeys:
    """``master`` wraps the data keys; ``index``, of 32 bytes, is for look-ups by telephone.

    A process without ``index`` can read numbers and not look them up; one without ``master`` does
    neither. What is missing raises ``MissingKey`` where it is needed.
    """

    master: bytes | None
    index: bytes | None = None

    def __repr__(self) -> str:
        return "PersonalKeys(…)"


class PersonalData:
    """Encrypts and decrypts. One per client; ``close`` it before the client.

    ``bound``: a ciphertext of an older version, which names no place, does not open any more.
    """

    def __init__(
        self, encryption: ClientEncryption | None, key_id: Any, keys: PersonalKeys, *, bound: bool
    ) -> None:
        self._opened = encryption
        self._key_id = key_id
        self._keys = keys
        self.bound = bound

    @classmethod
    async def open(
        cls,
        client: mongo.Client,
        database: Database,
        keys: PersonalKeys,
        driver: Driver,
        *,
        bound: bool = True,
    ) -> PersonalData:
        """With the database's data key, which is made when there is none yet."""
        if keys.master is None:
            return cls(None, None, keys, bound=bound)
        encryption = mongo.client_encryption(client, database.name, keys.master, driver)
        key_id = await mongo.ensure_data_key(encryption, database, DATA_KEY)
        return cls(encryption, key_id, keys, bound=bound)

    async def close(self) -> None:
        if self._opened is not None:
            await self._opened.close()

    @property
    def _encryption(self) -> ClientEncryption:
        if self._opened is None:
            raise missing("MASTER")
        return self._opened

    # Writers of letters

    async def sealed(self, writer: Writer, salts: Mapping[str, bytes], case_id: str) -> Document:
        """The writer as it is stored in a case, with the salts of its commitments."""
        document: Document = {"anonymous": writer.anonymous, "salts": dict(salts)}
        for field in ENCRYPTED:
            value = getattr(writer, field)
            if value is not None:
                document[field] = await self.hidden(value, _place(case_id, field))
            elif field not in _SELDOM:
                document[field] = None
        if writer.phone is not None:
            document[PHONE_INDEX] = self.phone_index(writer.phone)
        return document

    async def opened(self, document: Document, case_id: str) -> Writer:
        """The writer that was sealed; erased values come back as None."""
        values = {field: await self.opened_field(document, case_id, field) for field in ENCRYPTED}
        return Writer(anonymous=document["anonymous"], **values)

    async def opened_field(self, document: Document, case_id: str, field: str) -> str | None:
        """One of the ``ENCRYPTED`` values of a stored writer."""
        value = document.get(field)
        return None if value is None else await self.revealed(value, _place(case_id, field))

    async def rebound(self, document: Document, case_id: str) -> Document:
        """A stored writer of an older version, encrypted as this one does it.

        Raises ``MisplacedCiphertext`` for one that was made for another case.
        """
        fresh = {name: value for name, value in document.items() if name != PHONE_INDEX}
        for field in ENCRYPTED:
            if document.get(field) is None:
                continue
            value = await self.unbound(document[field], _place(case_id, field))
            if value is not None:
                fresh[field] = await self.hidden(value, _place(case_id, field))
            if field == "phone":
                value = value or await self.revealed(document[field], _place(case_id, field))
                fresh[PHONE_INDEX] = self.phone_index(value)
        return fresh

    # Look-ups

    def phone_index(self, phone: str) -> str:
        """What all documents of a telephone number (E.164) have in common: HMAC-SHA256 in hex.

        Raises ``MissingKey`` in a process that has no key for it.
        """
        index = present(self._keys.index, "PHONE")
        return hmac.new(index, phone.encode(), hashlib.sha256).hexdigest()

    def address_index(self, address: str) -> str:
        """The same for addresses of whatever medium that messages went to."""
        key = hmac.digest(present(self._keys.master, "MASTER"), b"index of addresses", "sha256")
        return hmac.new(key, address.encode(), hashlib.sha256).hexdigest()

    async def former_index(self, value: str) -> Any:
        """What an older version looked such a value up by: its deterministic ciphertext."""
        return await self._encryption.encrypt(value, mongo.DETERMINISTIC, key_id=self._key_id)

    # Secrets

    async def hidden(self, secret: str, place: str) -> Any:
        """A secret, encrypted for one place: ``collection/id/field`` of where it is stored."""
        content = {"place": place, "value": secret}
        return await self._encryption.encrypt(content, mongo.RANDOM, key_id=self._key_id)

    async def revealed(self, ciphertext: Any, place: str) -> str:
        """The secret that was hidden for this place; raises ``MisplacedCiphertext``."""
        value, bound_to = await self._decrypted(ciphertext)
        if bound_to != place and (bound_to is not None or self.bound):
            raise MisplacedCiphertext(f"a ciphertext in {place} was made for another place")
        return value

    async def unbound(self, ciphertext: Any, place: str) -> str | None:
        """The secret of a ciphertext that names no place; None for one that is bound to this one.

        Raises ``MisplacedCiphertext`` for one that was made for another.
        """
        value, bound_to = await self._decrypted(ciphertext)
        if bound_to not in (None, place):
            raise MisplacedCiphertext(f"a ciphertext in {place} was made for another place")
        return value if bound_to is None else None

    async def _decrypted(self, ciphertext: Any) -> tuple[str, str | None]:
        """The value and its place; no place for one of an older version, which was text alone."""
        content = await self._encryption.decrypt(ciphertext)
        if isinstance(content, dict):
            return str(content["value"]), str(content["place"])
        return str(content), None


def _place(case_id: str, field: str) -> str:
    return f"cases/{case_id}/writer.{field}"


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
