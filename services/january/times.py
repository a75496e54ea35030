"""When letters come in and when people work, in January 2017 and the weeks after it."""

from __future__ import annotations

from bisect import bisect_right
from datetime import UTC, date, datetime, timedelta

from domain.calendar import ONE_DAY, WorkingCalendar, city_date, day_begins
from services.january.chance import draw, weighted
from services.january.courses import LETTERS

MONTH = date(2017, 1, 1)
DAYS = 31
FROZEN_AT = datetime(2017, 2, 24, 19, tzinfo=UTC)
"""25 February 2017, 03:00 in Asia/Shanghai."""
LAST_DAY = date(2017, 5, 1)
WORKDAY_HOURS = 8
_OPENS = timedelta(hours=9)
_HOURS = dict(
    enumerate([1, 1, 1, 0.5, 0.5, 1, 2, 5, 9, 14, 14, 11, 8, 8, 11, 12, 11, 9, 8, 9, 10, 9, 6, 3])
)
"""How many letters come in each hour of the day, as weights."""
_BUSY, _QUIET = 10.0, 4.0
_SMOGGY, _SMOG_UNTIL = 1.3, 7
"""In the first week of that January the air was bad, and more people wrote."""


def arrivals(calendar: WorkingCalendar) -> list[datetime]:
    """When each letter comes in, in order: in UTC, whole milliseconds, all different."""
    weights = {day: _weight(calendar, day) for day in range(1, DAYS + 1)}
    found: set[datetime] = set()
    for place in range(LETTERS):
        attempt = 0
        while (at := _arrival(weights, place, attempt)) in found:
            attempt += 1
        found.add(at)
    return sorted(found)


def _weight(calendar: WorkingCalendar, day: int) -> float:
    works = calendar.day(MONTH.replace(day=day)).works
    return (_BUSY if works else _QUIET) * (_SMOGGY if day <= _SMOG_UNTIL else 1)


def _arrival(weights: dict[int, float], place: int, attempt: int) -> datetime:
    day = weighted(weights, "day", place, attempt)
    hour = weighted(_HOURS, "hour", place, attempt)
    within = int(draw("within the hour", place, attempt) * 3_600_000)
    begins = day_begins(MONTH.replace(day=day))
    return begins + timedelta(hours=hour, milliseconds=within)


class WorkingTime:
    """Offices work eight hours from 09:00 on, on the working days of the official calendar."""

    def __init__(self, calendar: WorkingCalendar) -> None:
        days = (MONTH + ONE_DAY * count for count in range((LAST_DAY - MONTH).days))
        self._opens = [day_begins(day) + _OPENS for day in days if calendar.day(day).works]

    def after(self, since: datetime, hours: float) -> datetime:
        """The moment after so many hours of work, in whole milliseconds."""
        worked = self._worked(since) + hours
        day, left = divmod(worked, WORKDAY_HOURS)
        at = self._opens[int(day)] + timedelta(hours=left)
        return at.replace(microsecond=at.microsecond // 1000 * 1000)

    def hours(self, since: datetime, until: datetime) -> float:
        """How many hours are worked between two moments."""
        return self._worked(until) - self._worked(since)

    def _worked(self, at: datetime) -> float:
        """How many hours were worked from the beginning of the month."""
        day = bisect_right(self._opens, at) - 1
        if day < 0:
            return 0
        today = (at - self._opens[day]) / timedelta(hours=1)
        return day * WORKDAY_HOURS + min(today, WORKDAY_HOURS)


def by_day(at: datetime) -> datetime:
    """The same moment, or the next morning when people sleep."""
    hour = (at - day_begins(city_date(at))) / timedelta(hours=1)
    if 8 <= hour < 22:
        return at
    morning = city_date(at) + (ONE_DAY if hour >= 22 else timedelta())
    minutes = timedelta(minutes=int(draw("morning", at) * 120))
    return day_begins(morning) + timedelta(hours=8) + minutes
