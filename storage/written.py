"""What was written in a month, by index and in few fields: for topics and for the map.

A month is read whole and then narrowed to what the reader counts (``storage/sight.py``): with a
condition beside the span, the embedded database would look at all cases. A month that is over is
remembered for ``KEPT_SECONDS``, at most ``KEPT_LETTERS`` in all: a late letter or another category
of an old one is told a minute later. Several who ask for the same month at once share one reading;
it goes on when they are gone.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from domain.actors import Actor
from domain.bulletins import Month
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

Letters = Sequence[WrittenLetter]


@dataclass(slots=True)
class _Months:
    """The months that were read, the oldest reading first."""

    read: OrderedDict[Month, tuple[float, Letters]] = field(default_factory=OrderedDict)

    def known(self, month: Month) -> Letters | None:
        at, letters = self.read.get(month, (float("-inf"), ()))
        return letters if time.monotonic() - at < KEPT_SECONDS else None

    def keep(self, month: Month, letters: Letters) -> None:
        self.read[month] = time.monotonic(), letters
        self.read.move_to_end(month)
        total = sum(len(kept) for _, kept in self.read.values())
        while total > KEPT_LETTERS:
            total -= len(self.read.popitem(last=False)[1][1])


class WrittenRepository:
    """Costs what the month has, whatever else there is: ``by_submission``."""

    def __init__(self, database: Database) -> None:
        self._collection = database[COLLECTION]
        self._months = _Months()
        self._reading: dict[Month, asyncio.Future[Letters]] = {}

    async def of_month(self, month: Month, actor: Actor, now: datetime) -> Letters:
        """Letters submitted in ``month`` (Asia/Shanghai), of those that ``actor`` counts."""
        is_over = month.plus(1).begins <= now
        letters = self._months.known(month) if is_over else None
        if letters is None:
            letters = await self._shared(month, is_over=is_over)
        return [
            one for one in letters if counts_for(actor, one.seen_by, confidential=one.confidential)
        ]

    async def _shared(self, month: Month, *, is_over: bool) -> Letters:
        reading = self._reading.get(month)
        if reading is None:
            reading = asyncio.ensure_future(self._read(month))
            self._reading[month] = reading
            reading.add_done_callback(partial(self._done, month, is_over))
        return await asyncio.shield(reading)

    def _done(self, month: Month, is_over: bool, reading: asyncio.Future[Letters]) -> None:
        del self._reading[month]
        if is_over and not reading.cancelled() and reading.exception() is None:
            self._months.keep(month, reading.result())

    async def _read(self, month: Month) -> Letters:
        span = {"$gte": month.begins, "$lt": month.plus(1).begins}
        found = self._collection.find({"submitted_at": span}, _FIELDS).batch_size(_BATCH)
        paths: dict[tuple[str, ...], tuple[str, ...]] = {}
        return [_letter(one, paths) for one in await found.to_list(None)]


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
