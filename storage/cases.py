"""Cases in MongoDB: one document a case, one atomic write an action."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Generic, TypeVar

from pymongo.errors import BulkWriteError, DuplicateKeyError

from domain.actors import Actor
from domain.case import Case
from domain.letters import Writer
from domain.notices import Notice
from domain.numbers import read_case_number
from domain.problem_cases import Problem
from domain.refusals import StaleCase
from domain.summary import Summary
from domain.text import is_blank
from domain.traces import RELEASES
from domain.words import Role, Stage
from storage.case_documents import NEVER, SCHEMA, moving_fields, new_entries, read_case
from storage.case_lists import SORTS, CaseFilter, CaseOrder
from storage.case_reader import read_acted_on, read_or_problem
from storage.case_summaries import PARTS, fields_of, summary_reader
from storage.fetching import fetch_page
from storage.index import Index
from storage.list_memory import ListMemory
from storage.mongo import Database, Document, Session
from storage.new_cases import NewCase
from storage.pages import Page, Slice
from storage.personal import PersonalData
from storage.sealed_cases import SealedCases, with_seal
from storage.search_terms import SearchTerms
from storage.sight import visible_to
from storage.state_seals import DECIDES_ACCESS, StateSeals
from storage.stored_cases import StoredCase, UnreadableCase, read_stored
from storage.waiting_notices import pushed

COLLECTION = "cases"
INDEXES = (
    Index(COLLECTION, (("keys", 1),), "by_key", unique=True),
    Index(COLLECTION, (("number", 1),), "by_number", unique=True),
    Index(COLLECTION, (("due_at", 1), ("_id", 1)), "by_due_date"),
    Index(COLLECTION, (("submitted_at", 1), ("_id", 1)), "by_submission"),
    Index(COLLECTION, (("stage", 1), ("due_at", 1), ("_id", 1)), "by_stage"),
    Index(COLLECTION, (("seen_by", 1), ("due_at", 1), ("_id", 1)), "by_unit"),
    Index(COLLECTION, (("mailbox", 1), ("submitted_at", 1)), "by_mailbox"),
    Index(COLLECTION, (("account", 1), ("submitted_at", -1)), "by_account"),
    Index(COLLECTION, (("main_case", 1),), "by_main_case"),
    Index(COLLECTION, (("wake_at", 1), ("_id", 1)), "by_wake_time"),
    Index(COLLECTION, (("ask_at", 1), ("_id", 1)), "by_survey_time"),
    Index(COLLECTION, (("call_at", 1), ("_id", 1)), "by_phone_task"),
    Index(COLLECTION, (("archive_at", 1), ("_id", 1)), "by_archive_time"),
    Index(COLLECTION, (("notify_at", 1), ("_id", 1)), "by_notice_time"),
)

WITHOUT_WRITER = {"notices": 0, "writer": 0, "keys": 0}
_WITHOUT_WRITER_BUT_KEYS = {"notices": 0, "writer": 0}
_BY_KEY = (*DECIDES_ACCESS, "keys")

ARCHIVED = Stage.ARCHIVE.value

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Shape(Generic[T]):
    """How much of each case a list fetches (None: all of it), and what it makes of that."""

    fields: Sequence[str] | None
    read: Callable[[Document], T]


WHOLE = Shape(None, read_case)


@cache
def summaries(parts: frozenset[str]) -> Shape[Summary]:
    """Summaries with these parts and no others."""
    return Shape(fields_of(parts), summary_reader(parts))


SUMMARIES = summaries(frozenset(PARTS))


class CaseRepository:
    """The questions the business asks about cases."""

    def __init__(self, database: Database, personal: PersonalData, seals: StateSeals) -> None:
        self._collection = database[COLLECTION]
        self._sealed = SealedCases(self._collection, seals)
        self._personal = personal
        self.terms = SearchTerms(database)
        self._lists = ListMemory()

    # Writing

    async def add(self, new: NewCase) -> bool:
        """Stores a new case; False when a case with its id is there already."""
        document = new.document()
        await self.terms.put([document])
        try:
            await self._sealed.insert(document)
        except DuplicateKeyError:
            if await self._collection.find_one({"_id": new.case.id}, {"_id": 1}) is None:
                raise
            return False
        self._lists.changed()
        return True

    async def add_many(self, new: Sequence[NewCase]) -> int:
        """Stores new cases; how many were not there yet."""
        if not new:
            return 0
        documents = [one.document() for one in new]
        await self.terms.put(documents)
        try:
            await self._sealed.insert_many(documents)
            self._lists.changed()
        except BulkWriteError as error:
            failed = {failure["op"]["_id"] for failure in error.details["writeErrors"]}
            if failed - await self.existing(failed):
                raise
            return len(documents) - len(failed)
        return len(documents)

    async def save(
        self,
        before: Case,
        after: Case,
        notices: Sequence[Notice],
        session: Session | None = None,
    ) -> None:
        """One atomic write, guarded by the version; raises ``StaleCase`` when the race is lost."""
        queued = pushed(notices)
        entries = {"history": {"$each": new_entries(before, after)}}
        saved = await self._sealed.update(
            {"_id": before.id, "version": before.version},
            {
                "$set": moving_fields(after),
                "$push": entries | queued.get("$push", {}),
                "$min": {"schema": SCHEMA} | queued.get("$min", {}),
            },
            session=session,
        )
        if not saved:
            raise StaleCase
        self._lists.changed()

    async def save_clocks(self, before: Case, after: Case) -> bool:
        """Due dates by another calendar: no history, same version; False when it moved on."""
        return await self._sealed.update(
            {"_id": before.id, "version": before.version},
            {"$set": moving_fields(after), "$min": {"schema": SCHEMA}},
        )

    # Reading one

    async def by_key(self, key: bytes) -> Case | None:
        """The case that this key opens: one look-up, hit or miss alike."""
        return await self.opened(key, WHOLE)

    async def opened(self, key: bytes, shape: Shape[T], partner: str | None = None) -> T | None:
        """The same, in ``shape``; only what came through ``partner``, where one asks."""
        criteria = {"keys": key} if partner is None else {"keys": key, "partner": partner}
        fields = with_seal(shape.fields, _BY_KEY) or _WITHOUT_WRITER_BUT_KEYS
        document = await self._collection.find_one(criteria, fields)
        if document is None or not self._sealed.admits(document, _BY_KEY):
            return None
        return shape.read(document)

    async def by_number(self, number: str, actor: Actor) -> Case | None:
        return await self._one({"number": number, **visible_to(actor)}, actor)

    async def by_id(self, case_id: str, actor: Actor) -> Case | None:
        return await self._one(_all_of([{"_id": case_id}, visible_to(actor)]), actor)

    async def _one(self, criteria: Document, actor: Actor) -> Case | None:
        document = await self._collection.find_one(criteria, WITHOUT_WRITER)
        return read_case(document) if document and self._shows(document, actor) else None

    def _shows(self, document: Document, actor: Actor) -> bool:
        """The clockwork sees every case; people see those whose seal says that they may."""
        return Role.SYSTEM in actor.roles or self._sealed.admits(document)

    async def has_joined(self, case_id: str) -> bool:
        """Whether other letters wait for this case's reply."""
        return await self._collection.find_one({"main_case": case_id}, {"_id": 1}) is not None

    async def writers_of(self, case_ids: Sequence[str]) -> dict[str, Writer]:
        """Who wrote, decrypted: to be masked, or revealed under audit."""
        found = self._collection.find({"_id": {"$in": list(case_ids)}}, {"writer": 1})
        opened = self._personal.opened
        return {one["_id"]: await opened(one["writer"], one["_id"]) async for one in found}

    # Reading many

    async def existing(self, case_ids: Collection[str]) -> set[str]:
        """Which of these ids are there."""
        found = self._collection.find({"_id": {"$in": list(case_ids)}}, {"_id": 1})
        return {document["_id"] async for document in found}

    async def whole_by_ids(self, case_ids: Collection[str], actor: Actor) -> dict[str, Case]:
        """Whole cases, of those that ``actor`` may see."""
        criteria = _all_of([{"_id": {"$in": list(case_ids)}}, visible_to(actor)])
        found = self._collection.find(criteria, WITHOUT_WRITER)
        return {one["_id"]: read_case(one) async for one in found if self._shows(one, actor)}

    async def reply_times(self, case_ids: Collection[str]) -> dict[str, tuple[datetime, datetime]]:
        """When the letter came and when its first reply went out, of those with a reply."""
        fields = ["submitted_at", "history.action", "history.at"]
        times: dict[str, tuple[datetime, datetime]] = {}
        async for one in self._collection.find({"_id": {"$in": list(case_ids)}}, fields):
            replies = (entry["at"] for entry in one["history"] if entry["action"] in RELEASES)
            if (replied_at := next(replies, None)) is not None:
                times[one["_id"]] = one["submitted_at"], replied_at
        return times

    async def by_ids(self, case_ids: Collection[str], actor: Actor) -> dict[str, Summary]:
        """Summaries of those that ``actor`` may see."""
        criteria = _all_of([{"_id": {"$in": list(case_ids)}}, visible_to(actor)])
        found = self._collection.find(criteria, with_seal(SUMMARIES.fields))
        return {one["_id"]: SUMMARIES.read(one) async for one in found if self._shows(one, actor)}

    async def page(
        self,
        shape: Shape[T],
        actor: Actor,
        asked: CaseFilter,
        order: CaseOrder,
        page: Page,
        now: datetime,
        *,
        counted: bool = True,
    ) -> Slice[T]:
        """One page of what ``actor`` may see, in ``shape``; the list's length where ``counted``."""
        criteria = _all_of(
            [visible_to(actor), *asked.criteria(now), *await self._searched(asked.search)]
        )
        return await fetch_page(
            self._collection,
            criteria,
            SORTS[order],
            page,
            shape.read,
            fields=with_seal(shape.fields),
            counted=counted,
            memory=self._lists,
            choose=None if Role.SYSTEM in actor.roles else self._sealed.admitted,
        )

    async def all_stored(
        self, number: str | None = None
    ) -> AsyncIterator[StoredCase | UnreadableCase]:
        """Every case with its writer decrypted, or the one of this number; in no order."""
        criteria = {} if number is None else {"number": number}
        async for document in self._collection.find(criteria).batch_size(200):
            yield await read_stored(document, self._personal, self._sealed.seals)

    async def dated_otherwise(self, calendar_version: str) -> AsyncIterator[Case | Problem]:
        """Cases with a provisional date, and open ones dated by another calendar than this.

        Or why one of them cannot be read.
        """
        other = {
            "clocks.REPLY.calendar_version": {"$ne": calendar_version},
            "due_at": {"$lt": NEVER},
        }
        # What goes into the archive stays as it is.
        criteria = {"stage": {"$ne": ARCHIVED}, "$or": [{"provisional": True}, other]}
        async for document in self._collection.find(criteria, WITHOUT_WRITER):
            yield read_or_problem(document, read_acted_on)

    def rebuild_terms(self) -> AsyncIterator[int]:
        """Makes search terms of other rules than today's anew; how many in each batch."""
        return self.terms.rebuild(self._collection)

    async def count(self) -> int:
        return await self._collection.estimated_document_count()

    async def _searched(self, search: str | None) -> list[Document]:
        if search is None or is_blank(search):
            return []
        number = read_case_number(search)
        if number is not None:
            return [{"number": number}]
        return [{"_id": {"$in": await self.terms.with_all(search)}}]


def _all_of(parts: Sequence[Document]) -> Document:
    """Side by side where no field repeats: under ``$and`` the embedded database uses no index."""
    parts = [part for part in parts if part]
    names = [name for part in parts for name in part]
    if len(names) != len(set(names)):
        return {"$and": list(parts)}
    return {name: value for part in parts for name, value in part.items()}
