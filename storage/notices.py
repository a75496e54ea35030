"""The notices that are due, found by ``notify_at`` alone, and what became of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from domain.case import Case
from domain.letters import Writer
from domain.notices import Notice
from domain.problem_cases import Problem
from storage.case_documents import read_case
from storage.case_reader import WrongType, ignore, number_of, problem_of, read_each, version_of
from storage.cases import COLLECTION
from storage.moments import Place, due_documents, until
from storage.mongo import Database, Document, Session, raise_outage
from storage.personal import PersonalData
from storage.sealed_cases import SealedCases
from storage.state_seals import StateSeals
from storage.waiting_notices import (
    Mark,
    NoticeState,
    WaitingNotice,
    marked_fields,
    pushed,
    read_waiting,
    unmoved,
)


@dataclass(frozen=True, slots=True)
class NoticedCase:
    """A case with its notices, as they were read; ``at`` is when it was due.

    ``case`` and ``writer`` are None where they cannot be read, and ``problem`` says why.
    ``version`` is the stored one, where it is a number.
    """

    id: str
    at: datetime
    number: str
    notices: tuple[WaitingNotice, ...]
    retried: int | None
    case: Case | None = field(default=None, repr=False)
    writer: Writer | None = field(default=None, repr=False)
    problem: Problem | None = None
    version: int | None = None

    @property
    def place(self) -> Place:
        return self.at, self.id

    def due(self, now: datetime) -> list[WaitingNotice]:
        """What can go out, in the order in which it was queued."""
        return [one for one in self.notices if one.due_at is not None and one.due_at <= now]

    def marked(self, marks: Sequence[Mark]) -> NoticedCase:
        """The same with these marks made."""
        after = {mark.waiting.place: mark.after for mark in marks}
        return replace(self, notices=tuple(after.get(one.place, one) for one in self.notices))

    def without_content(self) -> NoticedCase:
        """Only what a mark needs."""
        return replace(self, case=None, writer=None)


class NoticeRepository:
    """Notices across cases."""

    def __init__(self, database: Database, personal: PersonalData, seals: StateSeals) -> None:
        self._collection = database[COLLECTION]
        self._sealed = SealedCases(self._collection, seals)
        self._personal = personal

    async def has_due(self, now: datetime) -> bool:
        """Whether any notice is due: one look into the index."""
        criteria = {"notify_at": until(now)}
        return await self._collection.find_one(criteria, ["notify_at"]) is not None

    async def page(self, now: datetime, after: Place | None, size: int) -> list[NoticedCase]:
        """The next ``size`` cases with notices that are due at ``now``, in order, after a place."""
        found = await due_documents(self._collection, "notify_at", now, after, size, {"keys": 0})
        return [await self._read(document) for document in found]

    async def of_case(self, case_id: str) -> tuple[WaitingNotice, ...]:
        """Every notice of a case; none for a case that is not there."""
        found = await self._collection.find_one({"_id": case_id}, ["notices"])
        return _waiting((found or {}).get("notices"))

    async def readable(self, case_ids: Collection[str]) -> dict[str, Case]:
        """Whole cases, of those that can be read."""
        found = self._collection.find({"_id": {"$in": list(case_ids)}}, {"keys": 0})
        cases = read_each([one async for one in found], read_case, ignore)
        return {case.id: case for case in cases}

    # What became of them

    async def save(
        self, marked: Sequence[tuple[NoticedCase, Sequence[Mark]]], session: Session
    ) -> None:
        """Marks notices, each while it is what it was when it was read.

        Where notices were queued meanwhile, only the marks are made: the case is met again, and
        then it is settled when it has to be looked at next.
        """
        if not marked:
            return
        updates = [_settling(case, marks) for case, marks in marked]
        alone = [_marking(case, marks) for case, marks in marked if marks]
        if await self._sealed.update_many(updates, session) < len(updates) and alone:
            await self._sealed.update_many(alone, session)

    async def put_off(
        self, cases: Sequence[NoticedCase], until: datetime, session: Session
    ) -> None:
        """Looks at these again at that time, unless a notice is queued in them meanwhile."""
        later = {"$set": {"notify_at": until}}
        updates = [({"_id": one.id, "notify_at": one.at}, later) for one in cases]
        await self._sealed.update_many(updates, session)

    async def queue(self, notices: Sequence[tuple[str, Notice]], session: Session) -> None:
        """Queues notices in the cases with these ids, unless they are there already."""
        for case_id, one in notices:
            guard = {"_id": case_id, "notices.id": {"$ne": one.id}, "tombstone": {"$ne": True}}
            await self._sealed.update(guard, pushed([one]), session)

    async def queue_again(self, case_id: str, notice_id: str, now: datetime) -> bool:
        """A notice that was given up waits as if it were new; False when there is no such one."""
        given_up = (
            one.place
            for one in await self.of_case(case_id)
            if one.notice.id == notice_id and one.state is NoticeState.GIVEN_UP
        )
        if (place := next(given_up, None)) is None:
            return False
        notice = f"notices.{place}"
        guard = {f"{notice}.id": notice_id, f"{notice}.state": NoticeState.GIVEN_UP.value}
        again = {"state": NoticeState.QUEUED.value, "attempts": 0, "next_at": None}
        return await self._sealed.update(
            {"_id": case_id, **guard},
            {
                "$set": {f"{notice}.{name}": value for name, value in again.items()},
                "$min": {"notify_at": now},
                "$inc": {"notices_retried": 1},
            },
        )

    # Letters that were joined

    async def joined_to(self, case_id: str, after: str | None, size: int) -> list[str]:
        """Ids of cases whose main case this is, in order, after one of them."""
        criteria: Document = {"main_case": case_id}
        if after is not None:
            criteria["_id"] = {"$gt": after}
        found = self._collection.find(criteria, ["_id"]).sort("_id", 1).limit(size)
        return [one["_id"] async for one in found]

    async def with_joined(self, case_ids: Sequence[str]) -> set[str]:
        """Which of these cases have others joined to them."""
        found = self._collection.find({"main_case": {"$in": list(case_ids)}}, ["main_case"])
        return {one["main_case"] async for one in found}

    async def through_partners(self, case_ids: Sequence[str]) -> set[str]:
        """Which of these cases came through a partner."""
        found = self._collection.find({"_id": {"$in": list(case_ids)}}, ["partner"])
        return {one["_id"] async for one in found if one.get("partner") is not None}

    async def _read(self, document: Document) -> NoticedCase:
        case_id, at = document["_id"], document["notify_at"]
        number, version = number_of(document), version_of(document)
        retried = document.get("notices_retried")
        one = NoticedCase(case_id, at, number, (), retried, version=version)
        try:
            notices = _waiting(document.get("notices"))
            case = read_case(document)
            writer = await self._personal.opened(document["writer"], case_id)
        except Exception as error:  # noqa: BLE001  # whatever it is, it must not hold up the others
            raise_outage(error)
            return replace(one, problem=problem_of(document, error))
        return replace(one, notices=notices, case=case, writer=writer)


def _waiting(documents: Any) -> tuple[WaitingNotice, ...]:
    if documents is not None and not isinstance(documents, list):
        raise WrongType("notices")
    return tuple(read_waiting(place, one) for place, one in enumerate(documents or ()))


def _settling(case: NoticedCase, marks: Sequence[Mark]) -> tuple[Document, Document]:
    """The marks, with the time of the next look: only while no notice came or was tried again."""
    due = (one.due_at for one in case.marked(marks).notices)
    next_at = min((at for at in due if at is not None), default=None)
    fields = {name: value for mark in marks for name, value in marked_fields(mark).items()}
    if next_at is not None:
        fields["notify_at"] = next_at
    change: Document = {"$set": fields} if fields else {}
    if next_at is None:
        change["$unset"] = {"notify_at": ""}
    count = len(case.notices)
    as_read: Document = {
        "notices": {"$size": count} if count else {"$in": [[], None]},
        "notices_retried": case.retried,
    }
    return _guard(case, marks) | as_read, change


def _marking(case: NoticedCase, marks: Sequence[Mark]) -> tuple[Document, Document]:
    """The marks alone; where they were made already, the same once more or nothing."""
    fields = {name: value for mark in marks for name, value in marked_fields(mark).items()}
    return _guard(case, marks), {"$set": fields}


def _guard(case: NoticedCase, marks: Sequence[Mark]) -> Document:
    guard: Document = {"_id": case.id}
    for mark in marks:
        guard |= unmoved(mark)
    return guard
