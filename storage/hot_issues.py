"""Letters by the matter they are about: one document a letter, written once, by its case's id.

That document alone says in which group a letter is, so that no crash counts one twice. A case
that waits to be grouped says so itself, from the write that made it. How often words are used is
counted after the letter is kept: a crash in between leaves a count behind, which only weighs.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Coroutine, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from pymongo.errors import BulkWriteError, DuplicateKeyError

from domain.hot_issues import CountedLetter
from domain.issues import GroupedLetter
from storage.cases import COLLECTION as CASES
from storage.cases import WAITING
from storage.index import Index
from storage.mongo import Database, Document

COLLECTION = "grouped_letters"
COUNTS = "word_counts"
LETTERS = "letters"
"""The document of ``COUNTS`` that counts letters."""
INDEXES = (
    Index(COLLECTION, (("heads", 1), ("submitted_at", -1)), "by_name"),
    Index(COLLECTION, (("group", 1), ("submitted_at", -1)), "by_group"),
    Index(COLLECTION, (("joined", 1), ("submitted_at", 1)), "by_submission"),
    Index(CASES, ((WAITING, 1), ("submitted_at", 1)), "to_group", partial={WAITING: True}),
)
MOST_CANDIDATES = 60
MOST_GROUPS = 12
MOST_MEMBERS = 240
RAREST = 16
_READ = ("submitted_at", "account", "confidential", "letter.title", "letter.body")


@dataclass(frozen=True, slots=True)
class WaitingLetter:
    """A letter that is in no group yet."""

    id: str
    submitted_at: datetime
    account: str | None
    confidential: bool
    title: str
    body: str


class HotIssueRepository:
    """``turn``: letters are grouped one after the other, or two would open the same group."""

    def __init__(self, database: Database) -> None:
        self._letters = database[COLLECTION]
        self._counts = database[COUNTS]
        self._cases = database[CASES]
        self.turn = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None

    def soon(self, work: Callable[[], Coroutine[None, None, None]]) -> None:
        """Starts this work beside what is running, unless it has been started and is not done."""
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(work())

    async def idle(self) -> None:
        """Waits until no such work is under way."""
        if self._task is not None:
            await asyncio.wait([self._task])

    async def close(self) -> None:
        """Stops such work; what waits goes on waiting."""
        if self._task is not None and not self._task.done():
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def waiting(self, most: int) -> list[WaitingLetter]:
        """The oldest of those that wait."""
        found = self._cases.find({WAITING: True}, _READ).sort("submitted_at", 1).limit(most)
        letters = [_waiting(one) for one in await found.to_list(most)]
        return sorted(letters, key=lambda one: (one.submitted_at, one.id))

    async def settled(self, ids: Collection[str]) -> None:
        """These do not wait any more."""
        if ids:
            await self._cases.update_many({"_id": {"$in": list(ids)}}, {"$unset": {WAITING: ""}})

    async def often(self, terms: Collection[str]) -> dict[str, int]:
        """In how many letters each stands, of those that stand in any; and ``LETTERS``."""
        found = self._counts.find({"_id": {"$in": [*terms, LETTERS]}})
        return {one["_id"]: one["letters"] async for one in found}

    async def count(self, more: Mapping[str, int], known: Collection[str]) -> None:
        """So many more letters have each; ``known`` are counted already, the others are new.

        A word that another process counted first in that moment is one behind: it only weighs.
        """
        new = [{"_id": key, "letters": n} for key, n in more.items() if key not in known]
        grown: dict[int, list[str]] = {}
        for key, by in more.items():
            if key in known:
                grown.setdefault(by, []).append(key)
        if new:
            with suppress(BulkWriteError):
                await self._counts.insert_many(new, ordered=False)
        for by, keys in grown.items():
            await self._counts.update_many({"_id": {"$in": keys}}, {"$inc": {"letters": by}})

    async def alike(
        self, heads: Mapping[str, float], names: Mapping[str, float]
    ) -> dict[str, list[GroupedLetter]]:
        """Groups with a letter whose title shares one of the rarest pieces, and their newest."""
        rarest = sorted(heads, key=lambda piece: (-heads[piece], piece))[:RAREST]
        rarest += sorted(names, key=lambda piece: (-names[piece], piece))[: RAREST - 4]
        if not rarest:
            return {}
        near = self._letters.find({"heads": {"$in": rarest}}, ["group", "heads"])
        near = near.sort("submitted_at", -1).limit(MOST_CANDIDATES)
        shared: dict[str, int] = {}
        asked = set(rarest)
        for one in await near.to_list(MOST_CANDIDATES):
            often = len(asked.intersection(one["heads"]))
            shared[one["group"]] = max(shared.get(one["group"], 0), often)
        groups = sorted(shared, key=lambda key: (-shared[key], key))[:MOST_GROUPS]
        return await self.members(groups) if groups else {}

    async def members(self, groups: Sequence[str]) -> dict[str, list[GroupedLetter]]:
        """The newest letters of these groups, together at most ``MOST_MEMBERS``."""
        found = self._letters.find({"group": {"$in": list(groups)}})
        found = found.sort("submitted_at", -1).limit(MOST_MEMBERS)
        members: dict[str, list[GroupedLetter]] = {}
        for one in await found.to_list(MOST_MEMBERS):
            members.setdefault(one["group"], []).append(_letter(one))
        return members

    async def keep(self, letter: GroupedLetter) -> bool:
        """False when it is in a group already: then it stays there."""
        joins = letter.group != letter.id
        try:
            await self._letters.insert_one(_document(letter, joins=joins))
        except DuplicateKeyError:
            return False
        if joins:
            await self._letters.update_one({"_id": letter.group}, {"$set": {"joined": True}})
        return True

    async def between(self, begins: datetime, ends: datetime) -> list[CountedLetter]:
        """Those of groups of more than one, submitted from ``begins`` until before ``ends``."""
        span = {"joined": True, "submitted_at": {"$gte": begins, "$lt": ends}}
        found = self._letters.find(span, ["group", "submitted_at", "writer"])
        return [
            CountedLetter(one["_id"], one["group"], one["submitted_at"], bytes(one["writer"]))
            for one in await found.to_list(None)
        ]

    async def by_ids(self, ids: Sequence[str]) -> list[GroupedLetter]:
        found = self._letters.find({"_id": {"$in": list(ids)}}).sort("_id", 1)
        return [_letter(one) for one in await found.to_list(None)]

    async def titles(self, ids: Sequence[str]) -> dict[str, str]:
        """Titles of those of these cases that are there and not confidential."""
        asked = {"_id": {"$in": list(ids)}, "confidential": False}
        found = self._cases.find(asked, ["letter.title"])
        return {one["_id"]: one["letter"]["title"] async for one in found}


def _waiting(one: Document) -> WaitingLetter:
    letter = one["letter"]
    return WaitingLetter(
        one["_id"],
        one["submitted_at"],
        one.get("account"),
        one["confidential"],
        letter["title"],
        letter["body"],
    )


def _document(letter: GroupedLetter, *, joins: bool) -> Document:
    return {
        "_id": letter.id,
        "group": letter.group,
        "joined": joins,
        "submitted_at": letter.submitted_at,
        "writer": letter.writer,
        "heads": list(letter.heads),
        "head_weights": list(letter.heads.values()),
        "names": list(letter.names),
        "name_weights": list(letter.names.values()),
        "words": list(letter.words),
        "word_weights": list(letter.words.values()),
        "places": list(letter.places),
    }


def _letter(one: Document) -> GroupedLetter:
    return GroupedLetter(
        id=one["_id"],
        group=one["group"],
        submitted_at=one["submitted_at"],
        writer=bytes(one["writer"]),
        heads=dict(zip(one["heads"], one["head_weights"], strict=True)),
        names=dict(zip(one["names"], one["name_weights"], strict=True)),
        words=dict(zip(one["words"], one["word_weights"], strict=True)),
        places=tuple(one["places"]),
    )
