"""Letters by the matter they are about: one document a letter, written once, by its case's id.

That document alone says in which group a letter is, so that no crash counts one twice.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pymongo.errors import BulkWriteError

from domain.hot_issues import CountedLetter
from domain.issues import GroupedLetter
from storage.cases import COLLECTION as CASES
from storage.index import Index
from storage.mongo import DUPLICATE, Database, Document
from storage.state_seals import StateSeals
from storage.to_group import LettersToGroup
from storage.turns import Turn, TurnLost
from storage.word_counts import LETTERS, WordCounts

COLLECTION = "grouped_letters"
INDEXES = (
    Index(COLLECTION, (("heads", 1), ("submitted_at", -1)), "by_name"),
    Index(COLLECTION, (("group", 1), ("submitted_at", -1)), "by_group"),
    Index(COLLECTION, (("joined", 1), ("submitted_at", 1)), "by_submission"),
)
MOST_CANDIDATES = 60
MOST_MEMBERS = 240
_NEAR = ("group", "submitted_at", "heads")


@dataclass(frozen=True, slots=True)
class NearLetter:
    """A letter whose title shares a piece of a name with another."""

    id: str
    group: str
    submitted_at: datetime
    heads: frozenset[str]


class HotIssueRepository:
    """``turn``: letters are grouped one after the other, or two would open the same group."""

    def __init__(self, database: Database, seals: StateSeals) -> None:
        self._letters = database[COLLECTION]
        self._cases = database[CASES]
        self.waiting = LettersToGroup(database, seals)
        self.counts = WordCounts(database)
        self.turn = Turn(database, "grouping")
        self._has_turn = False
        self._has_counted_all: bool | None = None
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

    async def begin(self) -> bool:
        """Whether it is this process's turn to group, until ``end``."""
        self._has_turn = is_ours = await self.turn.take()
        if is_ours and not self.turn.is_next:
            self.forget()
        return is_ours

    async def check_turn(self) -> None:
        """Renews the turn before something is written; raises ``TurnLost`` where it was over.

        A process that was frozen in its turn would write what others have decided meanwhile.
        """
        if self._has_turn:
            await self.turn.renew()

    async def end(self) -> None:
        """Writes down what was counted, unless the turn is over, and lets others group."""
        try:
            await self.check_turn()
            await self.counts.write()
        except TurnLost:
            self.forget()
        except BaseException:
            self.forget()
            raise
        finally:
            self._has_turn = False
            await self.turn.give_back()

    def forget(self) -> None:
        """What was counted may not be what is stored."""
        self.counts.forget()
        self._has_counted_all = None

    async def has_counted_all(self) -> bool:
        """Whether every letter in a group is counted, as far as it is remembered.

        Asked once for as long as nobody else groups; what is grouped meanwhile is counted.
        """
        if self._has_counted_all is None:
            stored = await self._letters.estimated_document_count()
            self._has_counted_all = stored <= self.counts.often(())[LETTERS]
        return self._has_counted_all

    async def grouped(self, ids: Collection[str]) -> set[str]:
        """Which of these are in a group already."""
        found = self._letters.find({"_id": {"$in": list(ids)}}, {"_id": 1})
        return {one["_id"] for one in await found.to_list(None)}

    async def near(self, pieces: Collection[str]) -> list[NearLetter]:
        """The newest letters whose title has one of these pieces of names."""
        found = self._letters.find({"heads": {"$in": list(pieces)}}, _NEAR)
        found = found.sort("submitted_at", -1).limit(MOST_CANDIDATES)
        return [
            NearLetter(one["_id"], one["group"], one["submitted_at"], frozenset(one["heads"]))
            for one in await found.to_list(MOST_CANDIDATES)
        ]

    async def members(self, groups: Collection[str]) -> list[GroupedLetter]:
        """The newest letters of these groups, together at most ``MOST_MEMBERS``."""
        found = self._letters.find({"group": {"$in": list(groups)}})
        found = found.sort("submitted_at", -1).limit(MOST_MEMBERS)
        return [_letter(one) for one in await found.to_list(MOST_MEMBERS)]

    async def merge(self, merged: Mapping[str, str]) -> None:
        """Letters of these groups are in those from now on.

        Killed in between, the others stay where they are until a letter shows it again.
        """
        for ended, stays in merged.items():
            await self._letters.update_many(
                {"group": ended}, {"$set": {"group": stays, "joined": True}}
            )
        if merged:
            first = {"_id": {"$in": sorted(set(merged.values()))}, "joined": False}
            await self._letters.update_many(first, {"$set": {"joined": True}})

    async def keep(self, letters: Sequence[GroupedLetter]) -> set[str]:
        """Stores these; the ids of those that were in a group already, and stay there.

        The first letter of a group is told before the second is stored: killed in between, it is
        counted as a group of one, which is none.
        """
        joined = {one.group for one in letters if one.group != one.id}
        before = joined - {one.id for one in letters}
        if before:
            told = {"_id": {"$in": sorted(before)}, "joined": False}
            await self._letters.update_many(told, {"$set": {"joined": True}})
        documents = [_document(one, joined=one.group in joined) for one in letters]
        try:
            await self._letters.insert_many(documents, ordered=False)
        except BulkWriteError as error:
            failed = error.details["writeErrors"]
            if any(one["code"] != DUPLICATE for one in failed):
                raise
            return {one["op"]["_id"] for one in failed}
        return set()

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


def _document(letter: GroupedLetter, *, joined: bool) -> Document:
    return {
        "_id": letter.id,
        "group": letter.group,
        "joined": joined,
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
