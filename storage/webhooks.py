"""Webhooks in MongoDB: where partners are told, and what is on its way to them.

A webhook's secret is encrypted at rest. Deliveries are the queue and the log in one: what was
delivered or given up stays for 30 days, to be looked at and replayed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from pymongo import UpdateOne
from pymongo.errors import DuplicateKeyError

from domain.webhooks import Attempt, Circuit, Delivery, DeliveryState, Event, Webhook
from storage.fetching import fetch_page
from storage.index import Index
from storage.moments import Place, due_documents, until
from storage.mongo import Database, Document, Session
from storage.pages import Page, Slice, Sort, SortKey
from storage.personal import PersonalData

WEBHOOKS = "webhooks"
DELIVERIES = "webhook_deliveries"
KEPT = timedelta(days=30)
INDEXES = (
    Index(WEBHOOKS, (("partner", 1), ("created_at", 1)), "by_partner"),
    Index(DELIVERIES, (("due_at", 1), ("_id", 1)), "by_due_time"),
    Index(DELIVERIES, (("webhook", 1), ("created_at", -1), ("_id", -1)), "by_webhook"),
    Index(DELIVERIES, (("expires_at", 1),), "by_expiry", expire_after_seconds=0),
)
NEWEST_FIRST: Sort = (
    SortKey("created_at", kind=datetime, descending=True),
    SortKey("_id", descending=True),
)


class WebhookRepository:
    """Where partners are told."""

    def __init__(self, database: Database, personal: PersonalData) -> None:
        self._collection = database[WEBHOOKS]
        self._personal = personal

    async def add(self, webhook: Webhook, secret: str) -> None:
        """Stores it; nothing when it is there already."""
        document = {
            "_id": webhook.id,
            "partner": webhook.partner,
            "url": webhook.url,
            "events": [event.value for event in webhook.events],
            "created_at": webhook.created_at,
            "ended_at": webhook.ended_at,
            "secret": await self._personal.hidden(secret, _secret_place(webhook.id)),
            **_circuit(webhook.circuit),
        }
        try:
            await self._collection.insert_one(document)
        except DuplicateKeyError:
            return

    async def end(self, webhook_id: str, at: datetime) -> None:
        """Nothing is sent there any more."""
        await self._collection.update_one(
            {"_id": webhook_id, "ended_at": None}, {"$set": {"ended_at": at}}
        )

    async def close_circuit(self, webhook_id: str) -> None:
        """It is tried again at once."""
        await self._collection.update_one({"_id": webhook_id}, {"$set": _circuit(Circuit())})

    async def save_circuits(self, webhooks: Sequence[Webhook], session: Session) -> None:
        """How they stand after a run."""
        for one in webhooks:
            await self._collection.update_one(
                {"_id": one.id}, {"$set": _circuit(one.circuit)}, session=session
            )

    async def by_id(self, webhook_id: str) -> Webhook | None:
        found = await self._collection.find_one({"_id": webhook_id})
        return _read_webhook(found) if found else None

    async def with_secrets(self, ids: Collection[str]) -> dict[str, tuple[Webhook, str]]:
        """Those of these that are there, with what signs for them."""
        found = self._collection.find({"_id": {"$in": list(ids)}})
        return {
            one["_id"]: (
                _read_webhook(one),
                await self._personal.revealed(one["secret"], _secret_place(one["_id"])),
            )
            async for one in found
        }

    async def of_partner(self, partner_id: str) -> list[Webhook]:
        """All of a partner's, oldest first."""
        found = self._collection.find({"partner": partner_id}).sort("created_at", 1)
        return [_read_webhook(one) async for one in found]


