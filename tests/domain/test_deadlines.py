"""Times are the city's, ``YYYY-MM-DD HH:MM``; the calendar is the official one."""

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from domain import deadlines
from domain.calendar import CITY_TIME, DayReason, WorkingCalendar, reason_text
from domain.deadlines import Clock
from services.calendar import official_calendar

pytestmark = pytest.mark.ring("test")

CALENDAR = official_calendar()
DOCUMENT = Path(__file__).parents[2] / "docs" / "deadlines.md"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CITY_TIME)


def shown(moment: datetime) -> str:
    return moment.astimezone(CITY_TIME).strftime("%Y-%m-%d %H:%M")


def lived(begun: str, days: int, steps: str = "") -> Clock:
    """A clock that went through steps such as ``"stop 03-08 09:00, extend 2"``, in 2017."""
    clock = deadlines.start(at(begun), days, CALENDAR)
    for step in filter(None, steps.split(", ")):
        name, _, value = step.partition(" ")
        if name in ("extend", "with_days"):
            clock = getattr(deadlines, name)(clock, int(value), CALENDAR)
        elif name == "stop":
            now, _, until = value.partition(" until ")
            end = at(f"2017-{until}") if until else None
            clock = deadlines.stop(clock, at(f"2017-{now}"), end, "资料待补", CALENDAR)
        else:
            clock = getattr(deadlines, name)(clock, at(f"2017-{value}"), CALENDAR)
    return clock


@pytest.mark.parametrize(
    ("begun", "days", "due"),
    [
        ("2017-03-06 10:00", 1, "2017-03-07"),  # Monday: due Tuesday
        ("2017-03-06 00:00", 1, "2017-03-07"),  # at its first minute: the same
        ("2017-03-06 23:59", 1, "2017-03-07"),  # and at its last
        ("2017-03-10 17:00", 1, "2017-03-13"),  # Friday: due Monday
        ("2017-03-11 09:00", 1, "2017-03-13"),  # Saturday: due Monday as well
        ("2017-03-06 10:00", 5, "2017-03-13"),  # a working week
        ("2017-03-06 10:00", 10, "2017-03-20"),  # the promise to the writer
        ("2017-01-20 10:00", 1, "2017-01-22"),  # Spring Festival: the Sunday before is worked
        ("2017-01-20 10:00", 5, "2017-01-26"),  # 22 to 26 January
        ("2017-01-20 10:00", 6, "2017-02-03"),  # the holiday is skipped
        ("2017-01-20 10:00", 7, "2017-02-04"),  # and the Saturday after it is worked
        ("2017-01-20 10:00", 8, "2017-02-06"),  # the Sunday is not
        ("2017-01-26 23:59", 1, "2017-02-03"),  # the last minute before the holiday
        ("2017-01-28 09:00", 1, "2017-02-03"),  # the first day of the lunar year
        ("2017-09-29 10:00", 1, "2017-09-30"),  # National Day: the Saturday before is worked
        ("2017-09-29 10:00", 2, "2017-10-09"),  # 1 to 8 October off
        ("2017-09-29 10:00", 5, "2017-10-12"),  # 30 September, then 9 to 12 October
        ("2017-10-01 08:00", 10, "2017-10-20"),  # written on the day itself
        ("2016-12-30 08:00", 1, "2017-01-03"),  # New Year: 31 December to 2 January off
    ],
)
def test_a_clock_counts_working_days(begun: str, days: int, due: str) -> None:
    assert shown(lived(begun, days).due_at) == f"{due} 23:59"


