"""Search terms of cases, in a collection of their own: kept in the case they slow every write."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from pymongo import ReplaceOne

from domain.wording import MOST_TERMS, kept_terms, terms
from storage.index import Index
from storage.mongo import Database, Document, Session

COLLECTION = "search_terms"
INDEXES = (Index(COLLECTION, (("terms", 1), ("submitted_at", -1)), "by_term"),)

MOST_FOUND = 2_000
"""A search looks through so many of the newest matches."""
MOST_COMPARED = 500
MOST_ASKED = 40


class SearchTerms:
    """Finds the ids of cases by words; who may see them is the business of whoever asked."""

    def __init__(self, database: Database) -> None:
        self._collection = database[COLLECTION]

    async def put(self, cases: Iterable[tuple[str, datetime, Sequence[str]]]) -> None:
        """Keeps (case id, submitted at, texts). Written before the case: an orphan is harmless."""
        documents = [_document(*one) for one in cases]
        if len(documents) == 1:
            one = documents[0]
            await self._collection.replace_one({"_id": one["_id"]}, one, upsert=True)
        elif documents:
            await self._collection.delete_many({"_id": {"$in": [one["_id"] for one in documents]}})
            await self._collection.insert_many(documents, ordered=False)

    async def replace(
        self, cases: Iterable[tuple[str, datetime, Sequence[str]]], session: Session
    ) -> None:
        """The same for cases that are there already, together with what becomes of them."""
        documents = (_document(*one) for one in cases)
        writes = [ReplaceOne({"_id": one["_id"]}, one, upsert=True) for one in documents]
        await self._collection.bulk_write(writes, ordered=False, session=session)

    async def with_all(self, text: str) -> list[str]:
        """Ids of the newest cases that have every word of ``text``; none for no words."""
        asked = terms(text)
        if not asked:
            return []
        parts: list[Document] = [{"terms": _matching(term)} for term in asked]
        found = self._collection.find({"$and": parts}, {"_id": 1})
        found = found.sort("submitted_at", -1).limit(MOST_FOUND)
        return [document["_id"] for document in await found.to_list(MOST_FOUND)]

    async def sharing(self, asked: Sequence[str], since: datetime) -> Mapping[str, Sequence[str]]:
        """Cases since then that share one of the rarest of these terms, with all of their own.

        What everybody writes about would fill the list with the newest letters; what few write
        about finds the letters that matter. At most ``MOST_COMPARED``, the newest.
        """
        rare = await self._rarest(asked[:MOST_ASKED])
        criteria = {"terms": {"$in": rare}, "submitted_at": {"$gte": since}}
        found = self._collection.find(criteria).sort("submitted_at", -1).limit(MOST_COMPARED)
        return {one["_id"]: one["terms"] for one in await found.to_list(MOST_COMPARED)}

    async def _rarest(self, asked: Sequence[str]) -> list[str]:
        """As many of the rarest terms as together do not find more than can be compared."""
        counts = await asyncio.gather(*(self._often(term) for term in asked))
        rare: list[str] = []
        room = MOST_COMPARED
        for often, term in sorted(zip(counts, asked, strict=True)):
            if rare and often > room:
                break
            rare.append(term)
            room -= often
        return rare

    async def _often(self, term: str) -> int:
        return await self._collection.count_documents({"terms": term}, limit=MOST_COMPARED + 1)


def _document(key: str, at: datetime, texts: Sequence[str]) -> Document:
    return {"_id": key, "submitted_at": at, "terms": list(kept_terms(*texts)[:MOST_TERMS])}


def _matching(term: str) -> str | Document:
    """The term itself; a single Chinese sign wherever a kept term begins with it."""
    return term if term.isascii() or len(term) > 1 else {"$regex": f"^{term}"}
