"""Cases that a function must look at, found by the one field that says when; and what it did."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeAlias

from domain.case import Case
from domain.notices import Notice
from domain.problem_cases import Problem
from storage.case_documents import SCHEMA, moving_fields, new_entries
from storage.case_reader import number_of, read_acted_on, read_or_problem, version_of
from storage.cases import COLLECTION, WITHOUT_WRITER
from storage.kept_documents import kept_fields
from storage.moments import Place, due_documents, until
from storage.mongo import Database, Document, Session
from storage.sealed_cases import SealedCases
from storage.state_seals import StateSeals
from storage.waiting_notices import pushed

DueField: TypeAlias = Literal["wake_at", "ask_at", "archive_at"]
_KEPT: Mapping[DueField, str] = {"wake_at": "watch", "ask_at": "asking", "archive_at": "keeping"}
"""What the function of each field keeps of a case: the others' it has read and must not write."""


@dataclass(frozen=True, slots=True)
class DueCase:
    """A case and the moment at which it was due; ``problem`` where it cannot be read.

    ``version`` is the stored one, where it is a number.
    """

    id: str
    at: datetime
    number: str
    case: Case | None
    problem: Problem | None = None
    version: int | None = None

    @property
    def place(self) -> Place:
        return self.at, self.id


@dataclass(frozen=True, slots=True)
class Handled:
    """What a function made of a case: it afterwards, and what there is to tell.

    ``fields`` are further stored fields to be set.
    """

    due: DueCase
    after: Case
    notices: Sequence[Notice] = ()
    fields: Document = field(default_factory=dict)


class DueCases:
    """The cases of one function's field."""

    def __init__(self, database: Database, due_field: DueField, seals: StateSeals) -> None:
        self._collection = database[COLLECTION]
        self._sealed = SealedCases(self._collection, seals)
        self._field = due_field

    async def page(self, now: datetime, after: Place | None, size: int) -> list[DueCase]:
        """The next ``size`` cases that are due at ``now``, in order; after that place."""
        found = await due_documents(self._collection, self._field, now, after, size, WITHOUT_WRITER)
        return [self._read(document) for document in found]

    async def count(self, now: datetime, most: int = 10_000) -> int:
        """How many are due, up to ``most``."""
        return await self._collection.count_documents({str(self._field): until(now)}, limit=most)

    async def save(self, handled: Sequence[Handled], session: Session) -> set[str]:
        """Stores what was done, each case under the version and moment it was read at.

        The ids of those that were saved: the others have moved on, and are met again if need be.
        """
        if not handled:
            return set()
        stamp = secrets.token_hex(8)  # a bulk write tells how many it met, not which
        updates = [self._update(one, stamp) for one in handled]
        ids = [one.due.id for one in handled]
        if await self._sealed.update_many(updates, session) == len(handled):
            return set(ids)
        ours = {"_id": {"$in": ids}, "stamp": stamp}
        return {one["_id"] async for one in self._collection.find(ours, ["_id"], session=session)}

    def _read(self, document: Document) -> DueCase:
        case_id, at = document["_id"], document[self._field]
        number, version = number_of(document), version_of(document)
        case = read_or_problem(document, read_acted_on)
        if isinstance(case, Problem):
            return DueCase(case_id, at, number, None, case, version)
        return DueCase(case_id, at, number, case, None, version)

    def _update(self, handled: Handled, stamp: str) -> tuple[Document, Document]:
        before, after = handled.due.case, handled.after
        if before is None:
            raise ValueError(f"case {handled.due.number} could not be read")
        guard = {"_id": before.id, "version": before.version, self._field: handled.due.at}
        change: Document = pushed(handled.notices)
        kept = _KEPT[self._field]
        fields = {
            self._field: getattr(after, self._field),
            kept: kept_fields(after)[kept],
            "stamp": stamp,
        }
        if after.version > before.version:
            fields |= moving_fields(after)
            entries = {"history": {"$each": new_entries(before, after)}}
            change["$push"] = entries | change.get("$push", {})
        change["$min"] = {"schema": SCHEMA} | change.get("$min", {})
        return guard, {"$set": fields | handled.fields, **change}
