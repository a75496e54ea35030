"""January 2017 comes in: 6,796 letters are submitted, handled, answered and stored.

They go through the product's own process, one after the other; no figure is written anywhere.
Numbers, texts, dates and ids are the same every time; salts, seals and query codes are not.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date

from domain.actors import Actor
from domain.calendar import city_date
from domain.case import open_case
from domain.numbers import case_number
from domain.refusals import ActionNotAllowed
from domain.rulebook import Moment
from domain.words import Channel, Role
from services.demo import DemoCase
from services.january.chance import happens, pick
from services.january.courses import Course
from services.january.letters import Written, happenings, write_letters
from services.january.matters import (
    Phrases,
    Wording,
    read_matters,
    read_names,
    read_phrases,
    read_spots,
)
from services.january.places import Places
from services.january.plan import Planned, plan_letters
from services.january.steps import Script
from services.january.times import WorkingTime, arrivals
from services.january.walking import Journey
from services.letter_checks import Submission, checked
from services.office import Office
from services.submission import committed_values, letter_of
from storage.new_cases import NewCase
from storage.personal import commitments, new_salts
from storage.submissions import Claim

BATCH = 100
EMPTY_RANGE = "1740"
"""Numbers that begin so belonged to nobody in January 2017."""


@dataclass(frozen=True, slots=True)
class January:
    """The plan of all letters, with what it takes to carry it out."""

    letters: Sequence[Planned]
    places: Places
    phrases: Phrases
    working: WorkingTime


async def january_of(office: Office) -> January:
    """The plan for this office's city: the same every time. Raises ``ActionNotAllowed``."""
    matters, calendar = read_matters(), office.rulebook.calendar
    places = await Places.of(office, read_spots())
    working = WorkingTime(calendar)
    written = write_letters(arrivals(calendar), matters, places)
    planned = plan_letters(written, happenings(matters, places), places, working)
    return January(planned, places, read_phrases(), working)


async def fill_with_january(
    office: Office, progress: Callable[[int], None] = lambda _: None
) -> DemoCase | None:
    """Stores those letters of January 2017 that are not there yet.

    A satisfied writer's among them, with its code; None when all were there. ``progress`` is
    told how many are stored. Raises ``ActionNotAllowed`` when there are other cases, or another
    directory than Chengdu's.
    """
    january = await january_of(office)
    there = await office.cases.existing([case_id_of(one.place) for one in january.letters])
    if await office.cases.count() > len(there):
        raise ActionNotAllowed(
            "数据库中已有其他诉求件。",
            "There are other cases in this database already: it must be empty.",
        )
    return await Filling(office, january).run(there, progress)


class Filling:
    """Carries a plan out, in batches."""

    def __init__(self, office: Office, january: January) -> None:
        self._office = office
        self._january = january
        ids = {one.place: case_id_of(one.place) for one in january.letters}
        self._journey = Journey(office.rulebook, january.working, ids)
        self._names = read_names()
        self._serials, self._last = _count_by_day(january.letters)
        self._shown: DemoCase | None = None

    async def run(
        self, there: AbstractSet[str], progress: Callable[[int], None]
    ) -> DemoCase | None:
        stored = len(there)
        await self._office.submissions.reserve(self._last)
        missing = [one for one in self._january.letters if case_id_of(one.place) not in there]
        new: list[NewCase] = []
        for batch in (*_batches(missing), ()):
            # The database stores one batch while the next goes its way.
            added, new = await asyncio.gather(
                self._office.cases.add_many(new), self.cases_of(batch)
            )
            progress(stored := stored + added)
        return self._shown

    async def cases_of(self, letters: Sequence[Planned]) -> list[NewCase]:
        """The cases of some letters, ready to be stored."""
        return [await self._new(one, self._claim(one)) for one in letters]

    def _claim(self, one: Planned) -> Claim:
        """A number, by the order in which the letters of its day came in, and a new code."""
        number = case_number(city_date(one.letter.at), self._serials[one.place])
        code = self._office.access.new_code()
        return Claim("", "", case_id_of(one.place), number, code, one.letter.at)

    async def _new(self, one: Planned, claim: Claim) -> NewCase:
        """The case as it stands at the end of March; nobody is told of what was long ago."""
        script = Script(one, self._january.places, self._january.phrases, self._wording(one))
        submission = checked(self._submission(one.letter, script.wording))
        account = _account(one.letter)
        written = letter_of(submission, account, claim)
        mailbox = self._january.places.mailboxes[submission.mailbox]
        salts, office = new_salts(), self._office
        opened = open_case(
            claim.case_id,
            claim.number,
            written.letter,
            self._january.places.units[mailbox.unit].path,
            commitments(committed_values(written.letter, written.writer), salts),
            Moment(account, written.letter.submitted_at, office.rulebook),
            mailbox.level,
        )
        case = self._journey.of(opened, script, has_phone=written.writer.phone is not None)
        if self._shown is None and one.course is Course.CONTENT:
            self._shown = DemoCase(claim.number, claim.query_code, written.letter.title)
        key = office.access.key(claim.number, claim.query_code)
        return NewCase(case, await office.personal.sealed(written.writer, salts, case.id), key)

    def _wording(self, one: Planned) -> Wording:
        letter = one.letter
        about = one.place if letter.happening is None else f"happening {letter.happening}"
        variant = pick(range(len(letter.matter.phrases["what"])), "variant", about)
        return Wording(self._january.phrases, letter.matter, letter.spot, one.place, variant)

    def _submission(self, letter: Written, wording: Wording) -> Submission:
        surnames, given = self._names
        name = pick(surnames, "surname", letter.writer) + pick(given, "given", letter.writer)
        return Submission(
            mailbox=letter.mailbox,
            kind=letter.kind,
            title=wording.title(),
            body=wording.body(),
            channel=letter.channel,
            name=name,
            phone=_phone(letter),
            anonymous=happens(0.2, "anonymous", letter.writer),
            address=letter.spot.address(),
            consent_to_publish=happens(0.55, "consent", letter.place),
        )


def case_id_of(place: int) -> str:
    """The case of a letter, the same every time."""
    return hashlib.sha256(f"january 2017\n{place}".encode()).hexdigest()[:24]


def _count_by_day(letters: Sequence[Planned]) -> tuple[dict[int, int], Counter[date]]:
    """The serial of each letter by its place, and the last one of each day."""
    last: Counter[date] = Counter()
    serials = {}
    for one in letters:
        last[city_date(one.letter.at)] += 1
        serials[one.place] = last[city_date(one.letter.at)]
    return serials, last


def _batches(letters: Sequence[Planned]) -> Iterator[Sequence[Planned]]:
    for begin in range(0, len(letters), BATCH):
        yield letters[begin : begin + BATCH]


def _account(letter: Written) -> Actor:
    """Who writes by SMS has no account."""
    has_one = letter.channel is not Channel.SMS
    return Actor(frozenset({Role.CITIZEN}), f"writer-{letter.writer:05}" if has_one else None)


def _phone(letter: Written) -> str | None:
    """Of everybody who writes by SMS, and of half of the others."""
    if letter.channel is Channel.SMS or happens(0.5, "phone", letter.writer):
        return f"{EMPTY_RANGE}{letter.writer:07}"
    return None
