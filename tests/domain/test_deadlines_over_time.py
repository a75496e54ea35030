"""How a clock stands as time goes by: its states, what is left, and when to look again."""

import pytest

from domain import deadlines
from domain.deadlines import PauseKind
from domain.words import DeadlineState
from services.calendar import official_calendar
from tests.domain.test_deadlines import at, lived

pytestmark = pytest.mark.ring("test")

CALENDAR = official_calendar()
RUNNING, STOPPED, WARNED, OVERDUE, MET = DeadlineState
STOP = "stop 03-08 09:00"
PLANNED = "stop 03-08 09:00 until 03-09 09:00"
LATE_STOP = "stop 03-14 09:00"
AWAY = "leave 03-08 09:00"
BACK = "leave 03-08 09:00, come_back 03-09 09:00"
DONE = "meet 03-13 23:59"
DONE_LATE = "meet 03-14 00:00"

STATES = [
    # what happened, now, state, ever overdue, working days left
    ("", "2017-03-06 10:00", RUNNING, False, 5),  # just started
    ("", "2017-03-10 23:59", RUNNING, False, 1),  # four days used
    ("", "2017-03-11 00:00", WARNED, False, 1),  # a Saturday: 80 %
    ("", "2017-03-13 00:00", WARNED, False, 0),  # due today
    ("", "2017-03-13 23:59", WARNED, False, 0),  # the last minute
    ("", "2017-03-14 00:00", OVERDUE, True, -1),  # too late
    ("", "2017-03-17 12:00", OVERDUE, True, -4),  # Friday
    ("", "2017-03-19 12:00", OVERDUE, True, -4),  # a weekend adds nothing
    ("", "2017-03-13 23:59:59.000", WARNED, False, 0),  # the due date itself
    ("", "2017-03-13 23:59:59.001", OVERDUE, True, -1),  # and a millisecond after it
    (STOP, "2017-03-08 09:00", STOPPED, False, 3),
    (STOP, "2017-05-08 09:00", STOPPED, False, 3),  # as long as it lasts
    (PLANNED, "2017-03-09 08:59", STOPPED, False, 3),
    (PLANNED, "2017-03-09 09:00", RUNNING, False, 3),  # it ended by itself
    (PLANNED, "2017-03-14 00:00", WARNED, False, 0),  # one day later than without
    (PLANNED, "2017-03-15 00:00", OVERDUE, True, -1),
    (LATE_STOP, "2017-03-17 12:00", OVERDUE, True, -1),  # stopping hides nothing
    (AWAY, "2017-05-08 09:00", STOPPED, False, 3),
    (BACK, "2017-03-09 09:00", RUNNING, False, 3),
    (BACK, "2017-03-15 09:00", OVERDUE, True, -1),
    (DONE, "2017-05-08 09:00", MET, False, 0),  # in time
    (DONE_LATE, "2017-05-08 09:00", MET, True, -1),  # met, and ever overdue
]


@pytest.mark.parametrize(("steps", "now", "state", "ever", "left"), STATES)
def test_a_clock_of_five_days_over_time(
    steps: str, now: str, state: DeadlineState, ever: bool, left: int
) -> None:
    clock = lived("2017-03-06 10:00", 5, steps)
    assert deadlines.state(clock, at(now)) is state
    assert deadlines.ever_overdue(clock, at(now)) is ever
    assert deadlines.working_days_left(clock, at(now), CALENDAR) == left


def test_a_weekend_after_the_due_date_is_overdue_by_one_already() -> None:
    clock = lived("2017-03-06 10:00", 4)
    assert deadlines.working_days_left(clock, at("2017-03-11 10:00"), CALENDAR) == -1


def test_the_pause_that_holds_a_clock_says_why() -> None:
    clock = lived("2017-03-06 10:00", 5, STOP)
    pause = deadlines.holding_pause(clock, at("2017-03-08 10:00"))
    assert pause is not None
    assert (pause.kind, pause.reason) == (PauseKind.STOPPED, "资料待补")
