"""The overdue sweep, case by case: what it does at which moment, told as tables."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from domain.actors import SYSTEM
from domain.case import Case
from domain.notices import Audience, Occasion
from domain.policies import Limit
from domain.rulebook import Moment
from domain.sweeping import Swept, swept
from domain.waking import overdue_since
from domain.words import Rung, Stage
from domain.workflow import Action
from tests.domain.office import (
    DISTRICT,
    RULEBOOK,
    TO_CALLBACK,
    TO_CONCLUSION,
    TO_FEEDBACK,
    TO_HANDLING,
    acts,
    at,
    day,
    submitted,
    walked,
)

pytestmark = pytest.mark.ring("test")

TICK = timedelta(milliseconds=1)


def look(case: Case, when: str | datetime) -> Swept:
    now = at(when) if isinstance(when, str) else when
    return swept(case, Moment(SYSTEM, now, RULEBOOK))


def looked(case: Case, *moments: str) -> tuple[Case, list[tuple[str, ...]]]:
    """The case after a sweep at each moment, and what each of them did."""
    what = []
    for moment in moments:
        done = look(case, moment)
        case = done.case
        what.append(done.what)
    return case, what


# HANDLING began on Monday 2017-03-06 at 09:04: five working days, due on Monday the 13th; the
# promise of ten is due on the 20th. 80 % of five is the end of the 4th day, of ten of the 8th.
COURSE = [
    ("2017-03-09 23:59", ()),  # the 3rd day: nothing yet
    ("2017-03-11 00:00", ("WARNED",)),  # the 4th day, Friday, is over
    ("2017-03-11 00:10", ()),  # told once
    ("2017-03-13 23:59", ()),  # the last minute is the unit's
    ("2017-03-14 00:00", ("OVERDUE", "NOTICE")),
    ("2017-03-16 23:59", ()),
    ("2017-03-17 00:00", ("WARNED", "YELLOW_CARD")),  # the promise; three working days after
    ("2017-03-21 00:00", ("OVERDUE", "RED_CARD")),  # the promise has passed, and five days
    ("2017-03-28 00:00", ("LEADER_INSTRUCTION",)),  # ten
    ("2017-06-01 00:00", ()),  # the ladder has no more
]


def test_a_case_that_nobody_finishes_goes_up_the_ladder() -> None:
    case, what = looked(walked(TO_HANDLING), *(when for when, _ in COURSE))
    assert what == [done for _, done in COURSE]
    assert case.wake_at is None
    assert case.stage is Stage.HANDLING
    assert [entry.details["rung"] for entry in case.since(None, Action.SUPERVISE)] == list(Rung)
    assert {entry.role for entry in case.since(None, Action.SUPERVISE)} == {"SYSTEM"}


def test_a_sweep_that_comes_late_does_all_of_it_at_once_and_marks_the_true_moment() -> None:
    handled = walked(TO_HANDLING)
    done = look(handled, "2017-03-21 08:00")
    assert done.what == ("OVERDUE", "NOTICE", "YELLOW_CARD", "RED_CARD")
    due = {limit: clock.due_at for limit, clock in handled.running_clocks().items()}
    assert done.case.watch.overdue == due, "the due dates, whenever the sweep came"
    assert done.case.watch.warned == {}, "past its date when first met: no warning any more"
    assert {entry.at for entry in done.case.history[-3:]} == {at("2017-03-21 08:00")}
    since = overdue_since(handled.stage, handled.clocks, at("2017-03-21 08:00"))
    assert since == due[Limit.HANDLING]


@pytest.mark.parametrize(
    ("walk", "when", "since"),
    [
        (TO_HANDLING, "2017-03-13 23:59", None),
        (TO_HANDLING, "2017-03-14 00:00", "2017-03-13"),  # handling
        (TO_HANDLING, "2017-06-01 00:00", "2017-03-13"),
        (f"{TO_HANDLING} SUBMIT_REPLY@2017-03-14", "2017-03-15 00:00", None),  # feedback is not
        (f"{TO_HANDLING} SUBMIT_REPLY@2017-03-14", "2017-03-21 00:00", "2017-03-15"),
        (TO_CALLBACK, "2017-06-01 00:00", None),  # waits for its writer
        (TO_CONCLUSION, "2017-06-01 00:00", None),
    ],
)
def test_overdue_is_since_the_first_date_that_passed_of_the_clocks_that_run(
    walk: str, when: str, since: str | None
) -> None:
    case = walked(walk)
    found = overdue_since(case.stage, case.clocks, at(when))
    assert (day(found) if found else None) == since


def test_each_is_told_in_the_day_s_digest_the_superior_when_it_is_too_late() -> None:
    warned = look(walked(TO_HANDLING), "2017-03-11 00:00")
    [notice] = warned.notices
    assert (notice.about, notice.audience, notice.unit) == (
        Occasion.WARNING,
        Audience.UNIT,
        DISTRICT.code,
    )
    assert notice.id == "one-warning-handling-20170313-5-unit"
    late = look(warned.case, "2017-03-14 00:10").notices
    assert [(one.about, one.audience, one.unit) for one in late] == [
        (Occasion.OVERDUE, Audience.UNIT, DISTRICT.code),
        (Occasion.OVERDUE, Audience.SUPERIOR, "5101"),
        (Action.SUPERVISE, Audience.UNIT, DISTRICT.code),
        (Action.SUPERVISE, Audience.SUPERIOR, "5101"),
    ]
    for one in (notice, *late):
        assert one.daily
        assert one.not_before is not None
        assert one.not_before.astimezone(at("2017-03-11").tzinfo).hour == 9


def test_what_has_no_unit_above_is_told_to_the_unit_alone() -> None:
    late = look(submitted(), "2017-03-08 00:00")
    assert late.what == ("OVERDUE", "NOTICE")
    assert {one.audience for one in late.notices} == {Audience.UNIT}


def test_the_ladder_counts_from_the_clock_that_was_overdue_first() -> None:
    # Feedback from Wednesday the 8th, due on the 9th; the promise is due on the 20th.
    case = walked(f"{TO_HANDLING} SUBMIT_REPLY@2017-03-08")
    case, what = looked(case, "2017-03-10 00:00", "2017-03-15 00:00", "2017-03-21 00:00")
    assert what == [("OVERDUE", "NOTICE"), ("YELLOW_CARD",), ("OVERDUE", "RED_CARD")]


def test_a_rung_is_climbed_once_per_case_whatever_is_overdue_next() -> None:
    case, _ = looked(submitted(), "2017-03-08 00:00")
    case = walked("ACCEPT@2017-03-08T10:00", case)
    assert case.rungs == {Rung.NOTICE}
    case, what = looked(case, "2017-03-10 00:00", "2017-03-14 23:59", "2017-03-15 00:00")
    assert what == [("OVERDUE",), (), ("YELLOW_CARD",)]


def test_the_clockwork_never_climbs_below_a_supervisor_s_card() -> None:
    case = acts(walked(TO_HANDLING), Action.SUPERVISE, rung=Rung.RED_CARD)
    case, what = looked(case, "2017-03-14 00:00", "2017-03-21 00:00", "2017-03-28 00:00")
    assert what == [("OVERDUE",), ("OVERDUE",), ("LEADER_INSTRUCTION",)]


def test_a_stop_that_ended_is_taken_back_at_its_end_and_the_dates_have_moved() -> None:
    stopped = acts(
        walked(TO_HANDLING), Action.STOP_CLOCK, when="2017-03-08 10:00", until=at("2017-03-10")
    )
    assert stopped.wake_at == at("2017-03-10")
    assert look(stopped, "2017-03-10 11:59").what == ()
    done = look(stopped, "2017-03-10 12:10")
    assert done.what == ("RESTART_CLOCK",)
    assert done.case.history[-1].at == at("2017-03-10")
    assert done.notices == ()
    assert look(done.case, "2017-03-14 12:00").what == (), "due on the 15th now"
    assert look(done.case, "2017-03-15 00:00").what == ("WARNED",)


def test_a_stop_that_ended_long_ago_and_the_limit_behind_it_are_met_together() -> None:
    stopped = acts(
        walked(TO_HANDLING), Action.STOP_CLOCK, when="2017-03-08 10:00", until=at("2017-03-10")
    )
    done = look(stopped, "2017-03-16 00:10")
    assert done.what == ("RESTART_CLOCK", "OVERDUE", "NOTICE")


def test_a_stop_holds_what_is_not_overdue_yet() -> None:
    stopped = acts(
        walked(TO_HANDLING), Action.STOP_CLOCK, when="2017-03-13 10:00", until=at("2017-03-20")
    )
    case, what = looked(stopped, "2017-03-14 00:10", "2017-03-20 11:59", "2017-03-20 12:00")
    assert what[:2] == [(), ()]
    assert what[2] == ("RESTART_CLOCK", "WARNED")
    assert look(case, "2017-03-21 00:10").what == ("OVERDUE", "NOTICE")


def test_a_stop_hides_nothing_that_was_overdue_before() -> None:
    case, _ = looked(walked(TO_HANDLING), "2017-03-14 00:10")
    case = acts(case, Action.STOP_CLOCK, when="2017-03-14 10:00", until=at("2017-03-20"))
    assert look(case, "2017-03-17 00:00").what == ("YELLOW_CARD",)


def test_a_stop_of_clocks_that_are_overdue_ends_by_itself_like_any_other() -> None:
    case, _ = looked(walked(TO_HANDLING), "2017-03-22 09:00")
    stopped = acts(case, Action.STOP_CLOCK, when="2017-03-22 10:00", until=at("2017-03-24 18:00"))
    case, what = looked(stopped, "2017-03-24 17:59", "2017-03-24 18:00")
    assert what == [(), ("RESTART_CLOCK",)]
    assert case.updated_at == at("2017-03-24 18:00")


def test_a_clock_that_comes_back_overdue_goes_on_where_the_ladder_stood() -> None:
    case, _ = looked(walked(TO_HANDLING), "2017-03-14 00:10")  # NOTICE
    case = walked("SUBMIT_REPLY@2017-03-16T10:00", case)
    assert look(case, "2017-03-17 00:10").what == ("WARNED",), "the promise; handling rests"
    case = walked("SEND_BACK_REPLY@2017-03-17T10:00", case)
    assert look(case, "2017-03-17 10:10").what[-1] == "YELLOW_CARD", "due since midnight"


def test_a_date_that_moves_is_watched_anew() -> None:
    case = walked(f"{TO_HANDLING} REQUEST_EXTENSION@2017-03-10")
    case, _ = looked(case, "2017-03-11 00:10")
    case = walked("DECIDE_EXTENSION@2017-03-11", case)  # five days more: due on the 20th
    case, what = looked(case, "2017-03-14 00:10", "2017-03-17 00:10")
    assert what[0] == ()
    assert "WARNED" in what[1]


@pytest.mark.parametrize("walk", [TO_CALLBACK, TO_CONCLUSION, "WITHDRAW", "REJECT"])
def test_nobody_is_late_with_what_waits_for_its_writer_or_is_closed(walk: str) -> None:
    case = walked(walk)
    done = look(case, "2018-01-01")
    assert (done.case, done.notices, done.what) == (case, (), ())


def test_a_late_decision_on_a_dissatisfied_answer_is_not_told_to_the_judged_unit() -> None:
    again = "DISSATISFIED SUBMIT_REPLY APPROVE_REPLY DISSATISFIED"
    case = walked(f"{TO_CALLBACK} {again}")
    assert case.stage is Stage.CALLBACK
    done = look(case, case.clocks[Limit.CALLBACK].due_at + TICK)
    assert done.what == ("OVERDUE", "NOTICE")
    assert {notice.unit for notice in done.notices} == {case.mailbox_path[-1]}
    assert case.mailbox_path[-1] not in case.responsible[-1:]
    assert done.case.wake_at is not None
    decided = acts(done.case, Action.DECIDE_CALLBACK, when="2018-01-02", reopen=False)
    assert decided.wake_at is None


def test_a_run_that_is_behind_the_case_looks_at_it_as_of_its_last_change() -> None:
    case = walked(f"{TO_FEEDBACK} SEND_BACK_REPLY@2017-03-15T10:00")
    done = look(case, "2017-03-06 10:00")
    assert [entry.at for entry in done.case.history] == sorted(e.at for e in done.case.history)
    assert done.case.wake_at is None or done.case.wake_at > at("2017-03-15 10:00")


def test_the_first_overdue_moment_is_a_millisecond_after_the_due_date() -> None:
    handled, _ = looked(walked(TO_HANDLING), "2017-03-11 00:10")
    due_at = handled.clocks[Limit.HANDLING].due_at
    assert look(handled, due_at).what == ()
    assert look(handled, due_at + TICK).what == ("OVERDUE", "NOTICE")
