"""One message a day to a unit: collected while a run goes through the cases, sent at its end."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from domain.case import Case
from domain.delivery import digest_day
from domain.media import Medium
from domain.messages import digest_line, digest_words
from domain.notices import next_digest
from domain.refusals import Text
from services.delivery_plans import LANGUAGE
from services.functions.messages import Message
from services.functions.posting import Posting, answered, keep, postponed
from services.functions.runs import Run
from services.functions.together import all_of, batches
from services.office import Office
from storage.digests import Digest, digest_id
from storage.notices import NoticedCase
from storage.waiting_notices import Mark, NoticeState, WaitingNotice

UNITS = 10
"""So many digests are on their way at once."""
CASES = 200
"""So many cases are marked in one write."""
MOST_LINES = 20_000
"""Of one run; what is beyond goes out another day."""
SOON = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Line:
    """A notice that its unit reads in a digest."""

    case: NoticedCase
    waiting: WaitingNotice
    text: Text

    @property
    def id(self) -> str:
        return self.waiting.notice.id


@dataclass(frozen=True, slots=True)
class Part:
    """Lines of one unit that have the same fate; without a ``digest`` they wait for another day."""

    digest: Digest | None
    lines: Sequence[Line]
    is_new: bool = False


class Digesting:
    """The digests of one run."""

    def __init__(self, office: Office, run: Run, posting: Posting) -> None:
        self._office, self._run, self._posting = office, run, posting
        self._lines: defaultdict[str, list[Line]] = defaultdict(list)
        self._count = 0

    def note(self, noticed: NoticedCase, waiting: WaitingNotice, case: Case, unit: str) -> None:
        """A line of the unit's digest."""
        if self._count == MOST_LINES:
            self._run.skipped()
            return
        self._count += 1
        text = digest_line(waiting.notice, case)
        self._lines[unit].append(Line(noticed.without_content(), waiting, text))

    async def send(self) -> None:
        """Sends what was noted; a run that is out of time leaves the rest to the next."""
        for units in batches(sorted(self._lines), UNITS):
            if not self._run.has_time():
                await self._run.reached({})
                return
            await self._send({unit: self._lines.pop(unit) for unit in units})

    async def _send(self, lines: Mapping[str, Sequence[Line]]) -> None:
        parts = await self._parts(lines)
        new = [part.digest for part in parts if part.digest and part.is_new]
        if new:
            await self._run.write(partial(self._office.digests.freeze, new))
        marked = await all_of(self._marked(part) for part in parts)
        sent = [
            part.digest.id
            for part, marks in zip(parts, marked, strict=True)
            if part.digest and any(mark.state is NoticeState.SENT for _, mark in marks)
        ]
        await self._save([one for marks in marked for one in marks], sent)

    async def _parts(self, lines: Mapping[str, Sequence[Line]]) -> list[Part]:
        """What is frozen goes out as it is; the rest is a new digest, if the day has none yet."""
        ids = [line.id for unit in lines for line in lines[unit]]
        held = {key: one for one in await self._office.digests.holding(ids) for key in one.notices}
        day = digest_day(self._run.now)
        taken = await self._office.digests.existing([digest_id(unit, day) for unit in lines])
        parts = _as_they_were(held, lines)
        for unit, told in lines.items():
            new = [line for line in told if line.id not in held]
            if new and digest_id(unit, day) in taken:
                parts.append(Part(None, new))
            elif new:
                parts.append(Part(_digest(unit, day, new, self._run.now), new, is_new=True))
        return parts

    async def _marked(self, part: Part) -> list[tuple[Line, Mark]]:
        """The marks of its lines; none while the medium is held back."""
        now = self._run.now
        if part.digest is None:
            until = next_digest(now + SOON)
            return [(line, postponed(line.waiting, until, now)) for line in part.lines]
        refusal = None
        if part.digest.sent_at is None:
            if self._posting.holds(Medium.EMAIL):
                self._run.skipped(len(part.lines))
                return []
            refusal = await self._posting.send(_message(part.digest))
        return [
            (line, answered(line.waiting, Medium.EMAIL, part.digest.id, refusal, now))
            for line in part.lines
        ]

    async def _save(self, marked: Sequence[tuple[Line, Mark]], sent: Sequence[str]) -> None:
        """The digests that went out first: whatever they told is never told again."""
        if sent:
            await self._run.write(partial(self._office.digests.sent, sent, self._run.now))
        cases = {line.case.id: line.case for line, _ in marked}
        marks: dict[str, list[Mark]] = defaultdict(list)
        for line, mark in marked:
            marks[line.case.id].append(mark)
        for ids in batches(list(cases), CASES):
            of_cases = [(cases[one], marks[one]) for one in ids]
            await keep(self._run, self._office, of_cases)


def _as_they_were(held: Mapping[str, Digest], lines: Mapping[str, Sequence[Line]]) -> list[Part]:
    """The lines that a frozen digest has already, by digest."""
    digests = {digest.id: digest for digest in held.values()}
    found: defaultdict[str, list[Line]] = defaultdict(list)
    for told in lines.values():
        for line in told:
            if line.id in held:
                found[held[line.id].id].append(line)
    return [Part(digests[key], told) for key, told in found.items()]


def _digest(unit: str, day: date, lines: Sequence[Line], now: datetime) -> Digest:
    words = digest_words(day, [line.text for line in lines])
    subject, text = words.subject.spoken(LANGUAGE), words.text.spoken(LANGUAGE)
    return Digest(unit, day, subject, text, tuple(line.id for line in lines), now)


def _message(digest: Digest) -> Message:
    return Message(
        id=digest.id,
        medium=Medium.EMAIL,
        to=digest.unit,
        text=digest.text,
        subject=digest.subject,
        about="DIGEST",
        data={"unit": digest.unit, "day": digest.day.isoformat()},
        quotes=True,
    )
