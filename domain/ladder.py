"""The supervision ladder: how many working days after a date has passed each rung is climbed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from domain.calendar import WorkingCalendar, city_date, day_ends
from domain.deadlines import MOST_DAYS
from domain.rows import Row
from domain.versions import Versions, build_versions
from domain.words import Rung

MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Ladder:
    """One version, in force for dates that pass from ``valid_from`` (Asia/Shanghai) on.

    ``days``: working days after the due date, for every rung; ``ValueError`` when one is
    missing, or when a higher rung would be climbed before a lower one.
    """

    version: str
    valid_from: date
    days: Mapping[Rung, int]

    def __post_init__(self) -> None:
        missing = [rung for rung in Rung if rung not in self.days]
        if missing:
            raise ValueError(f"version {self.version} of the ladder has no {missing[0]}")
        days = [self.days[rung] for rung in Rung]
        if days != sorted(days) or not 0 <= days[0] <= days[-1] <= MOST_DAYS:
            raise ValueError(f"version {self.version} of the ladder does not go up: {days}")

    def climbed_at(self, rung: Rung, due_at: datetime, calendar: WorkingCalendar) -> datetime:
        """The first moment after the end of the rung's last working day.

        The day of ``due_at`` is not counted; with 0 days it is the first moment after ``due_at``.
        """
        days = self.days[rung]
        if not days:
            return due_at + MILLISECOND
        last = calendar.working_day_after(city_date(due_at), days)
        return day_ends(last) + MILLISECOND


@dataclass(frozen=True, slots=True)
class Ladders(Versions[Ladder]):
    """All versions of the ladder."""


def build_ladders(rows: Sequence[Row]) -> Ladders:
    """From lines ``version,valid_from,rung,working_days``.

    Raises ``ValueError`` for a bad line, naming it, and for what ``Ladder`` refuses.
    """
    return Ladders(build_versions(rows, _ladder))


def _ladder(version: str, valid_from: date, rows: Sequence[Row]) -> Ladder:
    days: dict[Rung, int] = {}
    for row in rows:
        rung = row.word("rung", Rung)
        if rung in days:
            raise row.error("a line above says the same rung")
        days[rung] = row.number("working_days", range(MOST_DAYS + 1))
    return Ladder(version, valid_from, days)


CITY_LADDERS = Ladders(
    (
        Ladder(
            "1",
            date(2004, 1, 1),
            {
                Rung.NOTICE: 0,
                Rung.YELLOW_CARD: 3,
                Rung.RED_CARD: 5,
                Rung.LEADER_INSTRUCTION: 10,
            },
        ),
    )
)
"""What holds where nobody brings a table; the shipped table says the same."""
