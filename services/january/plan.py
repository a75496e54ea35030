"""Which letter of January 2017 takes which course, who answers it, and in how much time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from domain.calendar import city_date
from domain.directory import Unit
from domain.words import MailboxLevel
from services.january.chance import draw, happens, shuffled
from services.january.courses import (
    APPEALED,
    DIRECT,
    MISDISPATCHED,
    OVERDUE_REPLIES,
    PLAIN,
    REFUSED_TWICE,
    REOPENED,
    Course,
)
from services.january.letters import CITY_LEVELS, Happening, Written
from services.january.places import CITY, Places
from services.january.times import FROZEN_AT, WORKDAY_HOURS, WorkingTime

PACE = 0.9262
"""How quickly offices worked: set so that the average reply time of districts and city
departments comes out at the published 6.12 days."""
_MOST_DAYS = 8.5
_MAIN_DAYS = 8.0


@dataclass(frozen=True, slots=True)
class Planned:
    """A letter's course. ``main`` is the place of the letter that it is joined to.

    ``first`` is the unit that it is sent to, ``unit`` the one that answers; ``hours`` are hours
    of work from its coming in to the first reply.
    """

    letter: Written
    course: Course
    first: Unit
    unit: Unit
    hours: float
    is_late: bool = False
    is_direct: bool = False
    is_misdispatched: bool = False
    is_refused_twice: bool = False
    appeals: bool = False
    main: int | None = None

    @property
    def place(self) -> int:
        return self.letter.place

    def has(self, share: float, what: str) -> bool:
        """Whether something befalls it that befalls this share of the letters."""
        return happens(share, what, self.place)


@dataclass(slots=True)
class Draft:
    """The plan while it is made: courses by place, and the marks that some of them get."""

    courses: dict[int, Course] = field(default_factory=dict)
    mains: dict[int, int] = field(default_factory=dict)
    late: set[int] = field(default_factory=set)
    direct: list[int] = field(default_factory=list)
    refused_twice: set[int] = field(default_factory=set)
    appealing: set[int] = field(default_factory=set)


def plan_letters(
    letters: Sequence[Written],
    moved: Sequence[Happening],
    places: Places,
    working: WorkingTime,
) -> list[Planned]:
    """A course for every letter, as ``services.january.courses`` counts them."""
    draft = Draft()
    _gather(draft, letters, moved, working)
    for course in Course:
        if course not in (Course.MAIN, Course.JOINED):
            _deal(draft, course, letters)
    _mark(draft, letters)
    return [_planned(one, draft, places, working) for one in letters]


def _gather(
    draft: Draft, letters: Sequence[Written], moved: Sequence[Happening], working: WorkingTime
) -> None:
    """The first letter of a clear happening is the main one; others that follow are joined."""
    can_be_joined: dict[int, int] = {}
    for number, happening in enumerate(moved):
        if not happening.joins:
            continue
        main, *others = [one for one in letters if one.happening == number]
        draft.courses[main.place] = Course.MAIN
        replied_at = working.after(main.at, _MAIN_DAYS * WORKDAY_HOURS)
        for one in others:
            if working.after(one.at, 2 * WORKDAY_HOURS) < replied_at:
                can_be_joined[one.place] = main.place
    joined = shuffled(can_be_joined, "joined")[: Course.JOINED.letters]
    draft.mains = {place: can_be_joined[place] for place in joined}
    draft.courses |= dict.fromkeys(joined, Course.JOINED)


def _deal(draft: Draft, course: Course, letters: Sequence[Written]) -> None:
    fits = _FITS.get(course, _anybody)
    for is_opinion, wanted in ((False, course.value.requests), (True, course.value.opinions)):
        open_ones = (
            one.place
            for one in letters
            if one.place not in draft.courses and one.is_opinion is is_opinion and fits(one)
        )
        taken = shuffled(open_ones, course.name)[:wanted]
        draft.courses |= dict.fromkeys(taken, course)


def _anybody(letter: Written) -> bool:
    return True


def _day(letter: Written) -> int:
    return city_date(letter.at).day


_FITS: Mapping[Course, Callable[[Written], bool]] = {
    Course.AGAIN_LATER: lambda one: _day(one) >= 18,
    Course.PROLONGED: lambda one: _day(one) >= 18,
    Course.UNANSWERED: lambda one: _day(one) >= 6,
    Course.REJECTED: lambda one: one.level in CITY_LEVELS,
}
"""What is still open at the freezing came in late; elsewhere any letter will do."""


def _mark(draft: Draft, letters: Sequence[Written]) -> None:
    """Who is late, dispatched directly, refused twice, or appeals."""
    plain = [one for one in letters if draft.courses[one.place] in PLAIN]
    urgent = (
        one.place
        for one in plain
        if one.matter.team and not one.is_opinion and one.level in CITY_LEVELS
    )
    draft.direct = shuffled(urgent, "direct")[:DIRECT]
    direct = set(draft.direct)
    disputed = {one.place for one in letters if _is_soon_disputed(one, draft)}
    can_be_late = {one.place for one in plain} - direct | disputed
    draft.late = set(shuffled(can_be_late, "late")[:OVERDUE_REPLIES])
    calm = {one.place for one in plain if one.level in CITY_LEVELS} - direct - draft.late
    draft.refused_twice = set(shuffled(calm, "refused twice")[:REFUSED_TWICE])
    rejected = (place for place, course in draft.courses.items() if course is Course.REJECTED)
    draft.appealing = set(shuffled(rejected, "appeal")[:APPEALED])


def _is_soon_disputed(one: Written, draft: Draft) -> bool:
    """Early enough for a late reply, an answer and a second reply before the freezing."""
    course = draft.courses[one.place]
    return course in REOPENED and course is not Course.AGAIN_LATER and _day(one) <= 13


def _planned(one: Written, draft: Draft, places: Places, working: WorkingTime) -> Planned:
    course, place = draft.courses[one.place], one.place
    is_direct = place in draft.direct
    is_wrong = place in draft.direct[:MISDISPATCHED]
    first, unit = _direct_units(one, places, is_wrong) if is_direct else _units(one, places)
    return Planned(
        letter=one,
        course=course,
        first=first,
        unit=unit,
        hours=_hours(one, course, place in draft.late, is_direct, working),
        is_late=place in draft.late or course is Course.UNANSWERED,
        is_direct=is_direct,
        is_misdispatched=is_wrong,
        is_refused_twice=place in draft.refused_twice,
        appeals=place in draft.appealing,
        main=draft.mains.get(place),
    )


def _units(one: Written, places: Places) -> tuple[Unit, Unit]:
    """Who it is sent to, and who answers in the end: the same, or a unit below."""
    district = places.units[one.township.path[1]]
    bureau = places.bureau(one.matter, one.township)
    department = places.department(one.matter)
    chance = draw("unit", one.place)
    if one.level is MailboxLevel.TOWNSHIP:
        return one.township, one.township
    if one.level is MailboxLevel.DISTRICT:
        below = bureau if chance < 0.5 else one.township
        return district, district if chance < 0.35 else below
    if not one.mailbox.startswith(f"{CITY}/"):
        return (department, department) if chance < 0.85 else (district, district)
    if chance < 0.36:
        return department, department
    return district, district if chance < 0.80 else _below(one, places, chance)


def _below(one: Written, places: Places, chance: float) -> Unit:
    """To whom a district passes a letter of the city's down."""
    if chance < 0.90:
        return one.township
    team = places.team(one.matter, one.township) if chance < 0.95 else None
    return team or places.bureau(one.matter, one.township)


def _direct_units(one: Written, places: Places, is_wrong: bool) -> tuple[Unit, Unit]:
    """The team of the matter's system, and whoever answers: a bureau when the team was wrong."""
    bureau = places.bureau(one.matter, one.township)
    team = places.team(one.matter, one.township) or bureau
    return team, bureau if is_wrong else team


def _hours(one: Written, course: Course, late: bool, direct: bool, working: WorkingTime) -> float:
    """Hours of work to the first reply."""
    chance = draw("hours", one.place)
    if course is Course.UNANSWERED:
        return working.hours(one.at, FROZEN_AT) + 16 + 90 * chance
    if course is Course.PROLONGED:
        return working.hours(one.at, FROZEN_AT) + 3 + 12 * chance
    if direct:
        return 3 + 10 * chance
    if late:
        # Twelve days later the promise has passed, whatever the hour at which it was written.
        most = 5.3 if _day(one) < 26 else 4.2
        return WORKDAY_HOURS * (11.15 + most * chance**2)
    if course is Course.MAIN:
        return WORKDAY_HOURS * _MAIN_DAYS
    days = PACE * (0.4 + 7.5 * float(chance**1.9))
    return WORKDAY_HOURS * min(_MOST_DAYS, days)
