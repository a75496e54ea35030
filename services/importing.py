"""Real letters come in from a file: each becomes a case that stands where its dates say.

A letter is known by its id: importing it again adds nothing, and an import that was killed is
completed by the next one. Letters are stored in batches. The query codes of a batch are handed
out before it is stored, because nobody can read them back afterwards.
"""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from statistics import fmean, median
from typing import BinaryIO, Protocol

from domain.actors import Actor
from domain.calendar import city_date
from domain.case import Case, open_case
from domain.directory import Mailbox
from domain.letters import Letter, Place, Writer
from domain.numbers import case_number
from domain.rulebook import Moment
from domain.words import Channel, LetterKind, Role
from services.histories import Past, lived
from services.letter_addresses import Addresses
from services.letter_lines import BadLine, LetterLine, RawLine, Rejected, raw_lines, read_letter
from services.matters.import_grouping import ImportGrouping
from services.office import Office
from services.submission import committed_values
from storage.new_cases import NewCase
from storage.personal import commitments, new_salts

BATCH = 100
DAY_SECONDS = 86_400


@dataclass(frozen=True, slots=True)
class Opened:
    """What opens an imported case: shown once."""

    source_id: str
    number: str
    query_code: str


class Desk(Protocol):
    """Where an import puts what is for people, while it runs."""

    def keep(self, codes: Sequence[Opened]) -> None:
        """Keeps the codes of a batch for good; called before the batch is stored."""

    def reject(self, rejected: Rejected) -> None:
        """Reports a line that was not taken."""

    def advance(self, position: int) -> None:
        """Told after each batch how many bytes have been read."""


@dataclass(slots=True)
class ImportReport:
    """What became of a file. ``days`` (from letter to first reply) are read from the database."""

    lines: int = 0
    stored: int = 0
    already_there: int = 0
    not_yet_written: int = 0
    rejected: int = 0
    days: array[float] = field(default_factory=lambda: array("d"))

    @property
    def replied(self) -> int:
        """How many letters of the file have a reply by now."""
        return len(self.days)

    @property
    def mean_days(self) -> float | None:
        """Calendar days of 86,400 seconds; None when nothing is replied."""
        return fmean(self.days) if self.days else None

    @property
    def median_days(self) -> float | None:
        return median(self.days) if self.days else None


async def import_letters(
    office: Office,
    source: BinaryIO,
    as_of: datetime,
    desk: Desk,
    report: ImportReport | None = None,
) -> ImportReport:
    """Imports a file of letters, one JSON object a line, as it stands ``as_of``.

    A line that is no letter goes to ``desk.reject``, the others go in; letters submitted after
    ``as_of`` are left out. Memory grows by some hundred bytes a letter, whatever its length.
    ``report`` is filled on the way, and tells how far an import came that was broken off.
    Raises ``NotFound`` while there is no directory.
    """
    to = await Addresses.of(office)
    return await _Import(office, as_of, desk, to, report or ImportReport()).run(source)


class _Import:
    """One run over one file."""

    def __init__(
        self, office: Office, as_of: datetime, desk: Desk, to: Addresses, report: ImportReport
    ) -> None:
        self._office = office
        self._as_of = as_of
        self._desk = desk
        self._to = to
        self._report = report
        self._seen: set[str] = set()
        self._batch: dict[str, LetterLine] = {}
        self._grouping = ImportGrouping(office)

    async def run(self, source: BinaryIO) -> ImportReport:
        try:
            await self._store_all(source)
        finally:
            await self._grouping.give_back()
        await self._grouping.catch_up(self._report.lines)
        return self._report

    async def _store_all(self, source: BinaryIO) -> None:
        position = 0
        for line in raw_lines(source):
            self._take(line)
            position = line.ends_at
            if len(self._batch) == BATCH:
                await self._store(position)
        await self._store(position)

    def _take(self, line: RawLine) -> None:
        """Puts the line's letter into the batch, or says why not."""
        try:
            letter = read_letter(line, self._to.taxonomy)
        except BadLine as bad:
            self._report.lines += 1
            self._report.rejected += 1
            self._desk.reject(line.rejected(str(bad)))
            return
        if letter is None:
            return
        self._report.lines += 1
        case_id = case_id_of(letter.id)
        if letter.submitted_at > self._as_of:
            self._report.not_yet_written += 1
        elif case_id in self._seen:
            self._report.already_there += 1
        else:
            self._seen.add(case_id)
            self._batch[case_id] = letter

    async def _store(self, position: int) -> None:
        """Stores of the batch what is not there yet."""
        batch, self._batch = self._batch, {}
        there = await self._office.cases.existing(batch) if batch else set()
        missing = {key: letter for key, letter in batch.items() if key not in there}
        if missing:
            numbers = await self._numbers(missing)
            codes = {key: self._office.access.new_code() for key in missing}
            self._desk.keep([Opened(missing[key].id, numbers[key], codes[key]) for key in missing])
            new = [await self._new(key, missing[key], numbers[key], codes[key]) for key in missing]
            self._report.stored += await self._grouping.store(new)
        self._report.already_there += len(there)
        for sent, replied in (await self._office.cases.reply_times(batch)).values():
            self._report.days.append((replied - sent).total_seconds() / DAY_SECONDS)
        self._desk.advance(position)

    async def _numbers(self, letters: dict[str, LetterLine]) -> dict[str, str]:
        """A number for each: the serials of a day are taken at once."""
        days: dict[date, list[str]] = {}
        for key, letter in letters.items():
            days.setdefault(city_date(letter.submitted_at), []).append(key)
        counts = {day: len(keys) for day, keys in days.items()}
        serials = await self._office.submissions.next_serials_of(counts)
        return {
            key: case_number(day, serial)
            for day, keys in days.items()
            for key, serial in zip(keys, serials[day], strict=True)
        }

    async def _new(self, key: str, line: LetterLine, number: str, code: str) -> NewCase:
        """The case as it stands; nobody is told of what happened long ago."""
        mailbox, path = self._to.mailbox(line.place)
        letter = letter_of(line, mailbox)
        writer, salts = Writer(name=None, phone=None, anonymous=False), new_salts()
        office = self._office
        account = Actor(frozenset({Role.CITIZEN}), subject=f"import:{line.user}")
        opened = open_case(
            key,
            number,
            letter,
            path,
            commitments(committed_values(letter, writer), salts),
            Moment(account, letter.submitted_at, office.rulebook),
            mailbox.level,
        )
        return NewCase(
            case=self._lived(opened, line, mailbox),
            writer=await office.personal.sealed(writer, salts, key),
            key=office.access.key(number, code),
        )

    def _lived(self, case: Case, line: LetterLine, mailbox: Mailbox) -> Case:
        unit = self._to.unit(mailbox, line.category)
        past = Past(unit, line.category, line.reply, line.replied_at)
        return lived(case, past, self._as_of, self._office.rulebook)


def case_id_of(source_id: str) -> str:
    """The case of an imported letter, the same every time."""
    return hashlib.sha256(f"import\n{source_id}".encode()).hexdigest()[:24]


def letter_of(line: LetterLine, mailbox: Mailbox) -> Letter:
    """The letter of a line. A file says nothing of kind and channel: usual ones are taken."""
    return Letter(
        mailbox=mailbox.code,
        kind=LetterKind.HELP,
        title=line.title,
        body=line.body,
        channel=Channel.WEB,
        submitted_at=line.submitted_at,
        place=Place(line.place),
        consent_to_publish=False,
        reachable=True,
        source_id=line.id,
    )
