"""The outbox: messages that lie here to be read, in the place of being sent.

Addresses, texts and the secrets in them are encrypted at rest; by a keyed index of its address,
what was sent to it can be found and erased.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from domain.letters import masked_phone
from domain.secret_words import MASK
from storage.fetching import fetch_page
from storage.index import Index
from storage.mongo import Database, Document
from storage.pages import Page, Slice, Sort, SortKey
from storage.personal import PersonalData

COLLECTION = "outbox"
INDEXES = (
    Index(COLLECTION, (("sent_at", -1), ("_id", -1)), "by_time"),
    Index(COLLECTION, (("expires_at", 1),), "by_expiry", expire_after_seconds=0),
    Index(COLLECTION, (("to_index", 1),), "by_address_index"),
)
NEWEST_FIRST: Sort = (
    SortKey("sent_at", kind=datetime, descending=True),
    SortKey("_id", descending=True),
)
KEPT = timedelta(days=90)
SIGN_IN = "SIGN_IN"
"""What messages with a code are about that signs somebody in."""
_UNMARKED = (
    re.compile(r"(?<=/survey/)[A-Za-z0-9_-]+"),
    re.compile(r"(?<![0-9A-Z])[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}(?![0-9A-Z])"),
    re.compile(r"(?<![0-9-])[0-9]{6}(?![0-9-])"),
)
"""Links, query codes and sign-in codes in messages from before secrets were listed."""


@dataclass(frozen=True, slots=True)
class Posted:
    """A message in the outbox.

    ``quotes``: its text repeats words of the case. ``secrets``: those in its text; None for a
    message from before they were listed.
    """

    id: str
    medium: str
    about: str
    to: str = field(repr=False)
    subject: str | None = field(repr=False)
    text: str = field(repr=False)
    quotes: bool
    sent_at: datetime
    secrets: tuple[str, ...] | None = field(default=None, repr=False)

    def masked(self) -> Posted:
        """For those who may read neither addresses nor secrets; units' codes stay."""
        to = self.to if self.medium == "EMAIL" else masked_phone(self.to) or ""
        text = self.text
        for secret in self.secrets or ():
            text = text.replace(secret, MASK)
        for pattern in _UNMARKED if self.secrets is None else ():
            text = pattern.sub(MASK, text)
        return replace(self, to=to, text=text, secrets=())


class OutboxRepository:
    """One document a message: a repeat changes nothing."""

    def __init__(self, database: Database, personal: PersonalData) -> None:
        self._collection = database[COLLECTION]
        self._personal = personal

    async def put(self, message: Posted) -> bool:
        """Keeps a message; False when it is there already."""
        result = await self._collection.update_one(
            {"_id": message.id}, {"$setOnInsert": await self._document(message)}, upsert=True
        )
        return result.upserted_id is not None

    async def page(self, page: Page, *, counted: bool = True) -> Slice[Posted]:
        """A page of them, newest first."""
        found = await fetch_page(
            self._collection, {}, NEWEST_FIRST, page, _as_it_lies, counted=counted
        )
        return found.holding([await self._read(document) for document in found.items])

    async def forget(self, address: str) -> None:
        """Messages to this address go."""
        await self._collection.delete_many({"to_index": self._personal.address_index(address)})
        if not self._personal.bound:
            former = await self._personal.former_index(address)
            await self._collection.delete_many({"to": former})

    async def newest(self, most: int) -> list[Posted]:
        """The newest ``most``, newest first."""
        found = self._collection.find().sort([("sent_at", -1), ("_id", -1)]).limit(most)
        return [await self._read(document) async for document in found]

    async def _document(self, message: Posted) -> Document:
        return {
            "medium": message.medium,
            "about": message.about,
            "to": await self._personal.hidden(message.to, _place(message.id, "to")),
            "to_index": self._personal.address_index(message.to),
            "subject": message.subject,
            "text": await self._personal.hidden(message.text, _place(message.id, "text")),
            "secrets": await self._personal.hidden(
                json.dumps(message.secrets or ()), _place(message.id, "secrets")
            ),
            "quotes": message.quotes,
            "sent_at": message.sent_at,
            "expires_at": message.sent_at + KEPT,
        }

    async def _read(self, document: Document) -> Posted:
        return Posted(
            id=document["_id"],
            medium=document["medium"],
            about=document["about"],
            to=await self._personal.revealed(document["to"], _place(document["_id"], "to")),
            subject=document["subject"],
            text=await self._personal.revealed(document["text"], _place(document["_id"], "text")),
            quotes=document["quotes"],
            sent_at=document["sent_at"],
            secrets=await self._secrets(document),
        )

    async def _secrets(self, document: Document) -> tuple[str, ...] | None:
        hidden = document.get("secrets")
        if hidden is None:
            return None
        secrets = await self._personal.revealed(hidden, _place(document["_id"], "secrets"))
        return tuple(json.loads(secrets))


def _as_it_lies(document: Document) -> Document:
    return document


def _place(message_id: str, field_name: str) -> str:
    return f"{COLLECTION}/{message_id}/{field_name}"


def places(document: Document) -> Iterator[tuple[str, str]]:
    """The ciphertexts of a document: their paths, and what each is encrypted for."""
    for name in ("to", "text", "secrets"):
        yield name, _place(document["_id"], name)
