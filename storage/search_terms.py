"""Search terms of cases, in a collection of their own: kept in the case they slow every write.

``form`` says by which rules a list of terms was made. One of other rules is made anew by
``lizheng migrate``; what is done no longer matches, so that there is nothing else to resume from.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from pymongo import ReplaceOne

from domain.numbers import without_check_digit
from domain.wording import MOST_TERMS, kept_terms, terms
from storage.case_reader import ignore, read_each
from storage.index import Index
from storage.mongo import Collection, Database, Document, Session

COLLECTION = "search_terms"
INDEXES = (Index(COLLECTION, (("terms", 1), ("submitted_at", -1)), "by_term"),)

FORM = "form"
RULES = 2
"""1: until check digits were left out, and invisible signs. Was written without a number."""
OTHER_RULES: Mapping[str, Any] = {FORM: {"$ne": RULES}}
SEARCHED = ["number", "submitted_at", "letter.title", "letter.body", "letter.place.address"]
BATCH = 200

MOST_FOUND = 2_000
"""A search looks through so many of the newest matches."""
MOST_COMPARED = 500
MOST_ASKED = 40


class SearchTerms:
    """Finds the ids of cases by words; who may see them is the business of whoever asked."""

    def __init__(self, database: Database) -> None:
        self._collection = database[COLLECTION]

    async def put(self, cases: Iterable[Document]) -> None:
        """Those of these case documents. Written before the case: an orphan is harmless."""
        documents = [_document(one) for one in cases]
        if len(documents) == 1:
            one = documents[0]
            await self._collection.replace_one({"_id": one["_id"]}, one, upsert=True)
        elif documents:
            await self._collection.delete_many({"_id": {"$in": [one["_id"] for one in documents]}})
            await self._collection.insert_many(documents, ordered=False)

    async def replace(self, cases: Iterable[Document], session: Session) -> None:
        """The same for cases that are there already, together with what becomes of them."""
        documents = (_document(one) for one in cases)
        writes = [ReplaceOne({"_id": one["_id"]}, one, upsert=True) for one in documents]
        await self._collection.bulk_write(writes, ordered=False, session=session)

    async def with_all(self, text: str) -> list[str]:
        """Ids of the newest cases that have every word of ``text``; none for no words."""
        asked = terms(text)
        if not asked:
            return []
        parts: list[Document] = [{"terms": matching(term)} for term in asked]
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

    async def rebuild(self, cases: Collection, size: int = BATCH) -> AsyncIterator[int]:
        """Makes lists of other rules anew, in batches; of how many cases each batch was."""
        batch: list[str] = []
        async for one in self._collection.find(OTHER_RULES, {"_id": 1}).batch_size(BATCH):
            batch.append(one["_id"])
            if len(batch) == size:
                yield await self._rebuild(cases, batch)
                batch = []
        yield await self._rebuild(cases, batch)

    async def _rebuild(self, cases: Collection, ids: Sequence[str]) -> int:
        """Guarded: what somebody else has written meanwhile stays.

        So do those of no case, and of one that cannot be read, which jobs put aside.
        """
        found = await cases.find({"_id": {"$in": ids}}, SEARCHED).to_list(len(ids) or None)
        documents = read_each(found, _document, ignore)
        writes = [ReplaceOne({"_id": one["_id"], **OTHER_RULES}, one) for one in documents]
        if not writes:
            return 0
        return (await self._collection.bulk_write(writes, ordered=False)).matched_count


def _document(case: Document) -> Document:
    """Of a case or a tombstone. Its check digit tells no case from others."""
    letter = case["letter"]
    number, address = without_check_digit(case["number"]), letter["place"]["address"]
    terms = terms_to_keep(number, letter["title"], address or "", letter["body"])
    return {"_id": case["_id"], "submitted_at": case["submitted_at"], **terms}


def terms_to_keep(*texts: str) -> Document:
    """The terms of these texts, and the rules that they follow, as they are stored."""
    return {"terms": list(kept_terms(*texts)[:MOST_TERMS]), FORM: RULES}


def matching(term: str) -> str | Document:
    """The term itself; a single Chinese sign wherever a kept term begins with it."""
    return term if term.isascii() or len(term) > 1 else {"$regex": f"^{term}"}
