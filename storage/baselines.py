"""Recorded baselines: figures that were not computed here, each with its source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pymongo.errors import DuplicateKeyError

from domain.baselines import Baseline
from domain.bulletins import Month
from storage.index import Index
from storage.mongo import Database, Document

COLLECTION = "baselines"
INDEXES = (Index(COLLECTION, (("month", 1),), "by_month"),)


@dataclass(frozen=True, slots=True)
class RecordedBaseline:
    """A baseline, and the month whose bulletin it is for (None: for none above others)."""

    baseline: Baseline
    month: Month | None
    recorded_at: datetime


class BaselineRepository:
    """One document a baseline, by its name."""

    def __init__(self, database: Database) -> None:
        self._collection = database[COLLECTION]

    async def add(self, recorded: RecordedBaseline) -> RecordedBaseline:
        """Stores it; the one that has the name already, where there is one."""
        try:
            await self._collection.insert_one(_document(recorded))
        except DuplicateKeyError:
            found = await self._collection.find_one({"_id": recorded.baseline.name})
            return recorded if found is None else _read(found)
        return recorded

    async def named(self, name: str) -> RecordedBaseline | None:
        found = await self._collection.find_one({"_id": name})
        return _read(found) if found else None

    async def of(self, month: Month) -> Sequence[RecordedBaseline]:
        """Those for this month."""
        found = self._collection.find({"month": str(month)}).sort("_id", 1)
        return [_read(one) async for one in found]

    async def all(self) -> Sequence[RecordedBaseline]:
        """In the order of their names."""
        return [_read(one) async for one in self._collection.find().sort("_id", 1)]


def _document(recorded: RecordedBaseline) -> Document:
    baseline = recorded.baseline
    return {
        "_id": baseline.name,
        "source": baseline.source,
        "values": dict(baseline.values),
        "name_zh": baseline.name_zh,
        "month": str(recorded.month) if recorded.month else None,
        "recorded_at": recorded.recorded_at,
    }


def _read(document: Document) -> RecordedBaseline:
    month = document["month"]
    return RecordedBaseline(
        Baseline(
            document["_id"],
            True,
            document["values"],
            document["source"],
            name_zh=document.get("name_zh"),
        ),
        Month.read(month) if month else None,
        document["recorded_at"],
    )
