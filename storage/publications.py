"""What is published of letters: one document a case, and one a person who says "me too".

It holds what everybody may read and nothing else: the original stays in the case. Search terms are
those of the published text, so that nobody finds a letter by what was hidden in it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from typing import TypeVar

from pymongo.errors import DuplicateKeyError

from domain.actors import Actor
from domain.calendar import day_begins, day_is_over
from domain.publication import OUTCOMES, STAGES, Publication, PublicationState, Texts
from domain.refusals import StaleCase
from domain.text import is_blank
from domain.wording import terms
from storage.cases import COLLECTION as CASES
from storage.cases import Shape
from storage.fetching import fetch_page
from storage.index import Index
from storage.list_memory import ListMemory
from storage.mongo import Database, Document, aggregate
from storage.pages import MOST_COUNTED, Page, Slice, Sort, SortKey
from storage.sealed_cases import SealedCases, with_seal
from storage.search_terms import OTHER_RULES, matching, terms_to_keep
from storage.sight import visible_to
from storage.state_seals import StateSeals

T = TypeVar("T")

COLLECTION = "publications"
SUPPORT = "publication_support"
DECIDED = "publication_decided"
"""A mark on a case, beside what an action writes: it has left the queue."""
MOST_ASKED = 40
_BATCH = 1_000
INDEXES = (
    Index(COLLECTION, (("case", 1),), "by_case", unique=True),
    Index(COLLECTION, (("state", 1), ("published_at", -1), ("_id", -1)), "by_time"),
    Index(COLLECTION, (("state", 1), ("mailbox", 1), ("published_at", -1)), "by_mailbox"),
    Index(COLLECTION, (("state", 1), ("category", 1), ("published_at", -1)), "by_category"),
    Index(COLLECTION, (("terms", 1), ("published_at", -1)), "by_term"),
    Index(SUPPORT, (("letter", 1),), "by_letter"),
    Index(
        CASES,
        (
            ("letter.consent_to_publish", 1),
            (DECIDED, 1),
            ("stage", 1),
            ("submitted_at", 1),
        ),
        "by_publication",
    ),
)
NEWEST_FIRST: Sort = (
    SortKey("published_at", kind=datetime, descending=True),
    SortKey("_id", descending=True),
)
OLDEST_CASE_FIRST: Sort = (SortKey("submitted_at", kind=datetime), SortKey("_id"))


@dataclass(frozen=True, slots=True)
class PublishedFilter:
    """All of it together; days are those of publication in Asia/Shanghai, both included."""

    search: str | None = None
    mailbox: str | None = None
    category: str | None = None
    first_day: date | None = None
    last_day: date | None = None

    def criteria(self) -> Document:
        asked: Document = {"state": PublicationState.PUBLISHED.value}
        if self.mailbox:
            asked["mailbox"] = self.mailbox
        if self.category:
            asked["category"] = self.category
        span: Document = {}
        if self.first_day:
            span["$gte"] = day_begins(self.first_day)
        if self.last_day:
            span["$lt"] = day_is_over(self.last_day)
        if span:
            asked["published_at"] = span
        return asked | self._words()

    def _words(self) -> Document:
        if self.search is None or is_blank(self.search):
            return {}
        wanted = terms(self.search)[:MOST_ASKED]
        if not wanted:
            return {"_id": {"$in": []}}
        return {"$and": [{"terms": matching(term)} for term in wanted]}


class PublicationRepository:
    """The questions asked about published letters."""

    def __init__(self, database: Database, seals: StateSeals) -> None:
        self._letters = database[COLLECTION]
        self._support = database[SUPPORT]
        self._cases = database[CASES]
        self._sealed = SealedCases(self._cases, seals)
        self._memory = ListMemory()

    # Deciding

    async def save(self, decided: Publication) -> None:
        """Stores what follows version ``decided.version - 1``; raises ``StaleCase`` otherwise.

        Withdrawn consent is followed by nothing.
        """
        document = _document(decided)
        try:
            if decided.version == 1:
                await self._letters.insert_one(document)
            else:
                guard = {
                    "_id": decided.id,
                    "version": decided.version - 1,
                    "state": {"$ne": PublicationState.WITHDRAWN.value},
                }
                done = await self._letters.replace_one(guard, document)
                if done.matched_count == 0:
                    raise StaleCase
        except DuplicateKeyError:
            raise StaleCase from None
        await self._mark([decided.case])

    async def _mark(self, cases: Collection[str]) -> None:
        """Takes cases out of the queue. Killed before it, ``queue`` does it."""
        await self._sealed.mark(cases, {"$set": {DECIDED: True}})

    async def queue(
        self, shape: Shape[T], reader: Actor, page: Page, *, counted: bool = True
    ) -> Slice[T]:
        """Cases with consent and a reply about which nothing is decided, oldest letter first."""
        criteria: Document = {
            "letter.consent_to_publish": True,
            DECIDED: None,
            "stage": {"$in": [one.value for one in STAGES]},
            "outcome": {"$in": [one.value for one in OUTCOMES]},
        }
        criteria |= {**visible_to(reader), "confidential": False}
        return await fetch_page(
            self._cases,
            criteria,
            OLDEST_CASE_FIRST,
            page,
            shape.read,
            fields=with_seal(shape.fields),
            counted=counted,
            choose=self._undecided,
        )

    async def _undecided(self, documents: list[Document]) -> list[Document]:
        admitted = await self._sealed.admitted(documents)
        decided = await self.of_cases([one["_id"] for one in admitted])
        await self._mark(decided)
        return [one for one in admitted if one["_id"] not in decided]

    # Reading

    async def by_id(self, key: str) -> Publication | None:
        found = await self._letters.find_one({"_id": key}, {"terms": 0})
        return _read(found) if found else None

    async def of_cases(self, cases: Collection[str]) -> dict[str, Publication]:
        """What was decided about these, by case."""
        found = self._letters.find({"case": {"$in": list(cases)}}, {"terms": 0})
        return {one["case"]: _read(one) async for one in found}

    async def published_of(self, cases: Collection[str]) -> dict[str, Publication]:
        """Of these cases the letters that everybody may read, by case."""
        found = await self.of_cases(cases)
        closed = await self.confidential(cases)
        return {
            case: one
            for case, one in found.items()
            if one.state is PublicationState.PUBLISHED and case not in closed
        }

    async def confidential(self, cases: Collection[str]) -> set[str]:
        """Which of these have become confidential since."""
        asked = {"_id": {"$in": list(cases)}, "confidential": True}
        return {one["_id"] async for one in self._cases.find(asked, {"_id": 1})}

    async def page(
        self, asked: PublishedFilter, page: Page, *, counted: bool = True
    ) -> Slice[Publication]:
        """Published letters but those of confidential cases, newest publication first."""
        criteria = asked.criteria()
        found = await fetch_page(
            self._letters,
            criteria,
            NEWEST_FIRST,
            page,
            _read,
            fields=_FIELDS,
            counted=False,
            choose=self._open,
        )
        if not counted:
            return found
        total = await self._memory.counted(repr(criteria), partial(self._count, criteria))
        return replace(found, total=total)

    async def _count(self, criteria: Document) -> int:
        """As many as the list shows: without those of confidential cases."""
        letters = self._letters.find(criteria, ["case"]).limit(MOST_COUNTED)
        total = 0
        while cases := [one["case"] for one in await letters.to_list(_BATCH)]:
            total += len(cases) - len(await self.confidential(cases))
        return total

    async def _open(self, documents: list[Document]) -> list[Document]:
        closed = await self.confidential([one["case"] for one in documents])
        return [one for one in documents if one["case"] not in closed]

    async def rebuild_terms(self) -> AsyncIterator[int]:
        """Makes search terms of other rules anew; 1 for each letter, 0 for one that moved on."""
        async for one in self._letters.find({"texts": {"$ne": None}, **OTHER_RULES}, _FIELDS):
            texts = one["texts"]
            terms = terms_to_keep(texts["title"], texts["body"], texts["reply"])
            guard = {"_id": one["_id"], "version": one["version"]}
            yield (await self._letters.update_one(guard, {"$set": terms})).matched_count

    # Me too

    async def support(self, letter: str, supporter: str, at: datetime) -> None:
        """Counts a person once, whoever sends it how often."""
        one = {"_id": supporter, "letter": letter, "at": at}
        await self._support.update_one({"_id": supporter}, {"$setOnInsert": one}, upsert=True)

    async def withdraw_support(self, supporter: str) -> None:
        await self._support.delete_one({"_id": supporter})

    async def supporters(self, letters: Collection[str]) -> dict[str, int]:
        """How many people support each of these; counted, never kept beside them."""
        pipeline: Sequence[Document] = [
            {"$match": {"letter": {"$in": list(letters)}}},
            {"$group": {"_id": "$letter", "people": {"$sum": 1}}},
        ]
        counts = dict.fromkeys(letters, 0)
        async for one in aggregate(self._support, pipeline):
            counts[one["_id"]] = one["people"]
        return counts

    async def supported(self, supporters: Collection[str]) -> set[str]:
        """Which of these are there."""
        found = self._support.find({"_id": {"$in": list(supporters)}}, {"_id": 1})
        return {one["_id"] async for one in found}


_FIELDS = (
    "case",
    "state",
    "version",
    "decided_at",
    "texts",
    "unit",
    "mailbox",
    "category",
    "submitted_at",
    "replied_at",
    "published_at",
)


def _document(one: Publication) -> Document:
    texts = one.texts
    document: Document = {
        "_id": one.id,
        "case": one.case,
        "state": one.state.value,
        "version": one.version,
        "decided_at": one.decided_at,
        "texts": None,
        "unit": one.unit,
        "mailbox": one.mailbox,
        "category": list(one.category),
        "submitted_at": one.submitted_at,
        "replied_at": one.replied_at,
        "published_at": one.published_at,
    }
    if texts is not None:
        document["texts"] = {"title": texts.title, "body": texts.body, "reply": texts.reply}
        document |= terms_to_keep(texts.title, texts.body, texts.reply)
    return document


def _read(one: Document) -> Publication:
    texts = one["texts"]
    return Publication(
        id=one["_id"],
        case=one["case"],
        state=PublicationState[one["state"]],
        version=one["version"],
        decided_at=one["decided_at"],
        texts=Texts(texts["title"], texts["body"], texts["reply"]) if texts else None,
        unit=one["unit"],
        mailbox=one["mailbox"],
        category=tuple(one["category"]),
        submitted_at=one["submitted_at"],
        replied_at=one["replied_at"],
        published_at=one["published_at"],
    )
