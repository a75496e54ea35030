"""A month by units, each with all below it: what they are compared by, and who may see it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from domain.actors import Actor
from domain.anonymity import sees_all
from domain.bulletins import Month
from domain.definitions import Definition
from domain.directory import Unit, is_district_or_city_department
from domain.disclosure import units_told
from domain.figures import Cell, Part
from domain.ranking import Candidate, Ranked, ranked
from domain.words import UnitLevel
from services.figures.months import MonthCells, cells_of
from services.office import Office

TIMES, TALLY_TIMES = 5, 100
"""A month that is counted is told for so many times as long as that took; the same by units."""
_NOTHING = Part()


@dataclass(frozen=True, slots=True)
class Field:
    """Who is ranked: the units of ``level`` (None: the children) in the subtree ``within``.

    With neither it is the districts and the city's departments, as in the published figures.
    """

    within: str | None = None
    level: UnitLevel | None = None

    def has(self, unit: Unit) -> bool:
        if self.level is not None:
            return unit.level is self.level and self.within in (None, *unit.path[:-1])
        if self.within is not None:
            return unit.parent == self.within
        return is_district_or_city_department(unit)

    @classmethod
    def of(cls, unit: Unit) -> Field | None:
        """A unit's peers; the city has none."""
        if is_district_or_city_department(unit):
            return DISTRICTS_AND_DEPARTMENTS
        return None if unit.parent is None else cls(within=unit.parent)


DISTRICTS_AND_DEPARTMENTS = Field()


@dataclass(frozen=True, slots=True)
class Tally:
    """A month by units, each with all below it, by one definition; by the units' codes.

    ``published`` are those whose figure everybody may know; ``published_letters`` those of which
    they may know how many letters; no figure of fewer than ``minimum`` is among them.
    """

    definition: Definition
    month: MonthCells
    candidates: Mapping[str, Candidate]
    units: Mapping[str, Unit]
    published: frozenset[str]
    published_letters: frozenset[str]
    minimum: int

    def of(self, code: str) -> Candidate:
        """A unit without letters has none."""
        return self.candidates.get(code) or Candidate(code, 0, Part())

    def is_shown(self, unit: Unit, reader: Actor) -> bool:
        """Whether ``reader`` may know the unit's figure."""
        return sees_all(reader, unit.path) or unit.code in self.published

    def ranked(self, field: Field, reader: Actor, minimum: int | None) -> dict[str, Ranked]:
        """Whom ``reader`` may see side by side, best first, by code.

        ``minimum``: of so many letters or more, 10 by default; fewer only where the reader works.
        """
        shown = [
            one
            for code, one in self.candidates.items()
            if (unit := self.units.get(code)) is not None
            and field.has(unit)
            and one.letters >= self._minimum(minimum, unit, reader)
            and self.is_shown(unit, reader)
        ]
        return {one.candidate.unit: one for one in ranked(shown, self.definition.figure)}

    def _minimum(self, asked: int | None, unit: Unit, reader: Actor) -> int:
        wanted = self.minimum if asked is None else asked
        return wanted if sees_all(reader, unit.path) else max(wanted, self.minimum)


async def tally_of(
    office: Office, month: MonthCells, definition: Definition, now: datetime
) -> Tally:
    """The same month by units."""

    async def tallied() -> Tally:
        candidates = counts_by_unit(month.cells, definition)
        units = await office.directory.units_by_code(candidates)
        minimum = office.minimum
        published = units_told(month.cells, definition, minimum)
        letters = units_told(month.cells, None, minimum)
        return Tally(definition, month, candidates, units, published, letters, minimum)

    key = ("tally", month.month, month.as_of, definition.id)
    return await office.recent.told(key, now, tallied, times=TALLY_TIMES)


async def month_cells(office: Office, month: Month, now: datetime) -> MonthCells:
    """The month in cells: read when it is closed, counted as of ``now`` while it is not."""
    key = ("cells", month, now if office.public_days.is_moment(now) else None)
    return await office.recent.told(key, now, lambda: cells_of(office, month, now), times=TIMES)


async def two_months(office: Office, month: Month, now: datetime) -> tuple[MonthCells, MonthCells]:
    """The month and the one before it, in cells."""
    return await month_cells(office, month, now), await month_cells(office, month.plus(-1), now)


def counts_by_unit(cells: Iterable[Cell], definition: Definition) -> dict[str, Candidate]:
    """Letters and the figure of every unit with all below it, in one pass."""
    sums: defaultdict[str, list[float]] = defaultdict(lambda: [0, 0, 0])
    for cell in cells:
        part = cell.parts.get(definition.id, _NOTHING)
        for code in cell.path:
            one = sums[code]
            one[0] += cell.letters
            one[1] += part.numerator
            one[2] += part.denominator
    return {
        code: Candidate(code, int(letters), Part(numerator, int(denominator)))
        for code, (letters, numerator, denominator) in sums.items()
    }
