"""Ciphertexts of an older version, which opened wherever they lay, bound to where they lie."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from pymongo.errors import EncryptionError

from storage import (
    accounts,
    answers,
    attachments,
    conversations,
    devices,
    outbox,
    submissions,
    webhooks,
)
from storage.mongo import Collection, Database, Document
from storage.personal import MisplacedCiphertext, PersonalData

Places: TypeAlias = Callable[[Document], Iterator[tuple[str, str]]]
"""Of a document the paths of its ciphertexts, each with the place that it is encrypted for."""

PLACES: Mapping[str, Places] = {
    accounts.COLLECTION: accounts.places,
    answers.COLLECTION: answers.places,
    attachments.COLLECTION: attachments.places,
    conversations.CONVERSATIONS: conversations.conversation_places,
    conversations.RECEIVED: conversations.message_places,
    conversations.SURVEYS: conversations.survey_places,
    devices.COLLECTION: devices.places,
    outbox.COLLECTION: outbox.places,
    submissions.SUBMISSIONS: submissions.places,
    webhooks.WEBHOOKS: webhooks.places,
}


@dataclass(frozen=True, slots=True)
class Rebound:
    """A document that was looked at; ``problem`` where it could not be bound."""

    name: str
    changed: bool
    problem: str | None = None


async def rebind(database: Database, personal: PersonalData) -> AsyncIterator[Rebound]:
    """Every document with ciphertexts, those of cases apart; what is bound already stays.

    Each is written under a guard of what was read; interrupted anywhere, it is run again.
    """
    for name, places in PLACES.items():
        collection = database[name]
        async for document in collection.find({}):
            told = f"{name}/{document['_id']}"
            try:
                yield Rebound(told, await _rebound(collection, document, places, personal))
            except (EncryptionError, MisplacedCiphertext, KeyError, TypeError) as error:
                yield Rebound(
                    told, changed=False, problem=f"cannot be read: {type(error).__name__}"
                )


async def _rebound(
    collection: Collection, document: Document, places: Places, personal: PersonalData
) -> bool:
    guard: Document = {"_id": document["_id"]}
    fresh: Document = {}
    for path, place in places(document):
        ciphertext = _at(document, path)
        if ciphertext is None:
            continue
        value = await personal.unbound(ciphertext, place)
        if value is not None:
            guard[path] = ciphertext
            fresh[path] = await personal.hidden(value, place)
            fresh |= _index(collection.name, path, value, personal)
    if not fresh:
        return False
    return bool((await collection.update_one(guard, {"$set": fresh})).matched_count)


def _index(collection: str, path: str, value: str, personal: PersonalData) -> Document:
    """What such a value is found by, where it is looked up."""
    if (collection, path) == (accounts.COLLECTION, "phone"):
        return {"phone_index": personal.phone_index(value)}
    if (collection, path) == (outbox.COLLECTION, "to"):
        return {"to_index": personal.address_index(value)}
    return {}


def _at(document: Document, path: str) -> Any:
    value: Any = document
    for name in path.split("."):
        value = value[int(name)] if isinstance(value, list) else value.get(name)
        if value is None:
            return None
    return value
