"""In how many letters a word stands: counted in memory during a turn, written down at its end.

What has been read or written is remembered for as long as nobody else counts; so the letters of
an import cost one read of each word. A crash loses the counts of what was not written: they
only weigh. What this module writes is added to what is there, never put in its place.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Collection, Iterable, Mapping

from pymongo.errors import BulkWriteError

from storage.mongo import DUPLICATE, Database

COLLECTION = "word_counts"
LETTERS = "letters"
"""The document that counts letters."""
MOST_REMEMBERED = 100_000
"""Words; some 15 MB."""
AT_ONCE = 100
"""Ids in one question. The embedded database compares each of them with each that it finds."""


class WordCounts:
    """Counts of words and of letters; only whoever has the turn may ask and add."""

    def __init__(self, database: Database) -> None:
        self._collection = database[COLLECTION]
        self._stored: dict[str, int] = {}
        self._more: Counter[str] = Counter()

    @property
    def unwritten(self) -> int:
        """How many letters were counted and not written down."""
        return self._more[LETTERS]

    async def learn(self, terms: Iterable[str]) -> None:
        """Reads what is stored of these, where it is not remembered."""
        unknown = [one for one in dict.fromkeys((*terms, LETTERS)) if one not in self._stored]
        for ids in _parts(unknown):
            found = await self._collection.find({"_id": {"$in": ids}}).to_list(None)
            self._stored.update(dict.fromkeys(ids, 0))
            self._stored.update({one["_id"]: int(one["letters"]) for one in found})

    def often(self, terms: Iterable[str]) -> dict[str, int]:
        """In how many letters each stands by now; of ``LETTERS``, how many there are."""
        return {one: self._stored.get(one, 0) + self._more[one] for one in (*terms, LETTERS)}

    def add(self, terms: Iterable[str]) -> None:
        """One more letter, with these."""
        self._more.update((*terms, LETTERS))

    def take_back(self, terms: Iterable[str]) -> None:
        """A letter with these was counted that somebody else had counted before."""
        self._more.subtract((*terms, LETTERS))

    async def write(self) -> None:
        """Adds what was counted to what is stored."""
        more = {key: by for key, by in self._more.items() if by}
        self._more = Counter()
        known = {key: by for key, by in more.items() if self._stored.get(key)}
        new = {key: by for key, by in more.items() if key not in known}
        found, _ = await asyncio.gather(self._inserted(new), self._add(known))
        await self._add(found)
        for key, by in more.items():
            self._stored[key] = self._stored.get(key, 0) + by
        if len(self._stored) > MOST_REMEMBERED:
            self.forget()

    def forget(self) -> None:
        """Somebody else may have counted meanwhile, or what was counted is not to be written."""
        self._stored.clear()
        self._more.clear()

    async def _inserted(self, new: Mapping[str, int]) -> dict[str, int]:
        """Stores what is new; what was there all the same, to be added."""
        if not new:
            return {}
        try:
            documents = [{"_id": key, "letters": by} for key, by in new.items()]
            await self._collection.insert_many(documents, ordered=False)
        except BulkWriteError as error:
            failed = error.details["writeErrors"]
            if any(one["code"] != DUPLICATE for one in failed):
                raise
            return {one["op"]["_id"]: new[one["op"]["_id"]] for one in failed}
        return {}

    async def _add(self, more: Mapping[str, int]) -> None:
        grown: dict[int, list[str]] = {}
        for key, by in more.items():
            grown.setdefault(by, []).append(key)
        for by, keys in grown.items():
            for ids in _parts(keys):
                await self._collection.update_many({"_id": {"$in": ids}}, {"$inc": {"letters": by}})


def _parts(ids: Collection[str]) -> list[list[str]]:
    given = list(ids)
    return [given[start : start + AT_ONCE] for start in range(0, len(given), AT_ONCE)]
