"""After the reply: the survey, the callback, the conclusion, the appeal, the archive."""

from __future__ import annotations

import pytest

from domain import deadlines
from domain.actors import SYSTEM
from domain.refusals import ActionNotAllowed, InvalidInput, Refusal
from domain.words import DeadlineState, DissatisfactionReason, Outcome, Rung, Stage
from domain.workflow import Action
from tests.domain.office import (
    CLERK,
    REVIEWER,
    STANDING,
    TO_CALLBACK,
    TO_CONCLUSION,
    TO_FEEDBACK,
    TO_HANDLING,
    TWICE_DISSATISFIED,
    acts,
    at,
    due,
    moment,
    promised,
    submitted,
    walked,
)

pytestmark = pytest.mark.ring("test")

BEFORE_FEEDBACK = list(Stage)[:5]
OPEN = list(Stage)[:7]


@pytest.mark.parametrize("action", [Action.ANSWER_SURVEY, Action.RECORD_CALLBACK])
@pytest.mark.parametrize(
    ("resolved", "satisfaction", "stage"),
    [
        (True, 5, Stage.CONCLUSION),
        (True, 3, Stage.CONCLUSION),  # three of five is satisfied
        (True, 2, Stage.HANDLING),  # two is not
        (True, 1, Stage.HANDLING),
        (False, 5, Stage.HANDLING),  # nor is whoever's matter is not resolved
        (False, 1, Stage.HANDLING),
    ],
)
def test_the_first_answer_ends_the_case_or_opens_it_again(
    action: Action, resolved: bool, satisfaction: int, stage: Stage
) -> None:
    case = acts(walked(TO_CALLBACK), action, resolved=resolved, satisfaction=satisfaction)
    assert case.stage is stage


def test_the_survey_can_be_answered_in_the_minute_of_the_reply() -> None:
    case = walked(f"{TO_FEEDBACK} APPROVE_REPLY@2017-03-08T10:00 ANSWER_SURVEY@2017-03-08T10:00")
    assert case.stage is Stage.CONCLUSION


@pytest.mark.parametrize("satisfaction", [0, 6, True, None])
def test_satisfaction_is_one_to_five(satisfaction: object) -> None:
    with pytest.raises(InvalidInput) as refused:
        acts(walked(TO_CALLBACK), Action.ANSWER_SURVEY, satisfaction=satisfaction)
    assert refused.value.field == "satisfaction"


def test_a_dissatisfied_writer_gives_the_unit_back_the_time_that_remained() -> None:
    walk = f"{TO_HANDLING} SUBMIT_REPLY@2017-03-08 APPROVE_REPLY@2017-03-09 DISSATISFIED@2017-03-10"
    case = walked(walk)
    assert (case.stage, due(case)) == (Stage.HANDLING, "2017-03-15")


def test_the_second_time_a_dissatisfied_writer_waits_for_the_reviewer() -> None:
    case = walked(TWICE_DISSATISFIED)
    assert (case.stage, case.dissatisfied_answers) == (Stage.CALLBACK, 2)
    assert case.available_actions(moment(case, by=REVIEWER)) == (Action.DECIDE_CALLBACK,)
    for action in (Action.ANSWER_SURVEY, Action.RECORD_CALLBACK, Action.CLOSE_UNANSWERED):
        with pytest.raises(ActionNotAllowed):
            acts(case, action, when="2017-12-01")


def test_a_writer_satisfied_with_the_second_reply_ends_the_case() -> None:
    case = walked(f"{TO_CALLBACK} DISSATISFIED SUBMIT_REPLY APPROVE_REPLY ANSWER_SURVEY")
    assert case.stage is Stage.CONCLUSION


@pytest.mark.parametrize(("reopen", "stage"), [(True, Stage.HANDLING), (False, Stage.CONCLUSION)])
def test_the_reviewer_decides_either_way_and_says_why(reopen: bool, stage: Stage) -> None:
    case = acts(
        walked(TWICE_DISSATISFIED),
        Action.DECIDE_CALLBACK,
        reopen=reopen,
        classification=DissatisfactionReason.SLOW,
    )
    assert case.stage is stage
    assert case.history[-1].details == {"reopen": reopen, "classification": "SLOW"}


def test_a_third_dissatisfaction_waits_for_the_reviewer_again() -> None:
    case = acts(walked(TWICE_DISSATISFIED), Action.DECIDE_CALLBACK, reopen=True)
    case = walked("SUBMIT_REPLY APPROVE_REPLY DISSATISFIED", case)
    assert case.stage is Stage.CALLBACK
    assert walked("DECIDE_CALLBACK", case).stage is Stage.CONCLUSION


@pytest.mark.parametrize(
    "walk", [TO_CALLBACK, f"{TO_CALLBACK} DISSATISFIED SUBMIT_REPLY APPROVE_REPLY"]
)
def test_without_a_dissatisfied_answer_there_is_nothing_to_decide(walk: str) -> None:
    with pytest.raises(ActionNotAllowed, match="No dissatisfied answer"):
        acts(walked(walk), Action.DECIDE_CALLBACK)


