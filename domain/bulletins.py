"""When the month's bulletin is closed: a month at a time, in the city's time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Self

from domain.calendar import city_date, day_begins
from domain.rows import Row
from domain.versions import Versions, build_versions
from domain.words import Word

DAYS = range(1, 29)
"""Days that every month has."""


class BulletinState(Word):
    """How firm a bulletin's figures are."""

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
    """On which days of the following month a bulletin is made, and made final."""

    version: str
    valid_from: date
    preliminary_day: int
    frozen_day: int

    def __post_init__(self) -> None:
        if not self.preliminary_day < self.frozen_day:
            raise ValueError(f"version {self.version}: a bulletin is frozen before it is made")

    def state_of(self, month: Month, at: datetime) -> BulletinState | None:
        """What the bulletin of ``month`` is to be ``at``; None while it is too early."""
        today, following = city_date(at), month.plus(1)
        if today >= following.day(self.frozen_day):
            return BulletinState.FROZEN
        if today >= following.day(self.preliminary_day):
            return BulletinState.PRELIMINARY
        return None


@dataclass(frozen=True, slots=True)
class ClosingPlans(Versions[ClosingPlan]):
    """All versions of the plan."""


def build_closing_plans(rows: Sequence[Row]) -> ClosingPlans:
    """From lines ``version,valid_from,preliminary_day,frozen_day``; ``ValueError`` for bad ones."""
    return ClosingPlans(build_versions(rows, _plan))


def _plan(version: str, valid_from: date, rows: Sequence[Row]) -> ClosingPlan:
    if len(rows) > 1:
        raise rows[1].error(f"a line above says version {version}")
    days = (rows[0].number(name, DAYS) for name in ("preliminary_day", "frozen_day"))
    return ClosingPlan(version, valid_from, *days)