class DeliveryRepository:
    """What is on its way, and what became of it."""

    def __init__(self, database: Database) -> None:
        self._collection = database[DELIVERIES]

    async def add(self, deliveries: Sequence[Delivery], session: Session) -> None:
        """Queues them, each once: what lies there under its id stays as it is."""
        writes = [
            UpdateOne(
                {"_id": one.id},
                {"$setOnInsert": {**_fields(one), "expires_at": one.created_at + KEPT}},
                upsert=True,
            )
            for one in deliveries
        ]
        if writes:
            await self._collection.bulk_write(writes, session=session)

    async def has_due(self, now: datetime) -> bool:
        """Whether any is due: one look into the index."""
        return await self._collection.find_one({"due_at": until(now)}, ["due_at"]) is not None

    async def due(
        self, now: datetime, after: Place | None, size: int, but: Collection[str] = ()
    ) -> list[Delivery]:
        """The next ``size`` that are due at ``now``, in order, after a place; ``but`` those of
        these webhooks."""
        others = {"webhook": {"$nin": list(but)}} if but else {}
        found = await due_documents(self._collection, "due_at", now, after, size, {}, others)
        return [_read_delivery(one) for one in found]

    async def save(
        self, before: Sequence[Delivery], after: Sequence[Delivery], session: Session
    ) -> None:
        """What became of each, while it is what it was when it was read."""
        writes = [
            UpdateOne({"_id": old.id, "version": old.version}, {"$set": _moving(new)})
            for old, new in zip(before, after, strict=True)
        ]
        if writes:
            await self._collection.bulk_write(writes, ordered=False, session=session)

    async def replace(self, before: Delivery, after: Delivery) -> bool:
        """The same for one; False when somebody else was first. It is kept for 30 days more."""
        kept = {"expires_at": after.due_at + KEPT} if after.due_at else {}
        result = await self._collection.update_one(
            {"_id": before.id, "version": before.version}, {"$set": _moving(after) | kept}
        )
        return result.matched_count == 1

    async def by_id(self, delivery_id: str) -> Delivery | None:
        found = await self._collection.find_one({"_id": delivery_id})
        return _read_delivery(found) if found else None

    async def page(self, webhook_id: str, page: Page, *, counted: bool = True) -> Slice[Delivery]:
        """A page of a webhook's, newest first."""
        criteria = {"webhook": webhook_id}
        return await fetch_page(
            self._collection, criteria, NEWEST_FIRST, page, _read_delivery, counted=counted
        )


def _circuit(circuit: Circuit) -> Document:
    return {"failures": circuit.failures, "open_until": circuit.open_until}


def _read_webhook(document: Document) -> Webhook:
    return Webhook(
        id=document["_id"],
        partner=document["partner"],
        url=document["url"],
        events=tuple(Event[event] for event in document["events"]),
        created_at=document["created_at"],
        ended_at=document["ended_at"],
        circuit=Circuit(document["failures"], document["open_until"]),
    )


def _fields(delivery: Delivery) -> Document:
    return {
        "webhook": delivery.webhook,
        "partner": delivery.partner,
        "event": delivery.event.value,
        "number": delivery.number,
        "body": delivery.body,
        "created_at": delivery.created_at,
        **_moving(delivery),
    }


def _moving(delivery: Delivery) -> Document:
    return {
        "state": delivery.state.value,
        "attempts": delivery.attempts,
        "due_at": delivery.due_at,
        "delivered_at": delivery.delivered_at,
        "log": [asdict(attempt) for attempt in delivery.log],
        "version": delivery.version,
    }


def _read_delivery(document: dict[str, Any]) -> Delivery:
    return Delivery(
        id=document["_id"],
        webhook=document["webhook"],
        partner=document["partner"],
        event=Event[document["event"]],
        number=document["number"],
        body=document["body"],
        created_at=document["created_at"],
        state=DeliveryState[document["state"]],
        attempts=document["attempts"],
        due_at=document["due_at"],
        delivered_at=document["delivered_at"],
        log=tuple(Attempt(**one) for one in document["log"]),
        version=document["version"],
    )


def _secret_place(webhook_id: str) -> str:
    return f"{WEBHOOKS}/{webhook_id}/secret"


def places(document: Document) -> Iterator[tuple[str, str]]:
    """The ciphertexts of a document: their paths, and what each is encrypted for."""
    yield "secret", _secret_place(document["_id"])
