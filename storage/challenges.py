"""Challenges whose solution was used: each counts once, whichever process takes it.

A challenge is known by its signature. The server forgets those that have run out anyway.
"""

from __future__ import annotations

from datetime import datetime

from pymongo.errors import DuplicateKeyError

from storage.index import Index
from storage.mongo import Database

COLLECTION = "challenges"
INDEXES = (Index(COLLECTION, (("until", 1),), "forgotten", expire_after_seconds=0),)


class ChallengeRepository:
    """One document a challenge that was used; none for those that are given out."""

    def __init__(self, database: Database) -> None:
        self._collection = database[COLLECTION]

    async def spend(self, signature: str, until: datetime) -> bool:
        """Uses a challenge that runs out at ``until``; False when somebody has used it."""
        try:
            await self._collection.insert_one({"_id": signature, "until": until})
        except DuplicateKeyError:
            return False
        return True
