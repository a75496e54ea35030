"""How a writer is asked, case by case: what happens at which moment, told as tables."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.actors import SYSTEM
from domain.asking import Asked, Step, asked, put_off
from domain.case import Case
from domain.notices import Audience, Notice, Occasion
from domain.refusals import Refusal
from domain.rulebook import Moment
from domain.surveys import Asking
from domain.words import Stage, Urgency
from domain.workflow import Action
from tests.domain.office import (
    RULEBOOK,
    TO_FEEDBACK,
    TO_HANDLING,
    acts,
    at,
    submitted,
    walked,
)

pytestmark = pytest.mark.ring("test")

ASK, REMIND, PHONE_TASK, CLOSE = Step
REPLIED = "2017-03-08 15:00"


def replied(when: str = REPLIED, urgency: Urgency = Urgency.NORMAL, reachable: bool = True) -> Case:
    """A case whose reply went out then."""
    case = acts(walked("ACCEPT", submitted(reachable=reachable)), Action.REVIEW, urgency=urgency)
    case = walked("SIGN_FOR RECORD_CONTACT SUBMIT_REPLY", case)
    return acts(case, Action.APPROVE_REPLY, when=when)


def look(case: Case, when: str, has_phone: bool = True) -> Asked:
    return asked(case, Moment(SYSTEM, at(when), RULEBOOK), has_phone=has_phone)


def course(case: Case, *moments: str, has_phone: bool = True) -> tuple[Case, list[Step | None]]:
    """The case after a look at each moment, and what each of them did."""
    steps = []
    for moment in moments:
        done = look(case, moment, has_phone)
        assert done.case.ask_at is None or done.case.ask_at > at(moment)
        case = done.case
        steps.append(done.step)
    return case, steps


# Replied on Wednesday 2017-03-08 at 15:00: open for five working days, to Wednesday the 15th.
NORMAL = [
    ("2017-03-08 15:10", ASK),
    ("2017-03-08 15:25", None),  # asked once
    ("2017-03-10 09:59", None),
    ("2017-03-10 10:00", REMIND),  # two working days after
    ("2017-03-13 10:00", None),
    ("2017-03-14 10:05", REMIND),  # four; the weekend between
    ("2017-03-15 23:50", None),  # the last day is the writer's to the end
    ("2017-03-16 00:00", CLOSE),
    ("2017-03-17 12:00", None),
]
# The same, urgent: ten working days, to the 22nd, and a telephone call after the last reminder.
URGENT = [
    *NORMAL[:6],
    ("2017-03-15 08:59", None),
    ("2017-03-15 09:00", PHONE_TASK),  # one working day after the last attempt
    ("2017-03-22 23:50", None),
    ("2017-03-23 00:00", CLOSE),
]


@pytest.mark.parametrize(("urgency", "table"), [(Urgency.NORMAL, NORMAL), (Urgency.URGENT, URGENT)])
def test_question_reminders_and_the_end(
    urgency: Urgency, table: list[tuple[str, Step | None]]
) -> None:
    case, steps = course(replied(urgency=urgency), *(when for when, _ in table))
    assert steps == [step for _, step in table]
    assert (case.stage, case.history[-1].action) == (Stage.CONCLUSION, Action.CLOSE_UNANSWERED)
    assert case.history[-1].role == "SYSTEM"


def test_each_message_has_an_id_of_its_own_and_goes_to_the_writer() -> None:
    case = replied()
    told: list[Notice] = []
    for when, _ in NORMAL:
        done = look(case, when)
        case, told = done.case, [*told, *done.notices]
    assert [(one.id, one.about, one.audience) for one in told] == [
        ("one-survey-1-1", Occasion.SURVEY, Audience.WRITER),
        ("one-survey-1-2", Occasion.SURVEY_REMINDER, Audience.WRITER),
        ("one-survey-1-3", Occasion.SURVEY_REMINDER, Audience.WRITER),
    ]


def test_who_answers_is_asked_no_more() -> None:
    case, _ = course(replied(), "2017-03-08 15:10")
    case = walked("ANSWER_SURVEY", case)
    assert (case.ask_at, case.call_at) == (None, None)
    assert look(case, "2017-03-20 10:00").step is None


def test_nobody_is_asked_while_they_sleep() -> None:
    case, steps = course(
        replied("2017-03-08 20:55"), "2017-03-08 21:00", "2017-03-09 07:45", "2017-03-09 08:00"
    )
    assert steps == [None, None, ASK]
    assert case.ask_at == at("2017-03-13 10:00"), "counted from the day on which it was asked"


def test_a_reminder_that_comes_late_in_the_evening_waits_for_the_morning() -> None:
    _, steps = course(
        replied(), "2017-03-08 15:10", "2017-03-10 22:00", "2017-03-11 07:59", "2017-03-11 08:00"
    )
    assert steps == [ASK, None, None, REMIND]


def test_a_function_that_slept_for_days_sends_one_message_a_day() -> None:
    _, steps = course(
        replied(),
        "2017-03-08 15:10",
        "2017-03-14 12:00",  # both reminders are due
        "2017-03-14 12:15",
        "2017-03-15 07:59",
        "2017-03-15 08:00",
    )
    assert steps == [ASK, REMIND, None, None, REMIND]


def test_who_cannot_be_reached_is_not_asked_and_the_case_is_closed_in_time() -> None:
    for case, has_phone in [
        (replied(reachable=False), False),
        (replied(), False),  # neither telephone nor account
        (replied(urgency=Urgency.URGENT), False),
    ]:
        last = "2017-03-23 00:00" if case.urgency is Urgency.URGENT else "2017-03-16 00:00"
        _, steps = course(case, "2017-03-08 15:10", "2017-03-14 12:00", last, has_phone=has_phone)
        assert steps == [None, None, CLOSE]


def test_an_account_without_a_telephone_is_asked_and_never_telephoned() -> None:
    case = replace(replied(urgency=Urgency.URGENT), account="li")
    _, steps = course(case, *(when for when, _ in URGENT), has_phone=False)
    assert steps == [ASK, None, None, REMIND, None, REMIND, None, None, None, CLOSE]


def test_a_call_waits_for_a_clerk_until_somebody_answers() -> None:
    case, _ = course(replied(urgency=Urgency.URGENT), *(when for when, _ in URGENT[:8]))
    assert case.call_at == at("2017-03-15 09:00")
    assert walked("RECORD_CALLBACK@2017-03-15", case).call_at is None


def test_a_second_reply_is_asked_about_anew() -> None:
    case, _ = course(replied(), "2017-03-08 15:10")
    case = walked("DISSATISFIED SUBMIT_REPLY APPROVE_REPLY@2017-03-09T10:00", case)
    done = look(case, "2017-03-09 10:10")
    assert done.step is ASK
    assert [notice.id for notice in done.notices] == ["one-survey-2-1"]
    assert done.case.asking == replace(
        Asking(2), asked=(at("2017-03-09 10:10"),), look_at=at("2017-03-13 10:00")
    )


def test_a_second_reply_on_the_same_day_is_asked_about_tomorrow() -> None:
    case, _ = course(replied(), "2017-03-08 15:10")
    case = walked("DISSATISFIED SUBMIT_REPLY APPROVE_REPLY", case)
    _, steps = course(case, "2017-03-08 15:30", "2017-03-09 07:59", "2017-03-09 08:00")
    assert steps == [None, None, ASK]


def test_the_second_dissatisfaction_waits_for_a_reviewer_and_not_for_the_writer() -> None:
    case = walked(f"{TO_FEEDBACK} APPROVE_REPLY DISSATISFIED SUBMIT_REPLY APPROVE_REPLY")
    case, _ = course(case, "2017-03-06 10:00")
    case = walked("DISSATISFIED", case)
    assert (case.stage, case.ask_at) == (Stage.CALLBACK, None)
    assert look(case, "2017-06-01").step is None


def test_a_telephone_that_has_its_message_today_is_asked_tomorrow() -> None:
    moment = Moment(SYSTEM, at("2017-03-08 15:10"), RULEBOOK)
    case = put_off(replied(), moment)
    assert case.ask_at == at("2017-03-09 08:00")
    _, steps = course(case, "2017-03-08 20:00", "2017-03-09 08:00")
    assert steps == [None, ASK]


def test_a_reminder_that_is_put_off_leaves_the_morning_to_the_questions_that_wait() -> None:
    case, _ = course(replied(), "2017-03-08 15:10")
    moment = Moment(SYSTEM, at("2017-03-10 10:00"), RULEBOOK)
    assert put_off(case, moment).ask_at == at("2017-03-11 10:00")
    _, steps = course(put_off(case, moment), "2017-03-11 08:00", "2017-03-11 10:00")
    assert steps == [None, REMIND]


def test_a_case_that_is_put_off_on_its_last_day_is_closed_in_time() -> None:
    case = put_off(replied(), Moment(SYSTEM, at("2017-03-15 15:10"), RULEBOOK))
    _, steps = course(case, "2017-03-15 23:59", "2017-03-16 00:00")
    assert steps == [None, CLOSE]


@pytest.mark.parametrize("walk", [TO_HANDLING, TO_FEEDBACK, "WITHDRAW"])
def test_no_reply_no_question(walk: str) -> None:
    case = walked(walk)
    assert look(case, "2018-01-01").case == case


@settings(max_examples=80, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    waits=st.lists(st.integers(1, 60 * 24 * 3), max_size=30),
    urgency=st.sampled_from(list(Urgency)),
    has_phone=st.booleans(),
)
def test_whenever_it_looks_nobody_is_disturbed(
    seed: int, waits: list[int], urgency: Urgency, has_phone: bool
) -> None:
    chance, case = Random(seed), replace(replied(urgency=urgency), account="li")
    now, sent, ids = case.updated_at, [], []
    for wait in waits:
        now += timedelta(minutes=wait)
        done = asked(case, Moment(SYSTEM, now, RULEBOOK), has_phone=has_phone)
        assert done.case.ask_at is None or done.case.ask_at > now
        again = asked(done.case, Moment(SYSTEM, now, RULEBOOK), has_phone=has_phone)
        assert (again.case, again.step) == (done.case, None)
        sent += [notice.queued_at for notice in done.notices]
        ids += [notice.id for notice in done.notices]
        case = _perhaps_answered(chance, done.case)
    hours = [moment.astimezone(at(REPLIED).tzinfo).hour for moment in sent]
    assert all(8 <= hour < 21 for hour in hours)
    days = [moment.astimezone(at(REPLIED).tzinfo).date() for moment in sent]
    assert len(days) == len(set(days))
    assert len(ids) == len(set(ids))
    assert len(sent) <= 3 * case.replies_released


def _perhaps_answered(chance: Random, case: Case) -> Case:
    """Now and then the writer answers, and the unit replies once more."""
    if chance.random() < 0.9:
        return case
    try:
        case = acts(case, Action.ANSWER_SURVEY, resolved=chance.random() < 0.3)
        return walked("SUBMIT_REPLY APPROVE_REPLY", case)
    except Refusal:
        return case
