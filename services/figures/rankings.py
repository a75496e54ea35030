"""Units side by side: each with all below it, by one figure of a month, best first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.actors import Actor
from domain.baselines import change, is_comparable
from domain.bulletins import Month
from domain.definitions import CURRENT, FigureName
from domain.directory import Unit
from domain.ranking import Ranked
from domain.refusals import NotFound
from services.figures.days import moment_for
from services.figures.tallies import DISTRICTS_AND_DEPARTMENTS, Field, Tally, tally_of, two_months
from services.office import Office


@dataclass(frozen=True, slots=True)
class AskedRanking:
    """By what and among whom; ``minimum`` letters, 10 by default."""

    month: Month
    figure: FigureName
    field: Field = DISTRICTS_AND_DEPARTMENTS
    minimum: int | None = None


@dataclass(frozen=True, slots=True)
class RankedUnit:
    """A unit in its place, and in that of the month before (None: it had none)."""

    figure: FigureName
    unit: Unit
    now: Ranked
    before: Ranked | None

    @property
    def change(self) -> float | None:
        """In points of percent or days; None between figures of few letters."""
        parts = [one.candidate.part for one in (self.now, self.before) if one]
        if not all(is_comparable(part.denominator) for part in parts):
            return None
        return change(self.figure, self.now.value, self.before.value if self.before else None)


@dataclass(frozen=True, slots=True)
class Ranking:
    """The whole list, best first."""

    tally: Tally
    units: tuple[RankedUnit, ...]


async def ranking(office: Office, asked: AskedRanking, reader: Actor, now: datetime) -> Ranking:
    """Units side by side as ``reader`` may see them; ranks are among those who are shown.

    Raises ``NotFound`` for a unit that there is not.
    """
    within = asked.field.within
    if within is not None and await office.directory.unit(within) is None:
        raise NotFound("没有这个单位。", "There is no such unit.", "within")
    definition = CURRENT[asked.figure]
    month, month_before = await two_months(
        office, asked.month, await moment_for(office, reader, now)
    )
    tally = await tally_of(office, month, definition, now)
    past = await tally_of(office, month_before, definition, now)
    before = past.ranked(asked.field, reader, asked.minimum)
    placed = tally.ranked(asked.field, reader, asked.minimum)
    units = (
        RankedUnit(asked.figure, tally.units[code], one, before.get(code))
        for code, one in placed.items()
    )
    return Ranking(tally, tuple(units))
