"""The figures of a month in cells: read when the month is closed, counted while it is not."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime

from domain.anonymity import MINIMUM, published_units
from domain.bulletins import Bulletin, BulletinState, Month
from domain.calendar import city_date
from domain.figures import BY_ID, Cell, Counts, Membership, Part, sum_of
from domain.refusals import InvalidInput, NotFound
from domain.words import MailboxLevel
from services.figures.baselines import is_month_like
from services.figures.counting import count_month
from services.office import Office

FIRST_YEAR = 1900


@dataclass(frozen=True, slots=True)
class Scope:
    """Of whom a bulletin tells: a unit and those below it, a mailbox level, or everybody.

    ``in_public``: figures of a unit's few letters are withheld, and what would give them away.
    """

    unit: str | None = None
    level: MailboxLevel | None = None
    in_public: bool = True

    @property
    def is_whole(self) -> bool:
        return self.unit is None and self.level is None


WHOLE_CITY = Scope()


@dataclass(frozen=True, slots=True)
class MonthFigures:
    """What was counted of a month, and how firm it is; ``bulletin`` is the edition it is from.

    ``counts`` have no part for the ids of ``withheld`` definitions.
    """

    month: Month
    state: BulletinState
    as_of: datetime
    counts: Counts
    bulletin: Bulletin | None = None
    withheld: frozenset[str] = frozenset()

    @property
    def edition(self) -> int | None:
        """None while it is live."""
        return self.bulletin.edition if self.bulletin else None


@dataclass(frozen=True, slots=True)
class MonthCells:
    """The same by responsible unit, mailbox level and channel: what figures are sums of."""

    month: Month
    state: BulletinState
    as_of: datetime
    cells: tuple[Cell, ...]
    bulletin: Bulletin | None = None

    def summed(self, scope: Scope = WHOLE_CITY) -> MonthFigures:
        """Of a part of the city, or of all."""
        counts, withheld = sum_of(self.cells, scope.unit, scope.level), self._withheld(scope)
        told = {name: part for name, part in counts.parts.items() if name not in withheld}
        counts = replace(counts, parts=told)
        return MonthFigures(self.month, self.state, self.as_of, counts, self.bulletin, withheld)

    def _withheld(self, scope: Scope) -> frozenset[str]:
        """Ids of the definitions whose figure of a unit the public is not told."""
        unit = scope.unit
        if unit is None or not scope.in_public:
            return frozenset()
        return frozenset(one for one in BY_ID if not self._is_told(one, unit, scope.level))

    def _is_told(self, definition: str, unit: str, level: MailboxLevel | None) -> bool:
        letters, levels = Counter[tuple[str, ...]](), Counter[MailboxLevel]()
        for cell in self.cells:
            denominator = cell.parts.get(definition, Part()).denominator
            letters[cell.path] += denominator if level in (None, cell.level) else 0
            levels[cell.level] += denominator if unit in cell.path else 0
        if level is not None and any(0 < count < MINIMUM for count in levels.values()):
            return False  # all levels but one give the last one away
        return unit in published_units(letters)


def read_month(text: str, now: datetime, field: str = "month") -> Month:
    """From ``YYYY-MM``, this month at the latest; raises ``InvalidInput`` naming ``field``."""
    try:
        month = Month.read(text) if is_month_like(text) else None
    except ValueError:
        month = None
    if month is None or not Month(FIRST_YEAR, 1) <= month <= Month.of(city_date(now)):
        raise InvalidInput(
            "月份须写作YYYY-MM，且不晚于本月。",
            "A month is written YYYY-MM, and not one to come.",
            field,
        )
    return month


async def figures_of(
    office: Office,
    month: Month,
    now: datetime,
    scope: Scope = WHOLE_CITY,
    *,
    edition: int | None = None,
) -> MonthFigures:
    """The month's counts: read when it is closed, else counted as of ``now``.

    Raises ``NotFound`` for an edition that there is not.
    """
    found = await _bulletin(office, month, edition)
    if found is not None and scope.is_whole:
        return MonthFigures(month, found.state, found.as_of, found.counts, found)
    return (await _cells(office, month, now, found)).summed(scope)


async def cells_of(
    office: Office, month: Month, now: datetime, *, edition: int | None = None
) -> MonthCells:
    """The month in cells: the same as ``figures_of``, for whoever compares parts of the city."""
    return await _cells(office, month, now, await _bulletin(office, month, edition))


async def members_of(
    office: Office, month: Month, now: datetime, *, edition: int | None = None
) -> tuple[Membership, ...]:
    """Which letter of the month is in which figure, in the order of the letters' numbers."""
    bulletin = await _bulletin(office, month, edition)
    if bulletin is not None:
        return await office.bulletins.members(bulletin)
    return (await count_month(office, month, now)).tabulated.members


async def _bulletin(office: Office, month: Month, edition: int | None) -> Bulletin | None:
    if edition is None:
        return await office.bulletins.latest(month)
    found = await office.bulletins.find(month, edition)
    if found is None:
        raise NotFound(
            f"{month}的通报没有第{edition}版。",
            f"The bulletin of {month} has no edition {edition}.",
            "edition",
        )
    return found


async def _cells(
    office: Office, month: Month, now: datetime, bulletin: Bulletin | None
) -> MonthCells:
    if bulletin is None:
        # Those who ask at once share one count; the next one to ask has a new one.
        key = ("live cells", month)
        return await office.recent.told(key, now, lambda: _live(office, month, now), times=0)
    cells = await office.bulletins.cells(bulletin)
    return MonthCells(month, bulletin.state, bulletin.as_of, cells, bulletin)


async def _live(office: Office, month: Month, now: datetime) -> MonthCells:
    counted = await count_month(office, month, now)
    return MonthCells(month, BulletinState.LIVE, now, counted.cells)