@pytest.mark.parametrize(
    ("begun", "days", "due", "provisional"),
    [
        ("2026-12-30 10:00", 1, "2026-12-31", False),  # the last published day
        (
            "2026-12-30 10:00",
            2,
            "2027-01-04",
            True,
        ),  # 1 January is off by law
        ("2026-12-30 10:00", 4, "2027-01-06", True),  # the weekend rests
        ("2027-02-04 10:00", 2, "2027-02-12", True),  # of Spring Festival four days and a weekend
        ("2003-12-31 10:00", 1, "2004-01-02", False),  # only counted days matter
        ("2003-12-30 10:00", 1, "2003-12-31", True),  # before the first year
    ],
)
def test_a_year_without_a_calendar_is_provisional(
    begun: str, days: int, due: str, provisional: bool
) -> None:
    clock = lived(begun, days)
    assert (shown(clock.due_at)[:10], clock.provisional) == (due, provisional)
    assert clock.calendar_version == CALENDAR.version


def test_a_published_calendar_makes_it_certain() -> None:
    days_off = {date(2027, 2, day): "Spring Festival" for day in range(5, 12)}
    arrived = WorkingCalendar("2027", days_off, {}, 2027, 2027)
    clock = deadlines.recompute(lived("2027-02-04 10:00", 2), arrived)
    assert (shown(clock.due_at)[:10], clock.provisional) == ("2027-02-15", False)
    assert clock.calendar_version == "2027"


PAUSED = [
    # begun, days, what happens, due
    ("03-06", 5, "", "03-13"),
    # A stop within a day costs nothing, over a night one day, over a weekend its working days
    ("03-06", 5, "stop 03-08 09:00, restart 03-08 17:00", "03-13"),
    ("03-06", 5, "stop 03-08 09:00, restart 03-09 09:00", "03-14"),
    ("03-06", 5, "stop 03-10 09:00, restart 03-13 09:00", "03-14"),
    # Over the Spring Festival: 25 and 26 January, 3 and 4 February are covered
    ("01-20", 5, "stop 01-24 15:00, restart 02-04 09:00", "02-07"),
    # A stop that lies in the holiday altogether costs nothing
    ("01-20", 6, "stop 01-28 10:00, restart 02-01 10:00", "02-03"),
    # Over National Day: 30 September and 9 October are covered
    ("09-28", 3, "stop 09-29 10:00, restart 10-09 10:00", "10-11"),
    # A planned stop moves the date at once, ends by itself, and can be ended before
    ("03-06", 5, "stop 03-08 09:00 until 03-10 18:00", "03-15"),
    ("03-06", 5, "stop 03-08 09:00 until 03-10 18:00, restart 03-10 18:05", "03-15"),
    ("03-06", 5, "stop 03-08 09:00 until 03-10 18:00, restart 03-20 09:00", "03-15"),
    ("03-06", 5, "stop 03-08 09:00 until 03-10 18:00, restart 03-09 09:00", "03-14"),
    # An end that nobody knows: as if it came on the same day
    ("03-06", 5, "stop 03-08 09:00", "03-13"),
    # On the last day: the rest of it is kept for the day of the restart, or the next that works
    ("03-06", 5, "stop 03-13 16:00, restart 03-16 09:00", "03-16"),
    ("03-06", 5, "stop 03-13 16:00, restart 03-18 09:00", "03-20"),
    ("03-06", 5, "stop 03-13 16:00 until 03-16 09:00", "03-16"),
    # ... twice over, and after a stop within that day
    (
        "03-06", 5,
        "stop 03-13 16:00, restart 03-16 09:00, stop 03-16 10:00, restart 03-21 09:00", "03-21",
    ),
    (
        "03-06", 5,
        "stop 03-13 10:00, restart 03-13 11:00, stop 03-13 12:00, restart 03-14 09:00", "03-14",
    ),
    # ... restarted on a Saturday and stopped again before the Monday
    (
        "03-06", 5,
        "stop 03-13 16:00, restart 03-18 09:00, stop 03-18 10:00, restart 03-22 09:00", "03-23",
    ),
    # Past its due date a clock stays overdue
    ("03-06", 5, "stop 03-14 09:00, restart 03-20 09:00", "03-13"),
    ("03-06", 5, "stop 03-13 23:59:59.001, restart 03-20 09:00", "03-13"),
    # A return keeps what remains: 2 of 5 days used on 8 March, 3 left from the 15th on
    ("03-06", 5, "leave 03-08 16:00, come_back 03-15 10:00", "03-20"),
    # A reply that is sent back on the day after the last is not overdue at once
    ("03-06", 5, "leave 03-13 20:00, come_back 03-14 10:00", "03-14"),
    # Leaving ends a stop, a planned one at its end
    ("03-06", 5, "stop 03-07 09:00, leave 03-08 16:00, come_back 03-15 10:00", "03-21"),
    (
        "03-06", 5,
        "stop 03-07 09:00 until 03-07 18:00, leave 03-08 16:00, come_back 03-15 10:00", "03-20",
    ),
    # Two stops add up; the second may follow a planned one that nobody restarted
    (
        "03-06", 5,
        "stop 03-07 09:00 until 03-08 09:00, stop 03-09 09:00, restart 03-10 09:00", "03-15",
    ),
    # Extensions: alone, over the Spring Festival, of a stopped clock, after a kept last day
    ("03-06", 5, "extend 5", "03-20"),
    ("01-20", 5, "extend 2", "02-04"),
    ("03-06", 5, "stop 03-08 09:00, extend 2, restart 03-09 09:00", "03-16"),
    ("03-06", 5, "stop 03-13 16:00, restart 03-16 09:00, extend 2", "03-20"),
    # Another urgency: the new limit from the same start; what was granted stays
    ("03-06", 10, "with_days 2", "03-08"),
    ("03-06", 10, "extend 3, with_days 2", "03-13"),
    # Met: an open stop ends, and nothing changes the date any more
    ("03-06", 5, "stop 03-13 09:00, meet 03-16 09:00", "03-16"),
    ("03-06", 5, "meet 03-08 09:00, stop 03-09 09:00, restart 03-10 09:00, extend 5", "03-13"),
    ("03-06", 5, "meet 03-08 09:00, leave 03-09 09:00, come_back 03-14 09:00", "03-13"),
    ("03-06", 5, "meet 03-08 09:00, with_days 9, meet 03-09 09:00", "03-13"),
]  # fmt: skip


