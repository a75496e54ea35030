"""What holds for every clock, whatever happens to it, from 2016 into the unpublished years."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from domain import deadlines
from domain.calendar import CITY_TIME, ONE_DAY, city_date, day_ends
from domain.deadlines import Clock
from domain.words import DeadlineState
from services.calendar import official_calendar

pytestmark = pytest.mark.ring("test")

CALENDAR = official_calendar()
HOUR = timedelta(hours=1)
FIRST = datetime(2016, 1, 1, tzinfo=CITY_TIME)
MOMENTS = st.integers(0, 12 * 365 * 24).map(lambda hour: FIRST + hour * HOUR)
PAUSES = st.lists(
    st.tuples(st.booleans(), st.integers(0, 200), st.integers(0, 300)), max_size=5
)  # a stop or an absence, hours before it, hours that it lasts


def _with_pauses(clock: Clock, pauses: list[tuple[bool, int, int]]) -> Clock:
    now = clock.started_at
    for is_stop, before, lasting in pauses:
        now += before * HOUR
        if is_stop:
            clock = deadlines.stop(clock, now, None, None, CALENDAR)
            clock = deadlines.restart(clock, now := now + lasting * HOUR, CALENDAR)
        else:
            clock = deadlines.leave(clock, now, CALENDAR)
            clock = deadlines.come_back(clock, now := now + lasting * HOUR, CALENDAR)
    return clock


@given(MOMENTS, st.integers(1, 30), PAUSES)
def test_the_explanation_counts_the_days_and_ends_on_the_due_date(
    begun: datetime, days: int, pauses: list[tuple[bool, int, int]]
) -> None:
    clock = _with_pauses(deadlines.start(begun, days, CALENDAR), pauses)
    rows = deadlines.explain(clock, CALENDAR)
    assert [row.number for row in rows if row.counted] == list(range(1, days + 1))
    assert [row.date for row in rows] == [rows[0].date + day * ONE_DAY for day in range(len(rows))]
    assert clock.due_at == day_ends(rows[-1].date)
    assert CALENDAR.day(rows[-1].date).works
    assert clock.started_at < clock.warn_at < clock.due_at


@given(MOMENTS, st.integers(1, 30), PAUSES, st.integers(1, 20))
def test_more_days_and_more_pauses_never_make_it_earlier(
    begun: datetime, days: int, pauses: list[tuple[bool, int, int]], more: int
) -> None:
    due = deadlines.start(begun, days, CALENDAR).due_at
    for count in range(len(pauses) + 1):
        clock = _with_pauses(deadlines.start(begun, days, CALENDAR), pauses[:count])
        assert clock.due_at >= due
        assert deadlines.extend(clock, more, CALENDAR).due_at >= clock.due_at
        due = clock.due_at


@given(MOMENTS, st.integers(1, 30), PAUSES)
def test_recomputing_changes_nothing(
    begun: datetime, days: int, pauses: list[tuple[bool, int, int]]
) -> None:
    clock = _with_pauses(deadlines.start(begun, days, CALENDAR), pauses)
    forgotten = replace(clock, due_at=begun, warn_at=begun, provisional=False, calendar_version="")
    assert deadlines.recompute(clock, CALENDAR) == clock
    assert deadlines.recompute(forgotten, CALENDAR) == clock


@given(MOMENTS, st.integers(1, 30), st.integers(0, 700), st.integers(0, 700))
def test_a_stop_of_k_working_days_moves_the_date_by_exactly_k(
    begun: datetime, days: int, before: int, lasting: int
) -> None:
    clock = deadlines.start(begun, days, CALENDAR)
    due = deadlines.explain(clock, CALENDAR)[-1].date
    begins, ends = begun + before * HOUR, begun + (before + lasting) * HOUR
    assume(city_date(begins) < due)
    stopped = deadlines.stop(clock, begins, None, None, CALENDAR)
    stopped = deadlines.restart(stopped, ends, CALENDAR)
    used = CALENDAR.working_days(city_date(begins), city_date(ends))
    moved = CALENDAR.working_days(due, deadlines.explain(stopped, CALENDAR)[-1].date)
    assert moved == used


@given(MOMENTS, st.integers(1, 30), PAUSES, st.integers(0, 2000))
def test_the_state_says_the_same_as_the_days_that_are_left(
    begun: datetime, days: int, pauses: list[tuple[bool, int, int]], later: int
) -> None:
    clock = _with_pauses(deadlines.start(begun, days, CALENDAR), pauses)
    now = begun + sum(before + lasting for _, before, lasting in pauses) * HOUR + later * HOUR
    left = deadlines.working_days_left(clock, now, CALENDAR)
    assert (left < 0) == (deadlines.state(clock, now) is DeadlineState.OVERDUE)
    assert left < days + 1
