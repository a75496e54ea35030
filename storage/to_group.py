"""Which letters wait to be put into a group.

A case says so itself, from the write that made it. Where many are stored at once that mark would
be the dearest part of it: there a list of their ids is written before them, and taken away when
they are in their groups. A list may name letters that are not there, as its import was ended
before they were stored; it is kept for a while, because that import may only be slow.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.case import Case
from storage.case_reader import OnProblem, Types, check_types, read_each, version_of
from storage.cases import COLLECTION as CASES
from storage.index import Index
from storage.mongo import Database, Document
from storage.new_cases import WAITING
from storage.sealed_cases import SealedCases
from storage.state_seals import StateSeals

COLLECTION = "letters_to_group"
INDEXES = (Index(CASES, ((WAITING, 1), ("submitted_at", 1)), "to_group", partial={WAITING: True}),)
SOME = 3
MOST_LOOKS = 100
"""So often a list that names missing letters is looked at, before it is given up."""
_READ = (
    *("number", "version", "submitted_at", "account", "confidential"),
    *("letter.title", "letter.body"),
)
_TYPES: Types = {
    "number": str,
    "submitted_at": datetime,
    "account": (str, type(None)),
    "confidential": bool,
    "letter.title": str,
    "letter.body": str,
}


@dataclass(frozen=True, slots=True)
class WaitingLetter:
    """A letter that is in no group yet."""

    id: str
    number: str
    submitted_at: datetime
    account: str | None
    confidential: bool
    title: str
    body: str
    version: int | None = None

    @classmethod
    def of(cls, case: Case) -> WaitingLetter:
        """The letter of a case that is about to be stored."""
        letter = case.letter
        return cls(
            id=case.id,
            number=case.number,
            submitted_at=letter.submitted_at,
            account=case.account,
            confidential=case.confidential,
            title=letter.title,
            body=letter.body,
            version=case.version,
        )


@dataclass(frozen=True, slots=True)
class WaitingList:
    """Letters that were stored together."""

    key: str
    ids: tuple[str, ...]


class LettersToGroup:
    """Marks in the cases, and lists."""

    def __init__(self, database: Database, seals: StateSeals) -> None:
        self._cases = database[CASES]
        self._sealed = SealedCases(self._cases, seals)
        self._lists = database[COLLECTION]

    async def marked(self, most: int, on_problem: OnProblem) -> list[WaitingLetter]:
        """Of the ``most`` oldest whose cases say so, those that can be read."""
        found = self._cases.find({WAITING: True}, _READ).sort("submitted_at", 1).limit(most)
        return _in_order(await found.to_list(most), on_problem)

    async def has_any(self, begins: datetime, ends: datetime) -> bool:
        """Whether one waits that was submitted from ``begins`` until before ``ends``."""
        # In the order of the index, and without a span: the embedded database would scan for it.
        marked = self._cases.find({WAITING: True}, ["submitted_at"]).sort("submitted_at", 1)
        async for one in marked:
            if one["submitted_at"] >= begins:
                if one["submitted_at"] < ends:
                    return True
                break
        async for listed in self._lists.find({}, ["ids"]):
            cases = self._cases.find({"_id": {"$in": listed["ids"]}}, ["submitted_at"])
            if any([begins <= one["submitted_at"] < ends async for one in cases]):
                return True
        return False

    async def settled(self, ids: Collection[str]) -> None:
        """These do not wait any more."""
        await self._sealed.mark(ids, {"$unset": {WAITING: ""}})

    async def announce(self, ids: Sequence[str]) -> str:
        """Writes down that these will be stored and wait; the list's key."""
        key = secrets.token_hex(12)
        await self._lists.insert_one({"_id": key, "ids": list(ids), "looks": 0})
        return key

    async def lists(self) -> list[WaitingList]:
        """A few of the lists, those first that were looked at least often."""
        found = (
            await self._lists.find({}).sort([("looks", 1), ("_id", 1)]).limit(SOME).to_list(SOME)
        )
        return [WaitingList(one["_id"], tuple(one["ids"])) for one in found]

    async def listed(self, ids: Sequence[str], on_problem: OnProblem) -> list[WaitingLetter]:
        """Those of these that are there and can be read."""
        found = self._cases.find({"_id": {"$in": list(ids)}}, _READ)
        return _in_order(await found.to_list(None), on_problem)

    async def done(self, key: str) -> None:
        """All of this list are in their groups."""
        await self._lists.delete_one({"_id": key})

    async def looked_at(self, key: str) -> None:
        """Some of this list are missing yet."""
        await self._lists.update_one({"_id": key}, {"$inc": {"looks": 1}})
        await self._lists.delete_one({"_id": key, "looks": {"$gte": MOST_LOOKS}})


def _in_order(found: Sequence[Document], on_problem: OnProblem) -> list[WaitingLetter]:
    letters = read_each(found, _waiting, on_problem)
    return sorted(letters, key=lambda one: (one.submitted_at, one.id))


def _waiting(one: Document) -> WaitingLetter:
    check_types(one, _TYPES)
    letter = one["letter"]
    return WaitingLetter(
        id=one["_id"],
        number=one["number"],
        submitted_at=one["submitted_at"],
        account=one.get("account"),
        confidential=one["confidential"],
        title=letter["title"],
        body=letter["body"],
        version=version_of(one),
    )
