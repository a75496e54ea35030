"""Partners in MongoDB: one document a partner, its keys in it; and what each asked for in a day."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any

from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from domain.partners import SEEN_EVERY, Partner, PartnerKey, Quota
from domain.refusals import Text
from storage.fetching import fetch_page
from storage.index import Index
from storage.mongo import Database, Document
from storage.pages import Page, Slice, Sort, SortKey

COLLECTION = "partners"
USAGE = "partner_usage"
USAGE_KEPT = timedelta(days=40)
INDEXES = (
    Index(COLLECTION, (("keys.digest", 1),), "by_key"),
    Index(COLLECTION, (("registered_at", 1), ("_id", 1)), "by_registration"),
    Index(USAGE, (("expires_at", 1),), "by_expiry", expire_after_seconds=0),
)
OLDEST_FIRST: Sort = (SortKey("registered_at", kind=datetime), SortKey("_id"))


class PartnerRepository:
    """The questions asked about partners. Secrets of keys are known here by keyed digests only."""

    def __init__(self, database: Database) -> None:
        self._collection = database[COLLECTION]
        self._usage = database[USAGE]

    async def add(self, partner: Partner) -> Partner:
        """Stores it; what lies there under its id already, where a repeat comes too late."""
        try:
            await self._collection.insert_one(_document(partner))
        except DuplicateKeyError:
            return await self.by_id(partner.id) or partner
        return partner

    async def save(self, before: Partner, after: Partner) -> bool:
        """One write, guarded by the version; False when the race is lost.

        When a key was used is not written: that moves without a version.
        """
        document = _document(after)
        used = {one.id for one in before.keys}
        change: Document = {
            "$set": {name: document[name] for name in document if name not in _APART}
        }
        # Keys are either added or ended: one write cannot do both to an array.
        if new := [one for one in document["keys"] if one["id"] not in used]:
            change["$push"] = {"keys": {"$each": new}}
        else:
            for place, key in enumerate(document["keys"]):
                change["$set"] |= {f"keys.{place}.{name}": key[name] for name in _ENDS}
        result = await self._collection.update_one(
            {"_id": before.id, "version": before.version}, change
        )
        return result.matched_count == 1

    async def saw(self, partner_id: str, key: PartnerKey, now: datetime) -> None:
        """A key was used; written once a minute, whoever asks to."""
        long_ago = {"$in": [None]} if key.last_used_at is None else {"$lte": now - SEEN_EVERY}
        await self._collection.update_one(
            {"_id": partner_id, "keys": {"$elemMatch": {"id": key.id, "last_used_at": long_ago}}},
            {"$set": {"keys.$.last_used_at": now}},
        )

    async def by_key(self, digest: bytes) -> Partner | None:
        """The partner that has, or had, a key of this digest."""
        found = await self._collection.find_one({"keys.digest": digest})
        return _read(found) if found else None

    async def by_id(self, partner_id: str) -> Partner | None:
        found = await self._collection.find_one({"_id": partner_id})
        return _read(found) if found else None

    async def by_ids(self, ids: Collection[str]) -> dict[str, Partner]:
        """Those of these that are there."""
        found = self._collection.find({"_id": {"$in": list(ids)}})
        return {document["_id"]: _read(document) async for document in found}

    async def page(self, page: Page, *, counted: bool = True) -> Slice[Partner]:
        """A page of them, oldest first."""
        return await fetch_page(self._collection, {}, OLDEST_FIRST, page, _read, counted=counted)

    async def origins(self) -> frozenset[str]:
        """Every origin of a partner that was not revoked."""
        found = self._collection.find({"revoked_at": None}, ["origins"])
        return frozenset([origin async for one in found for origin in one["origins"]])

    async def counted(self, partner_id: str, day: date, requests: int, now: datetime) -> int:
        """How many requests of a day (Asia/Shanghai) all processes have taken, these included."""
        changed = await self._usage.find_one_and_update(
            {"_id": f"{day.isoformat()}:{partner_id}"},
            {"$inc": {"requests": requests}, "$set": {"expires_at": now + USAGE_KEPT}},
            upsert=True,
            return_document=ReturnDocument.AFTER,
        )
        return int((changed or {"requests": requests})["requests"])

    async def requests_of(self, partner_id: str, day: date) -> int:
        """How many requests of a day all processes have taken so far: at most as many came."""
        found = await self._usage.find_one({"_id": f"{day.isoformat()}:{partner_id}"})
        return int((found or {"requests": 0})["requests"])


_APART = ("_id", "keys", "registered_at")
_ENDS = ("expires_at", "revoked_at")


def _document(partner: Partner) -> Document:
    quota = partner.quota
    return {
        "_id": partner.id,
        "name": {"zh": partner.name.zh, "en": partner.name.en},
        "origins": list(partner.origins),
        "mailboxes": list(partner.mailboxes),
        "quota": {
            "per_minute": quota.per_minute,
            "per_day": quota.per_day,
            "letters_per_hour": quota.letters_per_hour,
        },
        "registered_at": partner.registered_at,
        "version": partner.version,
        "changed_at": partner.changed_at,
        "revoked_at": partner.revoked_at,
        "keys": [_key_document(key) for key in partner.keys],
    }


def _key_document(key: PartnerKey) -> Document:
    return {
        "id": key.id,
        "shown": key.shown,
        "digest": key.digest,
        "issued_at": key.issued_at,
        "expires_at": key.expires_at,
        "revoked_at": key.revoked_at,
        "last_used_at": key.last_used_at,
    }


def _read(document: Document) -> Partner:
    return Partner(
        id=document["_id"],
        name=Text(document["name"]["zh"], document["name"]["en"]),
        origins=tuple(document["origins"]),
        mailboxes=tuple(document["mailboxes"]),
        quota=Quota(**document["quota"]),
        registered_at=document["registered_at"],
        version=document["version"],
        changed_at=document["changed_at"],
        revoked_at=document["revoked_at"],
        keys=tuple(_read_key(one) for one in document["keys"]),
    )


def _read_key(document: dict[str, Any]) -> PartnerKey:
    return PartnerKey(**{**document, "digest": bytes(document["digest"])})
