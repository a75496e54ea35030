"""Cron expressions in a time zone: when they are due, and what is none."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from domain.refusals import InvalidInput, Text
from services.functions.schedules import MOST_CAUGHT_UP, Schedule, due, next_run_at
from services.functions.table import FUNCTIONS, CatchUp, Function
from storage.functions import FunctionState

pytestmark = pytest.mark.ring("test")

CITY = "Asia/Shanghai"
NOW = datetime(2017, 3, 6, 1, 5, tzinfo=UTC)  # 09:05 in the city


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("cron", "timezone", "following"),
    [
        ("*/10 * * * *", CITY, "2017-03-06 01:10"),
        ("0 2 1 * *", CITY, "2017-03-31 18:00"),  # 02:00 on 1 April in the city
        ("0 3 1,25 * *", CITY, "2017-03-24 19:00"),
        ("5 9 * * *", CITY, "2017-03-07 01:05"),  # not now: after it
        ("0 9 * * MON-FRI", "Europe/Berlin", "2017-03-06 08:00"),
        ("0 9 * * sun", "Europe/Berlin", "2017-03-12 08:00"),
        ("0 9 * * 7", "UTC", "2017-03-12 09:00"),
        ("30 9 26 3 *", "Europe/Berlin", "2017-03-26 07:30"),  # the clocks went forward that night
        ("0 0 29 feb *", "UTC", "2020-02-29 00:00"),
    ],
)
def test_the_next_time_is_on_the_clock_of_the_zone(
    cron: str, timezone: str, following: str
) -> None:
    assert Schedule.checked(cron, timezone).next_after(NOW) == moment(following)


@pytest.mark.parametrize(
    "cron",
    [
        "", "* * * *", "* * * * * *", "60 * * * *", "* 24 * * *", "* * 0 * *", "* * 32 * *",
        "* * * 13 *", "* * * * 8", "*/0 * * * *", "5-1 * * * *", "a * * * *", "@daily", "* * L * *",
        "* * * * MON#1", "* * * * 5L", "0 0 30 2 *", "0 0 1 * MON", "1,,2 * * * *", "٣ * * * *",
        "* * * * *\n* * * * *", "1," * 60 + "1 * * * *",
        "*/99 * * * *", "*/60 * * * *", "* */24 * * *", "0 0 */31 * *", "0 0 1 */12 *",
        "0 0 * * */7", "0 0 31 2,4,6,9,11 *", "0 0 30,31 2 *", "1-5/70 * * * *",
    ],
)  # fmt: skip
def test_what_every_cron_and_eventbridge_cannot_do_alike_is_refused(cron: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        Schedule.checked(cron, CITY)
    assert refused.value.field == "schedule"


FILES = ("localtime", "posixrules", "right/UTC", "posix/Asia/Shanghai", "Factory")


@pytest.mark.parametrize(
    "timezone", ["", "Mars/Olympus", "../../etc/passwd", "/etc/passwd", "\0", *FILES]
)
def test_a_zone_that_does_not_exist_is_refused(timezone: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        Schedule.checked("* * * * *", timezone)
    assert refused.value.field == "timezone"


@pytest.mark.parametrize("function", FUNCTIONS.values(), ids=lambda one: one.name)
def test_the_defaults_are_schedules(function: Function) -> None:
    checked = Schedule.checked(function.schedule, function.timezone)
    assert checked == Schedule(function.schedule, function.timezone)


# What is due


def one(catch_up: CatchUp) -> Function:
    return Function("one", Text("一", "one"), "*/10 * * * *", catch_up)


def since(minutes: int, **changed: object) -> FunctionState:
    return FunctionState("one", covered_until=NOW - timedelta(minutes=minutes), **changed)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("minutes", "times"),
    [
        (4, []),
        (5, []),  # 01:00 itself has been seen to
        (6, ["01:00"]),
        (26, ["00:40", "00:50", "01:00"]),
    ],
)
def test_missed_times_are_due_in_order(minutes: int, times: list[str]) -> None:
    expected = [moment(f"2017-03-06 {time}") for time in times]
    assert due(one(CatchUp.ALL), since(minutes), NOW) == expected
    assert due(one(CatchUp.LATEST), since(minutes), NOW) == expected[-1:]


def test_a_time_is_due_in_the_moment_it_comes() -> None:
    ten_past = NOW + timedelta(minutes=5)
    for catch_up in CatchUp:
        assert due(one(catch_up), since(0), ten_past) == [ten_past]


def test_very_many_missed_times_are_caught_up_a_few_at_a_time() -> None:
    times = due(one(CatchUp.ALL), since(60 * 24), NOW)
    assert len(times) == MOST_CAUGHT_UP
    assert times[0] == NOW - timedelta(minutes=60 * 24 - 5)


def test_nothing_is_due_while_paused_or_before_anybody_looked() -> None:
    assert due(one(CatchUp.ALL), since(60, enabled=False), NOW) == []
    assert due(one(CatchUp.ALL), FunctionState("one"), NOW) == []
    assert next_run_at(one(CatchUp.ALL), since(60, enabled=False), NOW) is None


def test_ops_may_give_another_schedule_and_zone() -> None:
    state = since(0, schedule="0 9 * * *", timezone="Europe/Berlin")
    assert next_run_at(one(CatchUp.ALL), state, NOW) == moment("2017-03-06 08:00")
