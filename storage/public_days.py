"""As of which moment the public is told on a day: that of the first look, for all who look.

Two looks on one day see the same, and so tell nothing of a letter that came between them.
"""

from __future__ import annotations

from datetime import datetime

from pymongo.errors import DuplicateKeyError

from domain.calendar import city_date
from storage.mongo import Database

COLLECTION = "public_days"


class PublicDays:
    """One document a day in Asia/Shanghai."""

    def __init__(self, database: Database) -> None:
        self._collection = database[COLLECTION]
        self._known: dict[str, datetime] = {}

    async def moment(self, now: datetime) -> datetime:
        """As of when the public is told on the day of ``now``: from its first look on the same."""
        day = str(city_date(now))
        if day not in self._known:
            self._known = {day: await self._first(day, now)}
        return self._known[day]

    def is_moment(self, at: datetime) -> bool:
        """Whether the public is told as of this moment."""
        return at in self._known.values()

    async def _first(self, day: str, now: datetime) -> datetime:
        try:
            await self._collection.insert_one({"_id": day, "at": now})
        except DuplicateKeyError:
            found = await self._collection.find_one({"_id": day})
            if found is not None:
                at: datetime = found["at"]
                return at
        return now
