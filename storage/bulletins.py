"""The months' bulletins: a frozen one is never written again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain.bulletins import BulletinState, Month
from storage.cases import COLLECTION as CASES
from storage.index import Index
from storage.mongo import Database, Document, Session, aggregate

COLLECTION = "bulletins"
INDEXES = (Index(COLLECTION, (("state", 1), ("month", 1)), "by_state"),)
DEFINITIONS = 1
"""The version of the figures' definitions."""


@dataclass(frozen=True, slots=True)
class Bulletin:
    """One edition of a month's figures; a correction is the next edition."""

    month: Month
    state: BulletinState
    as_of: datetime
    figures: Mapping[str, Any]
    edition: int = 1


class BulletinRepository:
    """One document an edition."""

    def __init__(self, database: Database) -> None:
        self._collection = database[COLLECTION]
        self._cases = database[CASES]

    async def state_of(self, month: Month, edition: int = 1) -> BulletinState | None:
        """How firm it is; None when there is none."""
        found = await self._collection.find_one({"_id": _key(month, edition)}, ["state"])
        return BulletinState[found["state"]] if found else None

    async def unfrozen(self) -> Sequence[Month]:
        """The months whose bulletin is preliminary, the earliest first."""
        criteria = {"state": BulletinState.PRELIMINARY.value}
        found = self._collection.find(criteria, ["month"]).sort("month", 1)
        return [Month.read(one["month"]) async for one in found]

    async def save(self, bulletin: Bulletin, session: Session) -> bool:
        """Stores it in the place of a preliminary one; False when it is frozen already."""
        key = _key(bulletin.month, bulletin.edition)
        known = await self._collection.find_one({"_id": key}, ["state"], session=session)
        if known and known["state"] == BulletinState.FROZEN:
            return False
        document = {
            "month": str(bulletin.month),
            "edition": bulletin.edition,
            "state": bulletin.state.value,
            "as_of": bulletin.as_of,
            "definitions": DEFINITIONS,
            "figures": dict(bulletin.figures),
        }
        await self._collection.replace_one({"_id": key}, document, upsert=True, session=session)
        return True

    async def counts_of(self, month: Month) -> Document:
        """Letters submitted in the month: all, by level and by channel."""
        span = {"submitted_at": {"$gte": month.begins, "$lt": month.plus(1).begins}}
        groups = {"_id": {"level": "$level", "channel": "$channel"}, "letters": {"$sum": 1}}
        counts: Document = {"letters": 0, "by_level": {}, "by_channel": {}}
        async for one in aggregate(self._cases, [{"$match": span}, {"$group": groups}]):
            counts["letters"] += one["letters"]
            for part in ("level", "channel"):
                by, name = counts[f"by_{part}"], one["_id"][part]
                by[name] = by.get(name, 0) + one["letters"]
        return counts


def _key(month: Month, edition: int) -> str:
    return f"{month}/{edition}"