@pytest.mark.parametrize(("begun", "days", "steps", "due"), PAUSED)
def test_pauses_and_extensions_move_the_date(begun: str, days: int, steps: str, due: str) -> None:
    assert shown(lived(f"2017-{begun} 10:00", days, steps).due_at) == f"2017-{due} 23:59"


@pytest.mark.parametrize(
    ("begun", "days", "steps", "warned"),
    [
        ("03-06", 1, "", "03-07 19:12"),  # 0.8 of the one counted day
        ("03-06", 2, "", "03-08 14:24"),  # 1.6
        ("03-06", 3, "", "03-09 09:36"),  # 2.4
        ("03-06", 5, "", "03-11 00:00"),  # the end of the 4th, a Friday
        ("03-06", 10, "", "03-17 00:00"),  # the end of the 8th, a Thursday
        ("03-06", 6, "", "03-13 19:12"),  # 4.8: in the 5th of six
        ("01-20", 7, "", "02-03 14:24"),  # 5.6: in the 6th, after the holiday
        ("03-06", 5, "extend 5", "03-17 00:00"),  # more time, later
        ("03-06", 5, "stop 03-07 09:00, restart 03-08 09:00", "03-14 00:00"),  # a stop
        ("03-06", 5, "stop 03-13 09:00, restart 03-15 09:00", "03-11 00:00"),  # one after it
        ("03-06", 1, "stop 03-07 09:00, restart 03-09 09:00", "03-09 19:12"),  # on the last day
        ("03-06", 5, "leave 03-07 09:00, come_back 03-08 09:00", "03-14 00:00"),  # a return
    ],
)
def test_the_warning_comes_at_80_percent(begun: str, days: int, steps: str, warned: str) -> None:
    assert shown(lived(f"2017-{begun} 10:00", days, steps).warn_at) == f"2017-{warned}"


