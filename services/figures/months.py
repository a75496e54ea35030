"""The figures of a month in cells: read when the month is closed, counted while it is not."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from domain.bulletins import Bulletin, BulletinState, Month
from domain.calendar import city_date
from domain.disclosure import Disclosed, disclose_all, disclose_city, disclose_part
from domain.figures import Cell, Counts, Membership, sum_of
from domain.refusals import InvalidInput, NotFound
from domain.words import MailboxLevel
from services.figures.baselines import is_month_like
from services.figures.counting import count_month
from services.office import Office

FIRST_YEAR = 1900
A_DAY = 86_399
"""Seconds: until the last one of a day."""


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

    ``letters``, and what ``counts`` have no level, channel or part of, are withheld where None;
    ``withheld`` has the ids of the definitions that are.
    """

    month: Month
    state: BulletinState
    as_of: datetime
    counts: Counts
    letters: int | None
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

    def summed(self, scope: Scope, minimum: int) -> MonthFigures:
        """Of a part of the city, or of all; ``minimum`` letters at least where it is in public."""
        if not scope.in_public:
            found = disclose_all(sum_of(self.cells, scope.unit, scope.level))
        elif scope.is_whole:
            found = disclose_city(sum_of(self.cells), minimum)
        else:
            found = disclose_part(self.cells, scope.unit, scope.level, minimum)
        return _figures(self.month, self.state, self.as_of, found, self.bulletin)


def _figures(
    month: Month,
    state: BulletinState,
    as_of: datetime,
    found: Disclosed,
    bulletin: Bulletin | None,
) -> MonthFigures:
    return MonthFigures(month, state, as_of, found.counts, found.letters, bulletin, found.withheld)


def read_month(text: str, now: datetime, field: str = "month") -> Month:
    """From ``YYYY-MM``, this month at the latest; raises ``InvalidInput`` naming ``field``."""
    try:
        month = Month.read(text) if is_month_like(text) else None
    except ValueError:
        month = None
    if month is None or not Month(FIRST_YEAR, 1) <= month <= Month.of(city_date(now)):
        meant = _month_like(text)
        raise InvalidInput(
            f"月份须写作YYYY-MM，且不晚于本月。{f'是否为{meant}？' if meant else ''}",
            f"A month is written YYYY-MM, and not one to come.{_ask(meant)}",
            field,
        )
    return month


def _month_like(text: str) -> str | None:
    """A month written in another way, such as 2017-1, 2017/01 or 201701, as it should be."""
    found = re.fullmatch(r"(\d{4})[-/.年 ]?(\d{1,2})月?", text.strip(), re.ASCII)
    if found is None or not 1 <= int(found[2]) <= 12:
        return None
    meant = f"{found[1]}-{int(found[2]):02}"
    return meant if meant != text else None


def _ask(meant: str | None) -> str:
    return f" Did you mean {meant}?" if meant else ""


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
        counts = found.counts
        told = disclose_city(counts, office.minimum) if scope.in_public else disclose_all(counts)
        return _figures(month, found.state, found.as_of, told, found)
    return (await _cells(office, month, now, found)).summed(scope, office.minimum)


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
        # Those who ask at once share one count; the next one to ask has a new one, but for the
        # public: a letter that another unit got today is not told of before tomorrow.
        is_daily = office.public_days.is_moment(now)
        return await office.recent.told(
            ("live cells", month, now if is_daily else None),
            now,
            lambda: _live(office, month, now),
            times=0,
            at_least=A_DAY if is_daily else 0,
        )
    cells = await office.bulletins.cells(bulletin)
    return MonthCells(month, bulletin.state, bulletin.as_of, cells, bulletin)


async def _live(office: Office, month: Month, now: datetime) -> MonthCells:
    counted = await count_month(office, month, now)
    return MonthCells(month, BulletinState.LIVE, now, counted.cells)
