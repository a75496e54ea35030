"""The month's bulletin: whose figures it has, when it is closed, and what an edition keeps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Self

from domain.baselines import Baseline
from domain.calendar import CITY_TIME, day_begins
from domain.editions import Revision
from domain.figures import Counts
from domain.rows import Row
from domain.versions import Versions, build_versions
from domain.words import Word

DAYS = range(1, 29)
"""Days that every month has."""


class BulletinState(Word):
    """How firm a bulletin's figures are."""

    LIVE = "LIVE", "实时", "Live"
    PRELIMINARY = "PRELIMINARY", "初步", "Preliminary"
    FROZEN = "FROZEN", "定稿", "Frozen"


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A calendar month in Asia/Shanghai."""

    year: int
    number: int

    @classmethod
    def of(cls, day: date) -> Self:
        return cls(day.year, day.month)

    @classmethod
    def read(cls, text: str) -> Self:
        """From ``YYYY-MM``; ``ValueError`` for anything else."""
        return cls.of(date.fromisoformat(f"{text}-01"))

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.number:02d}"

    def plus(self, months: int) -> Self:
        """So many months later."""
        year, number = divmod(self.year * 12 + self.number - 1 + months, 12)
        return type(self)(year, number + 1)

    def day(self, number: int) -> date:
        return date(self.year, self.number, number)

    @property
    def begins(self) -> datetime:
        """00:00 of its first day in Asia/Shanghai, in UTC: also the end of the month before."""
        return day_begins(self.day(1))


@dataclass(frozen=True, slots=True)
class ClosingPlan:
    """On which days of the following month a bulletin is made, and made final, at which time."""

    version: str
    valid_from: date
    preliminary_day: int
    frozen_day: int
    at: time

    def __post_init__(self) -> None:
        if not self.preliminary_day < self.frozen_day:
            raise ValueError(f"version {self.version}: a bulletin is frozen before it is made")

    def state_of(self, month: Month, at: datetime) -> BulletinState:
        """How firm the bulletin of ``month`` is to be ``at``; LIVE while it is too early."""
        for state in (BulletinState.FROZEN, BulletinState.PRELIMINARY):
            if at >= self.closes_at(month, state):
                return state
        return BulletinState.LIVE

    def closes_at(self, month: Month, state: BulletinState) -> datetime:
        """The moment as of which the bulletin of ``month`` gets this firm, in UTC.

        Not LIVE: that is what it is before. Closing late counts as of this moment too.
        """
        is_final = state is BulletinState.FROZEN
        day = month.plus(1).day(self.frozen_day if is_final else self.preliminary_day)
        return datetime.combine(day, self.at, CITY_TIME).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class ClosingPlans(Versions[ClosingPlan]):
    """All versions of the plan."""


@dataclass(frozen=True, slots=True)
class Bulletin:
    """One edition of a closed month's figures; a correction is the next edition.

    ``as_of``: nothing that came later is in it. ``code`` is the version of the product that
    counted, ``digest`` the SHA-256 over what it counted (``domain.evidence``). ``counts`` are
    the whole city's. ``baseline`` is what it is compared with unless another is asked for; None
    when there was nothing to compare with. ``revision`` says what an edition after the first
    changed, and why.
    """

    month: Month
    edition: int
    state: BulletinState
    as_of: datetime
    code: str
    digest: str
    counts: Counts
    baseline: Baseline | None = None
    revision: Revision | None = None

    @property
    def is_frozen(self) -> bool:
        return self.state is BulletinState.FROZEN


def build_closing_plans(rows: Sequence[Row]) -> ClosingPlans:
    """From lines ``version,valid_from,preliminary_day,frozen_day,time``; else ``ValueError``."""
    return ClosingPlans(build_versions(rows, _plan))


def _plan(version: str, valid_from: date, rows: Sequence[Row]) -> ClosingPlan:
    if len(rows) > 1:
        raise rows[1].error(f"a line above says version {version}")
    made, frozen = (rows[0].number(name, DAYS) for name in ("preliminary_day", "frozen_day"))
    return ClosingPlan(version, valid_from, made, frozen, rows[0].clock("time"))
