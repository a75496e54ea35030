"""Stopping the clock and asking for more time: what moves the two clocks, and how far."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from domain.refusals import ActionNotAllowed, InvalidInput
from domain.words import Role, Stage
from domain.workflow import Action
from tests.domain.office import (
    HANDLER,
    RULEBOOK,
    TO_CALLBACK,
    TO_COMMUNICATION,
    TO_HANDLING,
    acts,
    at,
    day,
    due,
    moment,
    promised,
    walked,
)

pytestmark = pytest.mark.ring("test")

# The handling of a case that came in on Monday, 6 March 2017 is due on the 13th, the reply to the
# writer on the 20th. 2 to 4 April are holidays and 1 April, a Saturday, is worked.


def _left(walk: str, when: str) -> int:
    return walked(walk).stop_days_left(at(when), RULEBOOK.calendar)


def test_a_stop_moves_both_clocks_by_the_working_days_that_it_lasted() -> None:
    case = walked(f"{TO_HANDLING} STOP_CLOCK@2017-03-07 RESTART_CLOCK@2017-03-10")
    assert (due(case), promised(case)) == ("2017-03-16", "2017-03-23")
    assert case.stop_days_left(at("2017-03-10"), RULEBOOK.calendar) == 7


def test_a_stop_in_communication_moves_the_first_contact_and_the_promise() -> None:
    case = walked(f"{TO_COMMUNICATION} STOP_CLOCK@2017-03-07 RESTART_CLOCK@2017-03-09")
    assert (case.stage, due(case), promised(case)) == (
        Stage.COMMUNICATION,
        "2017-03-10",
        "2017-03-22",
    )


def test_a_stop_without_an_end_is_planned_for_as_long_as_the_days_last() -> None:
    case = walked(f"{TO_HANDLING} STOP_CLOCK@2017-03-07")
    stop = case.open_stop(at("2017-03-08"))
    assert stop is not None
    assert stop.until is not None
    assert day(stop.until) == "2017-03-21"
    assert (due(case), promised(case)) == ("2017-03-27", "2017-04-01")


def test_ten_working_days_of_stops_in_all_across_stages() -> None:
    communication = f"{TO_COMMUNICATION} STOP_CLOCK@2017-03-07 RESTART_CLOCK@2017-03-13"
    assert _left(communication, "2017-03-13") == 6
    stopped = f"{communication} RECORD_CONTACT@2017-03-13 STOP_CLOCK@2017-03-14"
    assert _left(stopped, "2017-03-16") == 4
    assert _left(stopped, "2017-05-01") == 0
    used_up = walked(f"{stopped} NOTE_PROGRESS@2017-03-23")
    with pytest.raises(ActionNotAllowed, match="used up"):
        acts(used_up, Action.STOP_CLOCK)
    assert promised(used_up) == "2017-04-01", "ten working days after the 20th"


@pytest.mark.parametrize(
    ("until", "may"),
    [
        ("2017-03-21 23:59", True),  # the end of the tenth working day
        ("2017-03-22 00:00", False),  # past it
        ("2017-03-07 12:01", True),  # a minute
        ("2017-03-07 12:00", False),  # now
        ("2017-03-06 12:00", False),  # the past
        ("2117-03-06 12:00", False),  # absurd
    ],
)
def test_a_stop_ends_in_the_future_and_within_the_ten_days(until: str, may: bool) -> None:
    case = walked(TO_HANDLING)
    if may:
        stopped = acts(case, Action.STOP_CLOCK, when="2017-03-07 12:00", until=at(until))
        assert stopped.open_stop(at("2017-03-07 12:00")) is not None
    else:
        with pytest.raises(InvalidInput) as refused:
            acts(case, Action.STOP_CLOCK, when="2017-03-07 12:00", until=at(until))
        assert refused.value.field == "until"


def test_a_stop_refuses_an_end_that_says_no_time_zone() -> None:
    with pytest.raises(InvalidInput, match="its zone") as refused:
        acts(walked(TO_HANDLING), Action.STOP_CLOCK, until=datetime(2017, 3, 8))  # noqa: DTZ001
    assert refused.value.field == "until"


@pytest.mark.parametrize("later", ["2017-03-09 10:00", "2017-03-09 10:01", "2017-03-20 08:00"])
def test_a_stop_ends_by_itself_and_whatever_happens_next_says_when(later: str) -> None:
    stopped = acts(
        walked(TO_HANDLING), Action.STOP_CLOCK, when="2017-03-07", until=at("2017-03-09 10:00")
    )
    case = acts(stopped, Action.NOTE_PROGRESS, when=later)
    restart, noted = case.history[-2:]
    assert (restart.action, restart.role, restart.subject) == (
        Action.RESTART_CLOCK,
        Role.SYSTEM,
        "system",
    )
    assert (restart.at, noted.at) == (at("2017-03-09 10:00"), at(later))
    assert (due(case), promised(case)) == ("2017-03-15", "2017-03-22")
    assert RULEBOOK.chain.first_broken(case.number, case.history) is None


def test_before_its_end_a_stop_goes_on_whatever_happens() -> None:
    stopped = acts(
        walked(TO_HANDLING), Action.STOP_CLOCK, when="2017-03-07", until=at("2017-03-09 10:00")
    )
    case = acts(stopped, Action.NOTE_PROGRESS, when="2017-03-09 09:59")
    assert [entry.action for entry in case.history[-2:]] == [
        Action.STOP_CLOCK,
        Action.NOTE_PROGRESS,
    ]
    assert case.open_stop(case.updated_at) is not None


def test_a_refused_action_leaves_a_stop_that_has_ended_unrecorded() -> None:
    stopped = walked(f"{TO_HANDLING} STOP_CLOCK@2017-03-07")
    with pytest.raises(ActionNotAllowed, match="is running"):
        acts(stopped, Action.RESTART_CLOCK, when="2017-04-01")
    assert stopped.history[-1].action is Action.STOP_CLOCK


def test_the_end_of_a_stop_is_kept_in_whole_milliseconds() -> None:
    until = datetime(2017, 3, 9, 2, 0, 0, 123_456, tzinfo=UTC)
    stopped = acts(walked(TO_HANDLING), Action.STOP_CLOCK, until=until)
    case = acts(stopped, Action.NOTE_PROGRESS, when="2017-03-10")
    assert case.history[-2].at == until - timedelta(microseconds=456)


def test_a_clock_is_stopped_once_at_a_time() -> None:
    stopped = walked(f"{TO_HANDLING} STOP_CLOCK@2017-03-07")
    with pytest.raises(ActionNotAllowed, match="stopped already"):
        acts(stopped, Action.STOP_CLOCK)
    with pytest.raises(ActionNotAllowed, match="is running"):
        acts(walked(TO_HANDLING), Action.RESTART_CLOCK)


@pytest.mark.parametrize(
    ("walk", "promise"),
    [
        (f"{TO_COMMUNICATION} STOP_CLOCK@2017-03-07 RECORD_CONTACT@2017-03-09", "2017-03-22"),
        (f"{TO_HANDLING} STOP_CLOCK@2017-03-07 SUBMIT_REPLY@2017-03-09", "2017-03-22"),
        (f"{TO_HANDLING} STOP_CLOCK@2017-03-07 WITHDRAW@2017-03-09", "2017-03-22"),
    ],
)
def test_leaving_the_stage_ends_the_stop_for_both_clocks(walk: str, promise: str) -> None:
    case = walked(walk)
    assert promised(case) == promise
    assert case.stop_days_left(at("2017-05-01"), RULEBOOK.calendar) == 8
    assert case.promise.pauses[-1].to_at == case.updated_at


def test_a_stop_after_the_reply_moves_the_stage_only() -> None:
    again = walked(f"{TO_CALLBACK} DISSATISFIED")
    promise = again.promise
    case = walked("STOP_CLOCK@2017-03-07 RESTART_CLOCK@2017-03-09", again)
    assert case.promise == promise
    assert due(case) == "2017-03-15"


def test_granted_time_moves_both_clocks() -> None:
    case = walked(f"{TO_HANDLING} REQUEST_EXTENSION@2017-03-08")
    assert (due(case), promised(case)) == ("2017-03-13", "2017-03-20")
    granted = walked("DECIDE_EXTENSION@2017-03-09", case)
    assert (granted.stage, due(granted), promised(granted)) == (
        Stage.HANDLING,
        "2017-03-20",
        "2017-03-27",
    )


def test_refused_time_moves_nothing_and_does_not_count_as_days() -> None:
    before = acts(walked(TO_HANDLING), Action.REQUEST_EXTENSION, working_days=15)
    case = walked("REFUSED_TIME", before)
    assert (case.clocks, case.extension_days_left) == (before.clocks, 20)
    assert acts(case, Action.REQUEST_EXTENSION, working_days=20).pending_extension is not None


@pytest.mark.parametrize(("when", "may"), [("2017-03-13 23:59", True), ("2017-03-14 00:00", False)])
def test_time_is_asked_for_before_the_deadline_only(when: str, may: bool) -> None:
    case = walked(TO_HANDLING)
    buttons = case.available_actions(moment(case, when, HANDLER))
    assert (Action.REQUEST_EXTENSION in buttons) is may
    if may:
        assert acts(case, Action.REQUEST_EXTENSION, when=when).pending_extension is not None
    else:
        with pytest.raises(ActionNotAllowed, match="before the deadline only"):
            acts(case, Action.REQUEST_EXTENSION, when=when)


def test_time_that_was_asked_for_in_time_is_granted_late_from_the_old_deadline() -> None:
    case = walked(f"{TO_HANDLING} REQUEST_EXTENSION@2017-03-13 DECIDE_EXTENSION@2017-03-15")
    assert due(case) == "2017-03-20"


@pytest.mark.parametrize("second", ["DECIDE_EXTENSION", "REFUSED_TIME"])
def test_time_is_asked_for_at_most_twice_granted_or_not(second: str) -> None:
    case = walked(f"{TO_HANDLING} REQUEST_EXTENSION {second} REQUEST_EXTENSION {second}")
    with pytest.raises(ActionNotAllowed, match="twice"):
        acts(case, Action.REQUEST_EXTENSION)


def test_twenty_working_days_in_all() -> None:
    first = acts(walked(TO_HANDLING), Action.REQUEST_EXTENSION, working_days=12)
    case = walked("DECIDE_EXTENSION", first)
    assert case.extension_days_left == 8
    with pytest.raises(InvalidInput, match="8 are left") as refused:
        acts(case, Action.REQUEST_EXTENSION, working_days=9)
    assert refused.value.field == "working_days"
    both = walked("DECIDE_EXTENSION", acts(case, Action.REQUEST_EXTENSION, working_days=8))
    assert both.extension_days_left == 0
    assert both.promise.extended == 20


def test_one_extension_of_twenty_days_leaves_no_second() -> None:
    case = acts(walked(TO_HANDLING), Action.REQUEST_EXTENSION, working_days=20)
    with pytest.raises(ActionNotAllowed, match="twenty working days"):
        acts(walked("DECIDE_EXTENSION", case), Action.REQUEST_EXTENSION, working_days=1)


@pytest.mark.parametrize("days", [0, -1, 21, True, "5", 1.5])
def test_more_time_is_a_whole_number_of_days(days: object) -> None:
    with pytest.raises(InvalidInput) as refused:
        acts(walked(TO_HANDLING), Action.REQUEST_EXTENSION, working_days=days)
    assert refused.value.field == "working_days"


def test_a_request_waits_for_its_decision() -> None:
    asked = walked(f"{TO_HANDLING} REQUEST_EXTENSION")
    with pytest.raises(ActionNotAllowed, match="waits for its decision"):
        acts(asked, Action.REQUEST_EXTENSION)
    for walk in ("", "REQUEST_EXTENSION DECIDE_EXTENSION"):
        with pytest.raises(ActionNotAllowed, match="No request"):
            acts(walked(f"{TO_HANDLING} {walk}"), Action.DECIDE_EXTENSION)


def test_a_stop_and_more_time_add_up() -> None:
    walk = "REQUEST_EXTENSION STOP_CLOCK@2017-03-07 DECIDE_EXTENSION RESTART_CLOCK@2017-03-09"
    case = walked(f"{TO_HANDLING} {walk}")
    assert (due(case), promised(case)) == ("2017-03-22", "2017-03-29")
