"""Documents as the version before wrote them: no seal, and ciphertexts that fit anywhere."""

from __future__ import annotations

from typing import Any

from domain.letters import Writer
from services.office import Office
from storage import mongo
from storage.mongo import Document
from storage.state_seals import SEAL

FORMER_ALGORITHMS = {"name": mongo.RANDOM, "phone": mongo.DETERMINISTIC, "openid": mongo.RANDOM}


async def encrypt(office: Office, value: str, algorithm: str = mongo.RANDOM) -> Any:
    """Text alone, wherever it lies."""
    personal = office.personal
    return await personal._encryption.encrypt(value, algorithm, key_id=personal._key_id)


async def former_writer(office: Office, writer: Writer, salts: dict[str, bytes]) -> Document:
    """A writer in a case of then."""
    document: Document = {"anonymous": writer.anonymous, "salts": dict(salts)}
    for name, algorithm in FORMER_ALGORITHMS.items():
        value = getattr(writer, name)
        if value is not None:
            document[name] = await encrypt(office, value, algorithm)
        elif name != "openid":
            document[name] = None
    return document


async def make_former(office: Office, database: mongo.Database, case_id: str) -> None:
    """Puts a case back to what the version before would have written of it."""
    document = await database["cases"].find_one({"_id": case_id})
    assert document is not None
    writer = await office.personal.opened(document["writer"], case_id)
    former = {name: value for name, value in document.items() if name != SEAL}
    former["schema"] = 4
    former["writer"] = await former_writer(office, writer, document["writer"]["salts"])
    await database["cases"].replace_one({"_id": case_id}, former)


async def make_former_account(office: Office, database: mongo.Database, account: str) -> None:
    """The same of an account."""
    known = await office.outside.accounts.by_id(account)
    assert known is not None
    sealed = await encrypt(office, known.phone, mongo.DETERMINISTIC)
    await database["accounts"].update_one(
        {"_id": account}, {"$set": {"phone": sealed}, "$unset": {"phone_index": ""}}
    )