@pytest.mark.parametrize(
    ("walk", "last"),
    [
        (TO_CALLBACK, "2017-03-13"),  # five working days
        ("DISPATCH_DIRECTLY SUBMIT_REPLY APPROVE_REPLY", "2017-03-20"),  # urgent: ten
    ],
)
def test_without_an_answer_the_system_ends_the_case_after_the_callbacks_limit(
    walk: str, last: str
) -> None:
    case = walked(walk)
    assert due(case) == last
    with pytest.raises(ActionNotAllowed, match="can still answer"):
        acts(case, Action.CLOSE_UNANSWERED, when=f"{last} 23:59:59")
    closed = acts(case, Action.CLOSE_UNANSWERED, when="2017-03-21 00:00")
    assert (closed.stage, closed.outcome) == (Stage.CONCLUSION, Outcome.RESOLVED)
    assert closed.survey_answer is None


def test_a_late_answer_counts_as_long_as_the_case_is_not_closed() -> None:
    assert walked(f"{TO_CALLBACK} ANSWER_SURVEY@2017-05-01").stage is Stage.CONCLUSION


@pytest.mark.parametrize("walk", ["REJECT", "WITHDRAW", TO_CONCLUSION])
def test_in_a_conclusion_no_promise_runs_on(walk: str) -> None:
    case = walked(walk)
    assert deadlines.state(case.promise, at("2018-01-01")) is DeadlineState.MET
    assert case.wake_at is None


def test_a_joined_case_waits_for_the_main_case_to_keep_its_promise() -> None:
    case = walked("JOIN")
    assert deadlines.state(case.promise, at("2018-01-01")) is DeadlineState.OVERDUE
    assert case.wake_at is None


@pytest.mark.parametrize(
    ("answered", "when", "may"),
    [
        # concluded on | appeals          | the fifteenth day
        ("2017-03-06T12:00", "2017-03-21 23:59", True),  # a Tuesday, to its end
        ("2017-03-06T12:00", "2017-03-22 00:00", False),
        ("2017-03-06T23:59", "2017-03-21 23:59", True),  # whatever the hour of the conclusion
        ("2017-03-10T09:00", "2017-03-27 23:59", True),  # a Saturday: the Monday after it
        ("2017-03-10T09:00", "2017-03-28 00:00", False),
        ("2017-03-17T09:00", "2017-04-01 23:59", True),  # a Saturday that is worked
        ("2017-03-17T09:00", "2017-04-02 00:00", False),
        ("2017-03-18T09:00", "2017-04-05 23:59", True),  # the Tomb-sweeping holiday
        ("2017-03-18T09:00", "2017-04-06 00:00", False),
        ("2026-12-17T09:00", "2027-01-04 23:59", True),  # New Year's Day, known by law
        ("2026-12-17T09:00", "2027-01-05 00:00", False),
    ],
)
def test_an_appeal_is_made_within_fifteen_days(answered: str, when: str, may: bool) -> None:
    case = walked(f"{TO_CALLBACK} ANSWER_SURVEY@{answered}")
    if may:
        after = acts(case, Action.APPEAL, when=when)
        assert (after.stage, after.appeal_pending) == (Stage.CONCLUSION, True)
    else:
        with pytest.raises(ActionNotAllowed, match="fifteen days"):
            acts(case, Action.APPEAL, when=when)


def test_other_entries_in_the_conclusion_do_not_prolong_the_time_for_an_appeal() -> None:
    walk = "DISPATCH_DIRECTLY SUBMIT_REPLY APPROVE_REPLY ANSWER_SURVEY REVIEW_DISPATCH@2017-03-20"
    with pytest.raises(ActionNotAllowed, match="fifteen days"):
        acts(walked(walk), Action.APPEAL, when="2017-03-22")


@pytest.mark.parametrize("walk", ["APPEAL", "APPEAL REFUSED_APPEAL"])
def test_a_conclusion_is_appealed_once(walk: str) -> None:
    with pytest.raises(ActionNotAllowed, match="appealed already"):
        acts(walked(f"{TO_CONCLUSION} {walk}"), Action.APPEAL)


@pytest.mark.parametrize("walk", ["REJECT", "JOIN", TO_CONCLUSION])
def test_every_conclusion_but_a_withdrawal_can_be_appealed(walk: str) -> None:
    assert walked(f"{walk} APPEAL").appeal_pending
    with pytest.raises(ActionNotAllowed, match="withdrawn"):
        acts(walked("WITHDRAW"), Action.APPEAL)


@pytest.mark.parametrize("walk", ["REJECT", "JOIN", TO_CONCLUSION])
def test_a_granted_appeal_sends_it_to_review_as_if_nothing_were_decided(walk: str) -> None:
    case = walked(f"{walk} APPEAL DECIDE_APPEAL")
    assert (case.stage, case.outcome, case.main_case, case.responsible) == (
        Stage.REVIEW,
        None,
        None,
        (),
    )
    assert not case.appeal_pending
    assert walked("REVIEW", case).stage is Stage.TRANSFER