def _reasons(clock: Clock) -> dict[str, DayReason]:
    return {f"{row.date:%m-%d}": row.reason for row in deadlines.explain(clock, CALENDAR)}


def test_the_explanation_says_why_for_every_day() -> None:
    clock = lived("2017-01-20 10:00", 2, "stop 01-23 15:00, restart 02-03 09:00")
    weekend, holiday = DayReason.WEEKEND, DayReason.HOLIDAY
    assert _reasons(clock) == {
        "01-20": DayReason.START_DAY,
        "01-21": weekend,
        "01-22": DayReason.MAKE_UP,
        "01-23": DayReason.WORKDAY,  # the last day, and the stop begins on it
        "01-24": DayReason.STOPPED,
        "01-25": DayReason.STOPPED,
        "01-26": DayReason.STOPPED,
        **{f"{day:%m-%d}": holiday for day in _days(date(2017, 1, 27), 7)},
        "02-03": DayReason.REST_OF_LAST_DAY,
    }


def test_the_explanation_tells_an_absence_from_a_stop() -> None:
    clock = lived("2017-03-06 10:00", 2, "leave 03-06 16:00, come_back 03-08 09:00")
    assert _reasons(clock)["03-07"] is DayReason.AWAY


@pytest.mark.parametrize(
    ("days", "steps"),
    [
        (10, ""),  # the promise to a writer, over the Spring Festival
        (5, "stop 01-24 15:00, restart 02-04 09:00"),  # a stop over it
    ],
)
def test_the_worked_examples_of_the_document_are_true(days: int, steps: str) -> None:
    clock, document = lived("2017-01-20 10:00", days, steps), DOCUMENT.read_text("utf-8")
    rows = deadlines.explain(clock, CALENDAR)
    told = [
        f"| {row.date:%a %d %b} | {row.number or ''} | {reason_text(row, 'en')} |" for row in rows
    ]
    assert "\n".join(told) in document
    assert shown(clock.warn_at) in document
    assert shown(clock.due_at) in document


def _days(first: date, count: int) -> list[date]:
    return [first + timedelta(days=n) for n in range(count)]


@pytest.mark.parametrize(
    ("steps", "words"),
    [
        ("restart 03-07 09:00", "no open pause"),  # it runs
        ("come_back 03-07 09:00", "no open pause"),  # it is here
        ("stop 03-08 09:00, stop 03-09 09:00", "does not run"),  # stopped already
        ("stop 03-08 09:00, come_back 03-09 09:00", "no open pause"),  # stopped, not away
        ("leave 03-08 09:00, leave 03-09 09:00", "no open pause"),  # away already
        ("leave 03-08 09:00, stop 03-09 09:00", "does not run"),  # nothing to stop
        ("stop 03-08 09:00 until 03-08 09:00", "cannot last"),  # it would end at once
        ("extend 0", "extension"),  # no time at all
        ("extend 396", "401 working days"),  # beyond reason
        ("with_days 0", "0 working days"),  # no limit
    ],
)
def test_what_a_clock_cannot_do(steps: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        lived("2017-03-06 10:00", 5, steps)


def test_a_stop_is_not_planned_for_years() -> None:
    clock, now = lived("2017-03-06 10:00", 5), at("2017-03-08 09:00")
    with pytest.raises(ValueError, match="cannot last"):
        deadlines.stop(clock, now, at("2027-03-08 09:00"), None, CALENDAR)


def test_a_clock_keeps_its_order_when_two_machines_disagree_by_a_little() -> None:
    clock = lived("2017-03-06 10:00", 5, "stop 03-06 09:59, restart 03-06 09:58")
    (pause,) = clock.pauses
    assert pause.from_at == pause.to_at == clock.started_at
