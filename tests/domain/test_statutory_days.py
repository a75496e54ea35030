"""The days off by law, against the table of a package that computes them."""

from __future__ import annotations

from datetime import date

import holidays
import pytest

from domain.calendar import FESTIVALS
from domain.statutory_days import statutory_days

pytestmark = pytest.mark.ring("test")


@pytest.mark.parametrize("year", range(2027, 2041))
def test_a_year_has_the_days_off_that_the_law_gives(year: int) -> None:
    assert set(statutory_days(year)) == set(holidays.country_holidays("CN", years=year))


def test_a_day_that_falls_on_a_weekend_is_made_up_for() -> None:
    days = statutory_days(2028)  # 1 January is a Saturday, 1 October a Sunday
    assert days[date(2028, 1, 3)] == "New Year's Day"
    assert days[date(2028, 10, 4)] == "National Day"
    assert len(statutory_days(2027)) == 13 + sum(day.weekday() >= 5 for day in statutory_days(2027))


def test_every_festival_has_a_chinese_name() -> None:
    assert set(statutory_days(2030).values()) <= FESTIVALS.keys()


def test_beyond_the_table_the_festivals_of_the_sun_calendar_are_known() -> None:
    assert statutory_days(2500)[date(2500, 10, 1)] == "National Day"