def test_a_granted_appeal_is_followed_by_a_conclusion_that_can_be_appealed_again() -> None:
    again = "REVIEW SIGN_FOR RECORD_CONTACT SUBMIT_REPLY APPROVE_REPLY ANSWER_SURVEY@2017-04-05"
    case = walked(f"{TO_CONCLUSION} APPEAL DECIDE_APPEAL {again}")
    assert walked("APPEAL@2017-04-20", case).appeal_pending


def test_an_appeal_does_not_move_the_promise_that_was_kept() -> None:
    before = walked(TO_CONCLUSION)
    case = walked("APPEAL DECIDE_APPEAL REVIEW", before)
    assert case.promise == before.promise


def test_a_refused_appeal_leaves_the_conclusion() -> None:
    before = walked(TO_CONCLUSION)
    case = walked("APPEAL REFUSED_APPEAL", before)
    assert (case.stage, case.outcome, case.responsible) == (
        Stage.CONCLUSION,
        before.outcome,
        before.responsible,
    )
    assert case.concluded_at == before.concluded_at


@pytest.mark.parametrize("walk", ["", "APPEAL DECIDE_APPEAL WITHDRAW", "APPEAL REFUSED_APPEAL"])
def test_there_is_no_appeal_to_decide_twice(walk: str) -> None:
    with pytest.raises(ActionNotAllowed, match="No appeal waits"):
        acts(walked(f"{TO_CONCLUSION} {walk}"), Action.DECIDE_APPEAL)


@pytest.mark.parametrize("stage", BEFORE_FEEDBACK)
def test_the_writer_withdraws_at_any_stage_before_feedback(stage: Stage) -> None:
    case = acts(STANDING[stage], Action.WITHDRAW, reason=None)
    assert (case.stage, case.outcome) == (Stage.CONCLUSION, Outcome.WITHDRAWN)
    assert (case.reply, case.first_replied_at) == (None, None)


def test_a_reply_that_waits_for_its_release_can_no_longer_be_forestalled() -> None:
    for walk in (TO_FEEDBACK, TO_CALLBACK, TO_CONCLUSION):
        with pytest.raises(ActionNotAllowed):
            acts(walked(walk), Action.WITHDRAW)


@pytest.mark.parametrize("stage", OPEN)
def test_each_rung_is_climbed_once_in_any_open_stage(stage: Stage) -> None:
    case = STANDING[stage]
    for rung in Rung:
        case = acts(case, Action.SUPERVISE, rung=rung)
        with pytest.raises(Refusal, match="climbed"):
            acts(case, Action.SUPERVISE, by=SYSTEM, rung=rung)
    assert (case.stage, case.rungs) == (stage, frozenset(Rung))
    assert case.clocks == STANDING[stage].clocks


def test_a_rung_stays_climbed_in_the_stages_that_follow() -> None:
    case = walked("SUPERVISE ACCEPT REVIEW")
    with pytest.raises(InvalidInput, match="climbed already"):
        acts(case, Action.SUPERVISE)


@pytest.mark.parametrize("walk", ["REJECT", "JOIN", "WITHDRAW", TO_CONCLUSION])
def test_archive_waits_until_no_appeal_can_come(walk: str) -> None:
    case = walked(walk)
    with pytest.raises(ActionNotAllowed, match="can still appeal"):
        acts(case, Action.ARCHIVE, when="2017-03-21 23:59")
    archived = acts(case, Action.ARCHIVE, when="2017-03-22 00:00")
    assert (archived.stage, archived.outcome) == (Stage.ARCHIVE, case.outcome)


def test_a_pending_appeal_keeps_a_case_from_the_archive() -> None:
    case = walked(f"{TO_CONCLUSION} APPEAL")
    with pytest.raises(ActionNotAllowed, match="pending appeal"):
        acts(case, Action.ARCHIVE, when="2018-01-01")
    decided = walked("REFUSED_APPEAL@2018-01-02", case)
    assert acts(decided, Action.ARCHIVE, when="2018-01-03").stage is Stage.ARCHIVE


@pytest.mark.parametrize("urgency", ["NORMAL", "URGENT", "COMPLEX"])
def test_the_ordinary_way_ends_in_the_archive_with_the_promise_kept(urgency: str) -> None:
    reviewed = acts(walked("ACCEPT", submitted()), Action.REVIEW, urgency=urgency)
    walk = "SIGN_FOR RECORD_CONTACT SUBMIT_REPLY APPROVE_REPLY ANSWER_SURVEY ARCHIVE@2017-04-01"
    case = walked(walk, reviewed)
    assert [entry.stage for entry in case.history] == list(Stage)
    assert case.promise.met_at == case.first_replied_at
    assert promised(case) == promised(reviewed)
    assert not case.is_open


def test_a_clerk_calls_back_and_writes_down_what_the_writer_said() -> None:
    case = acts(
        walked(TO_CALLBACK), Action.RECORD_CALLBACK, by=CLERK, reason="太慢", comment="下次快些"
    )
    assert case.survey_answer is not None
    assert case.survey_answer.details == {
        "resolved": True,
        "satisfaction": 5,
        "reason": "太慢",
        "comment": "下次快些",
    }
