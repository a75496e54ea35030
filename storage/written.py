"""What was written in a month, by index and in few fields: for topics and for the map.

A month is read whole and then narrowed to what the reader counts (``storage/sight.py``): with a
condition beside the span, the embedded database would look at all cases. To those who work on
cases a month that is over is remembered for ``KEPT_SECONDS``: a late letter or another category of
an old one is told a minute later. The public is told the same all day. At most ``KEPT_LETTERS`` are
remembered in all. Several who ask for the same month at once share one reading; it goes on when
they are gone.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial

from domain.actors import Actor
from domain.bulletins import Month
from domain.calendar import city_date
from domain.words import Channel, LetterKind, MailboxLevel
from domain.written import WrittenLetter
from storage.case_documents import read_place
from storage.cases import COLLECTION
from storage.mongo import Database, Document
from storage.sight import counts_for

KEPT_SECONDS = 60.0
KEPT_LETTERS = 150_000

_FIELDS = (
    *("kind", "channel", "level", "mailbox", "mailbox_path", "responsible", "category"),
    *("letter.place", "seen_by", "confidential"),
)
_BATCH = 5_000
_A_MOMENT = timedelta(milliseconds=1)

Letters = Sequence[WrittenLetter]


@dataclass(frozen=True, slots=True)
class _Asked:
    """A month's letters until ``ends``; ``day``: as the public is told of them on that day."""

    month: Month
    ends: datetime
    day: date | None
    may_be_kept: bool


@dataclass(slots=True)
class _Months:
    """The months that were read, the oldest reading first."""

    read: OrderedDict[_Asked, tuple[float, Letters]] = field(default_factory=OrderedDict)

    def known(self, asked: _Asked) -> Letters | None:
        at, letters = self.read.get(asked, (float("-inf"), ()))
        is_fresh = asked in self.read and asked.day is not None
        return letters if is_fresh or time.monotonic() - at < KEPT_SECONDS else None

    def keep(self, asked: _Asked, letters: Letters) -> None:
        self.read[asked] = time.monotonic(), letters
        self.read.move_to_end(asked)
        total = sum(len(kept) for _, kept in self.read.values())
        while total > KEPT_LETTERS:
            total -= len(self.read.popitem(last=False)[1][1])


class WrittenRepository:
    """Costs what the month has, whatever else there is: ``by_submission``."""

    def __init__(self, database: Database) -> None:
        self._collection = database[COLLECTION]
        self._months = _Months()
        self._reading: dict[_Asked, asyncio.Future[Letters]] = {}

    async def of_month(self, month: Month, actor: Actor, now: datetime) -> Letters:
        """Letters submitted in ``month`` (Asia/Shanghai), of those that ``actor`` counts."""
        asked = _asked(month, actor, now)
        letters = self._months.known(asked) if asked.may_be_kept else None
        if letters is None:
            letters = await self._shared(asked)
        return [
            one for one in letters if counts_for(actor, one.seen_by, confidential=one.confidential)
        ]

    async def _shared(self, asked: _Asked) -> Letters:
        reading = self._reading.get(asked)
        if reading is None:
            reading = asyncio.ensure_future(self._read(asked))
            self._reading[asked] = reading
            reading.add_done_callback(partial(self._done, asked))
        return await asyncio.shield(reading)

    def _done(self, asked: _Asked, reading: asyncio.Future[Letters]) -> None:
        del self._reading[asked]
        if asked.may_be_kept and not reading.cancelled() and reading.exception() is None:
            self._months.keep(asked, reading.result())

    async def _read(self, asked: _Asked) -> Letters:
        span = {"$gte": asked.month.begins, "$lt": asked.ends}
        found = self._collection.find({"submitted_at": span}, _FIELDS).batch_size(_BATCH)
        paths: dict[tuple[str, ...], tuple[str, ...]] = {}
        return [_letter(one, paths) for one in await found.to_list(None)]


def _asked(month: Month, actor: Actor, now: datetime) -> _Asked:
    """Until when the month is read for whom, and whether that stands for the day."""
    ends = month.plus(1).begins
    if actor.works_on_cases:
        return _Asked(month, ends, None, may_be_kept=ends <= now)
    return _Asked(month, min(ends, now + _A_MOMENT), city_date(now), may_be_kept=True)


def _letter(document: Document, paths: dict[tuple[str, ...], tuple[str, ...]]) -> WrittenLetter:
    """``paths``: equal ones are kept once."""

    def path(name: str) -> tuple[str, ...]:
        value = tuple(document[name])
        return paths.setdefault(value, value)

    return WrittenLetter(
        kind=LetterKind[document["kind"]],
        channel=Channel[document["channel"]],
        level=MailboxLevel[document["level"]],
        mailbox=document["mailbox"],
        mailbox_path=path("mailbox_path"),
        path=path("responsible") or path("mailbox_path"),
        category=path("category"),
        place=read_place(document["letter"]["place"]),
        seen_by=path("seen_by"),
        confidential=document["confidential"],
    )
