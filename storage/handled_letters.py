"""Letters that clerks gave a category, a week of submissions at a time, the newest week first."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from storage.case_reader import OnProblem, WrongType, check_types, ignore, read_each
from storage.cases import COLLECTION as CASES
from storage.mongo import Database, Document

WEEK = timedelta(days=7)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DECISION = ("category", "confidential", "history.at", "history.details.category")
_LETTER = ("number", "version", "letter.title", "letter.body", *_DECISION)
_SEEN = (*_DECISION, "keeping.is_tombstone")


@dataclass(frozen=True, slots=True)
class HandledLetter:
    """A letter that a clerk gave a category, by its id path, and when they first did."""

    id: str
    title: str
    body: str
    category: tuple[str, ...]
    reviewed_at: datetime


@dataclass(frozen=True, slots=True)
class Week:
    """Seven days of submissions; ``ends`` is not in it, and is now at the latest."""

    begins: datetime
    ends: datetime


class HandledLetters:
    """Reads them. Confidential ones and those without their text (in the archive) are left out."""

    def __init__(self, database: Database) -> None:
        self._cases = database[CASES]

    async def weeks(self, now: datetime) -> AsyncIterator[Week]:
        """Those in which anything was submitted, into the past."""
        ends = now
        while (newest := await self._newest_before(ends)) is not None:
            begins = _EPOCH + (newest - _EPOCH) // WEEK * WEEK
            yield Week(begins, min(begins + WEEK, now))
            ends = begins

    async def of_week(
        self, week: Week, on_problem: OnProblem = ignore
    ) -> AsyncIterator[HandledLetter]:
        """The week's, the oldest first; ``on_problem`` is told of those that cannot be read."""
        async for document in self._documents(week, _LETTER):
            for letter in read_each([document], _letter, on_problem):
                if letter is not None:
                    yield letter

    async def newest(self, now: datetime, most: int) -> AsyncIterator[HandledLetter]:
        """At most so many, week by week into the past."""
        count = 0
        async for week in self.weeks(now):
            async for letter in self.of_week(week):
                if count == most:
                    return
                count += 1
                yield letter

    async def fingerprint(self, week: Week, about: Iterable[str]) -> bytes:
        """It changes with what ``of_week`` has of the week, and with what else it is ``about``.

        Texts are not read: nobody changes the words of a letter, but the archive takes them away.
        """
        digest = hashlib.sha256(repr(sorted(about)).encode())
        async for document in self._documents(week, _SEEN):
            digest.update(repr([document.get(name) for name in ("_id", *_FIELDS)]).encode())
        return digest.digest()

    def _documents(self, week: Week, fields: Iterable[str]) -> AsyncIterator[Document]:
        span = {"submitted_at": {"$gte": week.begins, "$lt": week.ends}}
        found = self._cases.find(span, list(fields)).sort([("submitted_at", 1), ("_id", 1)])
        return found.batch_size(200)

    async def _newest_before(self, moment: datetime) -> datetime | None:
        asked = {"submitted_at": {"$lt": moment}}
        found = await self._cases.find_one(asked, ["submitted_at"], sort=[("submitted_at", -1)])
        return None if found is None else found["submitted_at"]


_FIELDS = ("category", "confidential", "history", "keeping")


def _letter(document: Document) -> HandledLetter | None:
    history: list[Document] = document["history"]
    times = [one["at"] for one in history if one.get("details", {}).get("category")]
    letter = document.get("letter", {})
    body = letter.get("body")
    if not times or not body or not document["category"] or document["confidential"]:
        return None
    check_types(document, {"letter.title": str, "letter.body": str, "category": list})
    if not isinstance(times[0], datetime):
        raise WrongType("history.at")
    return HandledLetter(
        id=document["_id"],
        title=letter["title"],
        body=body,
        category=tuple(document["category"]),
        reviewed_at=times[0],
    )
