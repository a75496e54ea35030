from datetime import UTC, date, datetime, timedelta

import pytest

from domain.calendar import (
    CITY_TIME,
    FESTIVALS,
    DayExplained,
    DayKind,
    DayReason,
    WorkingCalendar,
    city_date,
    count_days,
    day_begins,
    day_ends,
    festival_name,
    reason_text,
)

pytestmark = pytest.mark.ring("test")

SPRING = "Spring Festival"
CALENDAR = WorkingCalendar(
    version="test",
    holidays={date(2017, 1, 27) + timedelta(days=n): SPRING for n in range(7)},
    make_up_days={date(2017, 1, 22): SPRING, date(2017, 2, 4): SPRING},
    first_year=2017,
    last_year=2017,
)


@pytest.mark.parametrize(
    ("day", "kind", "works", "name", "provisional"),
    [
        ("2017-01-20", DayKind.WORKDAY, True, None, False),  # a Friday
        ("2017-01-21", DayKind.WEEKEND, False, None, False),  # a Saturday
        ("2017-01-22", DayKind.MAKE_UP, True, SPRING, False),  # a Sunday that is worked
        ("2017-01-27", DayKind.HOLIDAY, False, SPRING, False),  # a Friday off
        ("2017-01-28", DayKind.HOLIDAY, False, SPRING, False),  # a Saturday in the holiday
        ("2017-02-03", DayKind.WORKDAY, True, None, False),  # the Friday after it
        ("2016-12-30", DayKind.WORKDAY, True, None, True),  # before the published years
        ("2018-01-01", DayKind.HOLIDAY, False, "New Year's Day", True),  # after them, by law
        ("2018-01-02", DayKind.WORKDAY, True, None, True),  # a Tuesday after them, assumed
        ("2018-01-06", DayKind.WEEKEND, False, None, True),  # a Saturday after them
    ],
)
def test_a_day_is_what_the_calendar_says(
    day: str, kind: DayKind, works: bool, name: str | None, provisional: bool
) -> None:
    found = CALENDAR.day(date.fromisoformat(day))
    assert (found.kind, found.works, found.name) == (kind, works, name)
    assert found.provisional is provisional


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("2017-03-06T15:59:59.999+00:00", "2017-03-06"),  # a millisecond before midnight there
        ("2017-03-06T16:00:00+00:00", "2017-03-07"),  # midnight in Shanghai
        ("2017-03-06T23:59:59+08:00", "2017-03-06"),  # the city's own words
        ("2017-07-06T16:00:00+00:00", "2017-07-07"),  # no daylight saving in summer
    ],
)
def test_the_date_is_the_date_in_shanghai(moment: str, day: str) -> None:
    assert city_date(datetime.fromisoformat(moment)) == date.fromisoformat(day)


def test_a_moment_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        city_date(datetime(2017, 3, 6))  # noqa: DTZ001


def test_a_day_begins_and_ends_in_shanghai_and_is_kept_in_utc() -> None:
    day = date(2017, 3, 7)
    assert day_begins(day) == datetime(2017, 3, 6, 16, tzinfo=UTC)
    assert day_ends(day) == datetime(2017, 3, 7, 15, 59, 59, tzinfo=UTC)
    assert day_ends(day).tzinfo is UTC
    assert city_date(day_begins(day)) == city_date(day_ends(day)) == day
    assert CITY_TIME.utcoffset(None) == timedelta(hours=8)


@pytest.mark.parametrize(
    ("after", "last", "count"),
    [
        ("2017-01-20", "2017-01-20", 0),  # nothing lies between
        ("2017-01-20", "2017-01-22", 1),  # the make-up Sunday
        ("2017-01-26", "2017-02-02", 0),  # the holiday
        ("2017-01-20", "2017-02-04", 7),  # 22 to 26 January, 3 and 4 February
        ("2017-02-04", "2017-01-20", 0),  # backwards
    ],
)
def test_working_days_between_two_days(after: str, last: str, count: int) -> None:
    between = CALENDAR.working_days(date.fromisoformat(after), date.fromisoformat(last))
    assert between == count


def test_the_working_day_after_another() -> None:
    friday = date(2017, 1, 20)
    assert CALENDAR.working_day_after(friday, 0) == friday
    assert CALENDAR.working_day_after(friday, 1) == date(2017, 1, 22)
    assert CALENDAR.working_day_after(friday, 6) == date(2017, 2, 3)


def test_counting_shows_every_day_from_the_start_to_the_last() -> None:
    rows = list(count_days(date(2017, 1, 25), 2, [], CALENDAR))
    assert [row.date for row in rows] == [date(2017, 1, 25) + timedelta(days=n) for n in range(10)]
    assert [row.number for row in rows if row.counted] == [1, 2]
    assert rows[2].reason is DayReason.HOLIDAY


def _row(
    reason: DayReason, name: str | None = None, number: int | None = None, guess: bool = False
) -> DayExplained:
    return DayExplained(date(2017, 1, 22), number is not None, reason, name, guess, number)


@pytest.mark.parametrize(
    ("row", "zh", "en"),
    [
        (_row(DayReason.HOLIDAY, SPRING), "春节假期，不计", "Spring Festival, not counted"),
        (
            _row(DayReason.MAKE_UP, SPRING, 3),
            "春节调休上班，计第3个工作日",
            "Make-up day for Spring Festival, counted as working day 3",
        ),
        (_row(DayReason.WORKDAY, None, 1), "计第1个工作日", "Counted as working day 1"),
        (
            _row(DayReason.WORKDAY, None, 2, guess=True),
            "计第2个工作日（当年日历未公布）",
            "Counted as working day 2 (calendar not published yet)",
        ),
        (_row(DayReason.START_DAY), "开始当日，不计", "The day it started, not counted"),
        (_row(DayReason.WEEKEND), "周末，不计", "Weekend, not counted"),
        (_row(DayReason.STOPPED), "停止计时，不计", "The clock was stopped, not counted"),
        (_row(DayReason.AWAY), "在其他环节，不计", "In another stage, not counted"),
    ],
)
def test_a_row_reads_well_in_both_languages(row: DayExplained, zh: str, en: str) -> None:
    assert reason_text(row, "zh") == zh
    assert reason_text(row, "en") == en


def test_every_reason_can_be_told_without_a_name_or_a_number() -> None:
    for reason in DayReason:
        for language in ("zh", "en"):
            assert "{" not in reason_text(_row(reason), language)


def test_a_festival_of_another_city_keeps_its_name() -> None:
    assert festival_name(SPRING, "zh") == FESTIVALS[SPRING] == "春节"
    assert festival_name("彝族火把节", "zh") == festival_name("彝族火把节", "en") == "彝族火把节"
