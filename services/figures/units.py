"""A unit's page for whoever leads it: its figures, its rank, how long replies took, its marks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from domain.actors import Actor
from domain.anonymity import sees_all
from domain.baselines import change, is_comparable
from domain.bulletins import Month
from domain.definitions import CURRENT, DAY, Definition, FigureName, known
from domain.directory import Unit
from domain.distribution import Distribution, distribution
from domain.facts import CohortLetter, Facts, Mark
from domain.figures import Part
from domain.ranking import Ranked
from domain.refusals import Forbidden, NotFound, Unauthenticated
from services.figures.days import moment_for
from services.figures.months import MonthCells
from services.figures.tallies import TIMES, Field, Tally, tally_of, two_months
from services.office import Office


@dataclass(frozen=True, slots=True)
class UnitFigure:
    """One figure of a unit; ``part`` is None where it is withheld from this reader.

    ``standing`` is the unit's place among its peers, None for one that has none there; ``peers``
    are how many have one. ``before`` and ``standing_before`` are of the month before.
    """

    definition: Definition
    part: Part | None
    before: Part | None
    standing: Ranked | None
    standing_before: Ranked | None
    peers: int

    @property
    def change(self) -> float | None:
        """In points of percent or days, on the month before."""
        parts = (self.part, self.before)
        if not all(part and is_comparable(part.denominator) for part in parts):
            return None
        return change(self.definition.figure, *(part.value for part in parts if part))


@dataclass(frozen=True, slots=True)
class UnitPage:
    """A unit with all below it, in one month; ``letters`` is None where it is withheld."""

    unit: Unit
    month: MonthCells
    letters: int | None
    figures: tuple[UnitFigure, ...]


@dataclass(frozen=True, slots=True)
class Marks:
    """What is counted of a unit beside its replies, with all below it."""

    counts: Mapping[Mark, int]

    @property
    def misdispatched(self) -> Part:
        """Of those dispatched directly, those that a reviewer found wrong."""
        sent = self.counts[Mark.DISPATCHED_DIRECTLY]
        return Part(self.counts[Mark.MISDISPATCHED], sent)


async def unit_figures(
    office: Office, code: str, month: Month, reader: Actor, now: datetime
) -> UnitPage:
    """The page, as ``reader`` may see it. Raises ``NotFound`` for a unit that there is not."""
    unit = await office.directory.unit(code)
    if unit is None:
        raise NotFound("没有这个单位。", "There is no such unit.", "unitId")
    cells, cells_before = await two_months(office, month, await moment_for(office, reader, now))
    figures = []
    for name in FigureName:
        tally = await tally_of(office, cells, CURRENT[name], now)
        past = await tally_of(office, cells_before, CURRENT[name], now)
        figures.append(_figure(unit, tally, past, reader))
    is_told = sees_all(reader, unit.path) or code in tally.published_letters
    return UnitPage(unit, cells, tally.of(code).letters if is_told else None, tuple(figures))


async def reply_days(
    office: Office, page: UnitPage, reader: Actor, now: datetime
) -> Distribution | None:
    """How long the first replies to the page's letters took, whichever unit gave them.

    None when there are none, and for whoever does not work for the unit: the quickest reply is
    one letter's, and the bars are of few.
    """
    if not sees_all(reader, page.unit.path):
        return None
    key = ("reply days", page.month.month, page.month.as_of, page.unit.code)
    return await office.recent.told(key, now, lambda: _distribution(office, page), times=TIMES)


async def marks(office: Office, page: UnitPage, reader: Actor, now: datetime) -> Marks:
    """What the page's unit and those below it earned with the month's letters, as of the page.

    It counts for the unit that had the case then, whoever has it now. Raises ``Unauthenticated``
    and ``Forbidden`` for whoever does not work for the unit.
    """
    check_works_for(reader, page.unit)
    key = ("marks", page.month.month, page.month.as_of)
    earned = await office.recent.told(key, now, lambda: _marks(office, page.month), times=TIMES)
    units = await office.directory.units_by_code({code for code, _ in earned})
    counts: Counter[Mark] = Counter()
    for (code, mark), count in earned.items():
        if code in units and units[code].is_within(page.unit.code):
            counts[mark] += count
    return Marks(counts)


def check_works_for(reader: Actor, unit: Unit) -> None:
    """Raises ``Unauthenticated`` or ``Forbidden`` for whoever does not work for the unit."""
    if sees_all(reader, unit.path):
        return
    if reader.is_anonymous:
        raise Unauthenticated
    raise Forbidden("此查询仅供本单位工作人员使用。", "This is for those who work for the unit.")


def _figure(unit: Unit, tally: Tally, past: Tally, reader: Actor) -> UnitFigure:
    field = Field.of(unit)
    placed, before = (
        {} if field is None else one.ranked(field, reader, None) for one in (tally, past)
    )
    part, part_before = (
        one.of(unit.code).part if one.is_shown(unit, reader) else None for one in (tally, past)
    )
    return UnitFigure(
        definition=tally.definition,
        part=part,
        before=part_before,
        standing=placed.get(unit.code),
        standing_before=before.get(unit.code),
        peers=len(placed),
    )


async def _distribution(office: Office, page: UnitPage) -> Distribution | None:
    month, at = page.month.month, page.month.as_of
    letters = await office.cohorts.letters(month.begins, month.plus(1).begins, unit=page.unit.code)
    mains = await office.cohorts.facts_of({one.main_case for one in letters if one.main_case})
    days = (days_to_reply(one, at, mains) for one in letters)
    return distribution([one for one in days if one is not None])


def days_to_reply(letter: CohortLetter, at: datetime, mains: Mapping[str, Facts]) -> float | None:
    """Calendar days of 86,400 seconds until the first reply, as of ``at``; None without one."""
    replied_at = known(letter, at, mains, ()).replied_at
    if replied_at is None:
        return None
    return (replied_at - letter.submitted_at).total_seconds() / DAY


async def _marks(office: Office, month: MonthCells) -> Counter[tuple[str, Mark]]:
    """How often each unit was marked, by unit and mark."""
    begins, ends = month.month.begins, month.month.plus(1).begins
    letters = await office.cohorts.letters(begins, ends)
    return Counter(
        (one.unit, one.mark)
        for letter in letters
        for one in letter.facts.as_of(month.as_of).marks
        if one.unit is not None
    )
