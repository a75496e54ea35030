import re
from datetime import date, timedelta

import pytest

from domain.calendar import FESTIVALS, DayKind
from services.calendar import official_calendar

pytestmark = pytest.mark.ring("test")


def test_it_names_the_package_and_its_years() -> None:
    calendar = official_calendar()
    assert re.fullmatch(r"chinesecalendar-\d+\.\d+.*", calendar.version)
    assert (calendar.first_year, calendar.last_year) == (2004, 2026)
    assert len(calendar.make_up_days) == 150


def test_it_is_built_once() -> None:
    assert official_calendar() is official_calendar()


@pytest.mark.parametrize(
    ("first", "last", "kind"),
    [
        ("2017-01-22", "2017-01-22", DayKind.MAKE_UP),  # Sunday before the Spring Festival
        ("2017-01-23", "2017-01-26", DayKind.WORKDAY),  # Monday to Thursday
        ("2017-01-27", "2017-02-02", DayKind.HOLIDAY),  # the Spring Festival
        ("2017-02-03", "2017-02-03", DayKind.WORKDAY),  # the Friday after it
        ("2017-02-04", "2017-02-04", DayKind.MAKE_UP),  # a Saturday
        ("2017-09-30", "2017-09-30", DayKind.MAKE_UP),  # the Saturday before National Day
        ("2017-10-01", "2017-10-08", DayKind.HOLIDAY),  # National Day and Mid-autumn Festival
        ("2017-10-09", "2017-10-13", DayKind.WORKDAY),  # the week after
        ("2027-01-01", "2027-01-01", DayKind.HOLIDAY),  # not published, but a day off by law
        ("2027-01-02", "2027-01-03", DayKind.WEEKEND),  # assumed
    ],
)
def test_the_days_of_the_official_notices(first: str, last: str, kind: DayKind) -> None:
    day = date.fromisoformat(first)
    while day <= date.fromisoformat(last):
        assert official_calendar().day(day).kind is kind, day
        day += timedelta(days=1)


def test_every_festival_has_a_chinese_name() -> None:
    calendar = official_calendar()
    assert {*calendar.holidays.values(), *calendar.make_up_days.values()} <= FESTIVALS.keys()
