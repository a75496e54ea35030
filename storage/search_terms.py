"""Search terms of cases, in a collection of their own: kept in the case they slow every write."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from domain.wording import MOST_TERMS, terms
from storage.index import Index
from storage.mongo import Database

COLLECTION = "search_terms"
INDEXES = (Index(COLLECTION, (("terms", 1), ("submitted_at", -1)), "by_term"),)

MOST_FOUND = 2_000
"""A search looks through so many of the newest matches."""
MOST_COMPARED = 500


class SearchTerms:
    """Finds the ids of cases by words; who may see them is the business of whoever asked."""

    def __init__(self, database: Database) -> None:
        self._collection = database[COLLECTION]

    async def put(self, cases: Iterable[tuple[str, datetime, Sequence[str]]]) -> None:
        """Keeps (case id, submitted at, texts). Written before the case: an orphan is harmless."""
        documents = [
            {"_id": key, "submitted_at": at, "terms": list(terms(*texts)[:MOST_TERMS])}
            for key, at, texts in cases
        ]
        if len(documents) == 1:
            one = documents[0]
            await self._collection.replace_one({"_id": one["_id"]}, one, upsert=True)
        elif documents:
            await self._collection.delete_many({"_id": {"$in": [one["_id"] for one in documents]}})
            await self._collection.insert_many(documents, ordered=False)

    async def with_all(self, text: str) -> list[str]:
        """Ids of the newest cases that have every word of ``text``; none for no words."""
        asked = terms(text)
        if not asked:
            return []
        found = self._collection.find({"terms": {"$all": list(asked)}}, {"_id": 1})
        found = found.sort("submitted_at", -1).limit(MOST_FOUND)
        return [document["_id"] for document in await found.to_list(MOST_FOUND)]

    async def sharing(self, asked: Sequence[str], since: datetime) -> Mapping[str, Sequence[str]]:
        """The newest cases since then that share a term, with all of their terms."""
        criteria = {"terms": {"$in": list(asked)}, "submitted_at": {"$gte": since}}
        found = self._collection.find(criteria).sort("submitted_at", -1).limit(MOST_COMPARED)
        return {one["_id"]: one["terms"] for one in await found.to_list(MOST_COMPARED)}
