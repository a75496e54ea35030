"""The unit at work: contact, progress, the reply and its release."""

from __future__ import annotations

import pytest

from domain.refusals import InvalidInput
from domain.words import Outcome, Stage
from domain.workflow import Action
from tests.domain.office import (
    APPROVER,
    DISTRICT,
    EDUCATION,
    TO_CALLBACK,
    TO_COMMUNICATION,
    TO_FEEDBACK,
    TO_HANDLING,
    TO_TRANSFER,
    acts,
    at,
    due,
    moment,
    promised,
    submitted,
    walked,
)

pytestmark = pytest.mark.ring("test")


def test_a_writer_who_was_reached_lets_the_work_begin() -> None:
    case = acts(walked(TO_COMMUNICATION), Action.RECORD_CONTACT, when="2017-03-08", reached=True)
    assert (case.stage, due(case)) == (Stage.HANDLING, "2017-03-15")


def test_two_failed_attempts_stay_and_the_third_goes_on() -> None:
    case = walked(f"{TO_COMMUNICATION} UNREACHED")
    assert case.stage is Stage.COMMUNICATION
    case = walked("UNREACHED", case)
    assert (case.stage, case.failed_contacts) == (Stage.COMMUNICATION, 2)
    assert walked("UNREACHED", case).stage is Stage.HANDLING


def test_failed_attempts_do_not_start_the_contact_clock_again() -> None:
    before = walked(TO_COMMUNICATION)
    assert walked("UNREACHED@2017-03-07 UNREACHED@2017-03-08", before).clocks == before.clocks


def test_a_writer_nobody_can_reach_is_not_waited_for() -> None:
    case = walked(f"{TO_COMMUNICATION} UNREACHED", submitted(reachable=False))
    assert case.stage is Stage.HANDLING


def test_attempts_are_counted_anew_when_the_case_comes_back_to_communication() -> None:
    first = walked("DISPATCH_DIRECTLY WRONG_DISPATCH SIGN_FOR UNREACHED UNREACHED UNREACHED")
    concluded = walked("SUBMIT_REPLY APPROVE_REPLY ANSWER_SURVEY APPEAL DECIDE_APPEAL", first)
    again = walked("REVIEW SIGN_FOR UNREACHED", concluded)
    assert (again.stage, again.failed_contacts) == (Stage.COMMUNICATION, 1)


def test_progress_is_recorded_and_moves_nothing() -> None:
    before = walked(TO_HANDLING)
    case = acts(before, Action.NOTE_PROGRESS, when="2017-03-08", text="已约谈商户", note="内部")
    assert (case.stage, case.clocks) == (Stage.HANDLING, before.clocks)
    assert (case.history[-1].details, case.history[-1].note) == ({"text": "已约谈商户"}, "内部")


@pytest.mark.parametrize(
    ("walk", "action"),
    [
        (TO_TRANSFER, Action.SUPERVISE),
        (TO_COMMUNICATION, Action.SUPERVISE),
        (f"{TO_HANDLING} STOP_CLOCK", Action.NOTE_PROGRESS),
        (TO_HANDLING, Action.INVOLVE_UNIT),
        (TO_HANDLING, Action.REQUEST_EXTENSION),
        (TO_FEEDBACK, Action.SUPERVISE),
        (TO_CALLBACK, Action.SUPERVISE),
    ],
)
def test_a_note_never_moves_a_clock(walk: str, action: Action) -> None:
    before = walked(walk)
    case = acts(before, action, note="内部备注")
    assert case.clocks == before.clocks
    assert case.history[-1].note == "内部备注"


@pytest.mark.parametrize("note", [None, "", "   "])
def test_a_note_without_words_is_none(note: str | None) -> None:
    assert acts(walked(TO_HANDLING), Action.NOTE_PROGRESS, note=note).history[-1].note is None


