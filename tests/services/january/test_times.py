"""Hours of work in January 2017: the Spring Festival, its make-up days, nights and weekends."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from domain.calendar import city_date
from services.calendar import official_calendar
from services.january.times import WorkingTime, arrivals, by_day
from tests.services.offices import at

pytestmark = pytest.mark.ring("test")

WORKING = WorkingTime(official_calendar())


@pytest.mark.parametrize(
    ("since", "hours", "until"),
    [
        ("2017-01-01 02:00", 0, "2017-01-03 09:00"),  # New Year's Day is no day of work
        ("2017-01-03 09:30", 1, "2017-01-03 10:30"),
        ("2017-01-03 16:30", 1, "2017-01-04 09:30"),  # offices close at 17:00
        ("2017-01-06 22:00", 2, "2017-01-09 11:00"),  # a weekend
        ("2017-01-20 16:00", 2, "2017-01-22 10:00"),  # a Sunday that is worked
        ("2017-01-26 16:00", 2, "2017-02-03 10:00"),  # the Spring Festival
        ("2017-01-03 09:00", 80, "2017-01-17 09:00"),  # ten days of work
    ],
)
def test_time_passes_while_offices_work(since: str, hours: float, until: str) -> None:
    assert WORKING.after(at(since), hours) == at(until)
    assert WORKING.hours(at(since), at(until)) == pytest.approx(hours)


def test_letters_come_in_all_month_and_fewer_in_the_festival() -> None:
    found = arrivals(official_calendar())
    days = [city_date(one).day for one in found]
    assert set(days) == set(range(1, 32))
    assert days.count(28) < days.count(25) / 2  # the first day of the new year, and a Wednesday
    assert all(one.microsecond % 1_000 == 0 for one in found)
    at_night = sum(one.astimezone(at("2017-01-01 00:00").tzinfo).hour < 6 for one in found)
    assert 0 < at_night < len(found) / 20


@pytest.mark.parametrize("hour", range(24))
def test_nobody_answers_at_night(hour: int) -> None:
    moment = at("2017-01-10 00:00") + timedelta(hours=hour, minutes=7)
    then: datetime = by_day(moment).astimezone(moment.tzinfo)
    assert 8 <= then.hour < 22
    assert timedelta() <= then - moment < timedelta(hours=13)
