"""Whose turn it is at work that only one process may be at: a lease on the server's clock.

Nobody is kept waiting: who does not get the turn leaves the work to who has it, or to later.
Nothing that is written checks the turn again; so it suits work that two may do at once without
harm to what is stored, where only the outcome is better when they do not.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress

from pymongo.errors import DuplicateKeyError

from storage.mongo import Database
from storage.server_time import in_seconds, is_to_come

COLLECTION = "turns"
SECONDS = 30
"""How long a process that died keeps the others out."""
SLACK = 5
"""A look that began before the turn was renewed sees its end further ahead."""


class TurnLost(Exception):
    """Somebody else has the turn: ours was over before it was given back."""


class Turn:
    """The turn at the work called ``name``.

    ``is_next``: nobody else has had it since it was ours before.
    """

    def __init__(self, database: Database, name: str) -> None:
        self._collection = database[COLLECTION]
        self._name = name
        self._number = 0
        self._in_process = asyncio.Lock()
        self._is_made = False
        self.is_next = False

    async def take(self) -> bool:
        """Whether it is ours now. Within this process it is waited for, else never."""
        await self._in_process.acquire()
        try:
            number = await self._taken()
        except BaseException:
            self._in_process.release()
            raise
        if number is None:
            self._in_process.release()
            return False
        self.is_next = number == self._number + 1
        self._number = number
        return True

    async def renew(self) -> None:
        """Its time begins again; raises ``TurnLost``."""
        ours = {"_id": self._name, "number": self._number}
        renewed = await self._collection.update_one(
            ours, [{"$set": {"until": in_seconds(SECONDS)}}]
        )
        if not renewed.matched_count:
            raise TurnLost(self._name)

    async def give_back(self) -> None:
        """Lets the next one have it."""
        try:
            ours = {"_id": self._name, "number": self._number}
            await self._collection.update_one(ours, {"$set": {"until": None}})
        finally:
            self._in_process.release()

    async def _taken(self) -> int | None:
        if not self._is_made:
            with suppress(DuplicateKeyError):
                await self._collection.insert_one({"_id": self._name, "number": 0, "until": None})
            self._is_made = True
        ended = {"_id": self._name, "$expr": {"$not": [is_to_come("$until", SECONDS + SLACK)]}}
        found = await self._collection.find_one(ended)
        if found is None:
            return None
        # Guarded by the number: on the embedded database two who find and modify may both win.
        number = int(found["number"]) + 1
        taken = await self._collection.update_one(
            {"_id": self._name, "number": found["number"]},
            [{"$set": {"number": number, "until": in_seconds(SECONDS)}}],
        )
        return number if taken.matched_count else None