@pytest.mark.parametrize("note", ["字" * 2001, "bell\a", "half \ud83d a character"])
def test_a_note_that_cannot_be_kept_is_refused(note: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        acts(walked(TO_HANDLING), Action.NOTE_PROGRESS, note=note)
    assert refused.value.field == "note"


def test_another_unit_takes_part_and_the_responsible_one_stays() -> None:
    case = acts(walked(TO_HANDLING), Action.INVOLVE_UNIT, unit=EDUCATION)
    assert (case.responsible, case.involved) == (DISTRICT.path, (EDUCATION.path,))


@pytest.mark.parametrize("unit", [DISTRICT, EDUCATION])
def test_a_unit_takes_part_only_once(unit: object) -> None:
    case = acts(walked(TO_HANDLING), Action.INVOLVE_UNIT, unit=EDUCATION)
    with pytest.raises(InvalidInput, match="takes part already"):
        acts(case, Action.INVOLVE_UNIT, unit=unit)


def test_a_submitted_reply_waits_for_the_approver_and_not_for_the_writer() -> None:
    case = acts(walked(TO_HANDLING), Action.SUBMIT_REPLY, when="2017-03-08")
    assert (case.stage, case.outcome, due(case)) == (Stage.FEEDBACK, None, "2017-03-09")
    assert (case.reply, case.first_replied_at, case.promise.met_at) == (None, None, None)


@pytest.mark.parametrize("outcome", [Outcome.WITHDRAWN, Outcome.REJECTED, Outcome.MERGED, "DONE"])
def test_a_reply_has_one_of_a_units_four_outcomes(outcome: object) -> None:
    with pytest.raises(InvalidInput) as refused:
        acts(walked(TO_HANDLING), Action.SUBMIT_REPLY, outcome=outcome)
    assert refused.value.field == "outcome"


def test_a_released_reply_is_out_with_its_outcome_and_keeps_the_promise() -> None:
    submitted_reply = acts(
        walked(TO_HANDLING), Action.SUBMIT_REPLY, text="已整改完毕。", outcome="PARTLY_RESOLVED"
    )
    case = acts(submitted_reply, Action.APPROVE_REPLY, when="2017-03-10")
    assert (case.stage, case.outcome) == (Stage.CALLBACK, Outcome.PARTLY_RESOLVED)
    assert case.promise.met_at == case.first_replied_at == at("2017-03-10")
    assert case.reply is not None
    assert (case.reply.text, case.reply.unit) == ("已整改完毕。", DISTRICT.code)
    assert due(case) == "2017-03-17"


def test_a_reply_sent_back_leaves_the_unit_the_days_that_remained() -> None:
    # Handling from Monday has until Monday 13th; submitted on Wednesday it keeps three days.
    case = walked(f"{TO_HANDLING} SUBMIT_REPLY@2017-03-08 SEND_BACK_REPLY@2017-03-10")
    assert (case.stage, due(case)) == (Stage.HANDLING, "2017-03-15")
    assert (promised(case), case.outcome, case.reply) == ("2017-03-20", None, None)


def test_a_reply_that_came_after_the_limit_comes_back_overdue() -> None:
    case = walked(f"{TO_HANDLING} SUBMIT_REPLY@2017-03-15 SEND_BACK_REPLY@2017-03-16")
    assert due(case) == "2017-03-13"


def test_a_reply_can_be_sent_back_again_and_again_without_gaining_time() -> None:
    case = walked(f"{TO_HANDLING} SUBMIT_REPLY@2017-03-08 SEND_BACK_REPLY@2017-03-10")
    case = walked("SUBMIT_REPLY@2017-03-14 SEND_BACK_REPLY@2017-03-16", case)
    assert due(case) == "2017-03-17", "one day was left on the 14th"


def test_the_reply_that_goes_out_is_the_last_that_was_submitted() -> None:
    case = acts(walked(f"{TO_FEEDBACK} SEND_BACK_REPLY"), Action.SUBMIT_REPLY, text="改后的答复。")
    released = acts(case, Action.APPROVE_REPLY)
    assert released.reply is not None
    assert released.reply.text == "改后的答复。"


def test_a_first_reply_stays_the_first() -> None:
    case = walked(f"{TO_CALLBACK} DISSATISFIED SUBMIT_REPLY@2017-03-20 APPROVE_REPLY@2017-03-21")
    assert case.first_replied_at == walked(TO_CALLBACK).first_replied_at == case.promise.met_at
    assert case.reply is not None
    assert case.reply.sent_at == at("2017-03-21")


def test_an_approver_has_nothing_to_do_before_feedback_but_more_time() -> None:
    case = walked(TO_HANDLING)
    assert case.available_actions(moment(case, by=APPROVER)) == ()
    asked = walked("REQUEST_EXTENSION", case)
    assert asked.available_actions(moment(asked, by=APPROVER)) == (Action.DECIDE_EXTENSION,)
