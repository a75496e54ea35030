"""From the mailbox to the unit: intake, review, transfer, direct dispatch."""

from __future__ import annotations

import pytest

from domain.asks import MainCase
from domain.directory import Unit
from domain.refusals import ActionNotAllowed, InvalidInput
from domain.words import Outcome, Stage, Urgency
from domain.workflow import Action
from tests.domain.office import (
    CITY,
    DISTRICT,
    EDUCATION,
    NEXT_DISTRICT,
    SMOKE,
    SQUAD,
    SUPERVISOR,
    TO_REVIEW,
    TO_TRANSFER,
    TOWNSHIP,
    TWICE_REFUSED,
    acts,
    due,
    moment,
    promised,
    submitted,
    walked,
)

pytestmark = pytest.mark.ring("test")

DIRECT = "DISPATCH_DIRECTLY"


def test_accept_sends_it_to_review_and_starts_that_clock() -> None:
    case = walked("ACCEPT@2017-03-07")
    assert (case.stage, due(case), promised(case)) == (Stage.REVIEW, "2017-03-08", "2017-03-20")


def test_reject_ends_it_and_reason_and_advice_are_the_reply() -> None:
    case = acts(submitted(), Action.REJECT, reason="信息不全", advice="请补充地址后再写")
    assert (case.stage, case.outcome) == (Stage.CONCLUSION, Outcome.REJECTED)
    assert case.reply is not None
    assert (case.reply.text, case.reply.unit) == ("信息不全\n请补充地址后再写", None)
    assert case.first_replied_at == case.reply.sent_at == case.promise.met_at == case.updated_at


def test_reject_needs_a_reason_and_no_advice() -> None:
    with pytest.raises(InvalidInput) as refused:
        acts(submitted(), Action.REJECT, reason="  ")
    assert refused.value.field == "reason"
    case = acts(submitted(), Action.REJECT, reason="重复来信", advice=None)
    assert case.reply is not None
    assert case.reply.text == "重复来信"


def test_join_ends_it_as_merged_into_the_main_case() -> None:
    case = acts(submitted(), Action.JOIN, main_case=MainCase("main", None))
    assert (case.stage, case.outcome, case.main_case) == (
        Stage.CONCLUSION,
        Outcome.MERGED,
        "main",
    )
    assert case.reply is None, "the main case's is the reply"
    assert case.history[-1].details == {"main_case": "main"}


@pytest.mark.parametrize(
    ("main", "reason"),
    [
        (MainCase("one", None), "to itself"),
        (MainCase("another", Outcome.MERGED), "itself joined"),
        (MainCase("another", Outcome.WITHDRAWN), "withdrawn"),
        (MainCase("another", Outcome.REJECTED), "rejected"),
        (MainCase("another", Outcome.RESOLVED, is_archived=True), "archived"),
    ],
)
def test_join_refuses_a_case_that_will_have_no_reply_of_its_own(
    main: MainCase, reason: str
) -> None:
    with pytest.raises(InvalidInput, match=reason) as refused:
        acts(submitted(), Action.JOIN, main_case=main)
    assert refused.value.field == "main_case"


def test_review_sorts_it_and_names_the_unit() -> None:
    case = acts(walked(TO_REVIEW), Action.REVIEW, unit=TOWNSHIP, confidential=True)
    assert (case.stage, case.responsible, case.category) == (
        Stage.TRANSFER,
        TOWNSHIP.path,
        SMOKE.path,
    )
    assert case.confidential
    assert case.history[-1].details == {
        "category": "01-02",
        "urgency": "NORMAL",
        "unit": TOWNSHIP.code,
        "confidential": True,
    }


@pytest.mark.parametrize(
    ("urgency", "promise", "handling"),
    [
        (Urgency.NORMAL, "2017-03-20", "2017-03-14"),  # 10 from Monday, 6 March; 5
        (Urgency.URGENT, "2017-03-08", "2017-03-08"),  # 2; 1
        (Urgency.COMPLEX, "2017-04-01", "2017-03-21"),  # 20, the last a make-up Saturday; 10
    ],
)
def test_the_urgency_found_at_review_settles_the_promise_from_submission(
    urgency: Urgency, promise: str, handling: str
) -> None:
    case = acts(walked(TO_REVIEW), Action.REVIEW, when="2017-03-07", urgency=urgency)
    assert promised(case) == promise
    assert due(walked("SIGN_FOR RECORD_CONTACT", case)) == handling


def test_urgency_is_read_from_its_plain_name_too() -> None:
    case = acts(walked(TO_REVIEW), Action.REVIEW, urgency="URGENT")
    assert case.urgency is Urgency.URGENT


def test_a_second_review_keeps_what_it_does_not_speak_of() -> None:
    first = acts(walked(TO_REVIEW), Action.REVIEW, confidential=True)
    second = acts(walked("REFUSE", first), Action.REVIEW, category=None)
    assert (second.confidential, second.category) == (True, SMOKE.path)
    open_again = acts(walked("REFUSE", first), Action.REVIEW, confidential=False)
    assert not open_again.confidential


def test_return_to_intake_keeps_what_remains_of_the_acceptance_clock() -> None:
    case = walked("ACCEPT RETURN_TO_INTAKE@2017-03-08")
    assert (case.stage, due(case)) == (Stage.ACCEPTANCE, "2017-03-09")
    assert promised(case) == "2017-03-20"


def test_a_stage_entered_forwards_again_starts_its_clock_anew() -> None:
    case = walked("ACCEPT RETURN_TO_INTAKE@2017-03-08 ACCEPT@2017-03-09")
    assert (case.stage, due(case)) == (Stage.REVIEW, "2017-03-10")


def test_a_return_does_not_make_good_a_clock_that_had_run_out() -> None:
    case = walked("ACCEPT@2017-03-09 RETURN_TO_INTAKE@2017-03-10")
    assert due(case) == "2017-03-07"


def test_sign_for_goes_on_to_communication() -> None:
    case = walked(f"{TO_TRANSFER} SIGN_FOR@2017-03-07")
    assert (case.stage, due(case)) == (Stage.COMMUNICATION, "2017-03-09")


def test_pass_down_changes_the_unit_and_no_clock() -> None:
    before = walked(TO_TRANSFER)
    case = walked("PASS_DOWN@2017-03-07", before)
    assert (case.stage, case.responsible) == (Stage.TRANSFER, TOWNSHIP.path)
    assert case.clocks == before.clocks
    assert acts(case, Action.PASS_DOWN, unit=SQUAD).responsible == SQUAD.path


@pytest.mark.parametrize("unit", [CITY, DISTRICT, NEXT_DISTRICT, EDUCATION])
def test_pass_down_goes_only_to_a_unit_below(unit: Unit) -> None:
    with pytest.raises(InvalidInput, match="a unit below only") as refused:
        acts(walked(TO_TRANSFER), Action.PASS_DOWN, unit=unit)
    assert refused.value.field == "unit"


def test_refuse_sends_it_back_to_review_at_most_twice_then_only_a_supervisor_decides() -> None:
    once = walked(f"{TO_TRANSFER} REFUSE")
    assert (once.stage, once.responsible, once.refusals) == (Stage.REVIEW, (), 1)
    twice = walked("REVIEW REFUSE", once)
    assert (twice.stage, twice.refusals) == (Stage.REVIEW, 2)
    for action in (Action.REVIEW, Action.RETURN_TO_INTAKE):
        with pytest.raises(ActionNotAllowed, match="a supervisor decides"):
            acts(twice, action, by=SUPERVISOR)
    assert twice.available_actions(moment(twice, by=SUPERVISOR)) == (
        Action.ADJUDICATE,
        Action.SUPERVISE,
    )
    decided = acts(twice, Action.ADJUDICATE, unit=EDUCATION)
    assert (decided.stage, decided.responsible) == (Stage.COMMUNICATION, EDUCATION.path)


@pytest.mark.parametrize("walk", [TO_REVIEW, f"{TO_TRANSFER} REFUSE"])
def test_adjudicate_waits_for_the_second_refusal(walk: str) -> None:
    with pytest.raises(ActionNotAllowed, match="refused twice"):
        acts(walked(walk), Action.ADJUDICATE)


def test_after_the_supervisors_decision_no_unit_refuses_any_more() -> None:
    concluded = walked(f"{TWICE_REFUSED} ADJUDICATE RECORD_CONTACT SUBMIT_REPLY APPROVE_REPLY")
    again = walked("ANSWER_SURVEY APPEAL DECIDE_APPEAL REVIEW", concluded)
    assert again.stage is Stage.TRANSFER
    with pytest.raises(ActionNotAllowed, match="decision stands"):
        acts(again, Action.REFUSE)


def test_refusals_never_move_the_promise() -> None:
    case = walked(f"{TO_TRANSFER}@2017-03-07 REFUSE@2017-03-09 REVIEW@2017-03-13")
    assert promised(case) == "2017-03-20"


def test_direct_dispatch_is_urgent_and_goes_straight_to_handling() -> None:
    case = acts(submitted(), Action.DISPATCH_DIRECTLY, unit=SQUAD, category=SMOKE)
    assert (case.stage, case.responsible, case.category) == (
        Stage.HANDLING,
        SQUAD.path,
        SMOKE.path,
    )
    assert (case.direct, case.urgency) == (True, Urgency.URGENT)
    assert (due(case), promised(case)) == ("2017-03-07", "2017-03-08")


@pytest.mark.parametrize("unit", [EDUCATION, TOWNSHIP])
def test_direct_dispatch_needs_a_unit_of_a_direct_system(unit: Unit) -> None:
    with pytest.raises(InvalidInput, match="no direct dispatch") as refused:
        acts(submitted(), Action.DISPATCH_DIRECTLY, unit=unit)
    assert refused.value.field == "unit"


def test_a_right_direct_dispatch_stays_where_it_is() -> None:
    before = walked(DIRECT)
    case = acts(before, Action.REVIEW_DISPATCH, correct=True)
    assert (case.stage, case.responsible, case.clocks) == (
        Stage.HANDLING,
        SQUAD.path,
        before.clocks,
    )


def test_a_wrong_direct_dispatch_goes_to_the_right_unit_to_be_signed_for() -> None:
    case = walked(f"{DIRECT} WRONG_DISPATCH@2017-03-07")
    assert (case.stage, case.responsible) == (Stage.TRANSFER, NEXT_DISTRICT.path)
    assert (due(case), promised(case)) == ("2017-03-08", "2017-03-08")


def test_a_wrong_direct_dispatch_names_the_right_unit() -> None:
    with pytest.raises(InvalidInput, match="Name the right unit"):
        acts(walked(DIRECT), Action.REVIEW_DISPATCH, correct=False)


def test_a_direct_dispatch_is_reviewed_once() -> None:
    case = walked(f"{DIRECT} REVIEW_DISPATCH")
    for later in (case, walked("SUBMIT_REPLY", case), walked("WITHDRAW", case)):
        with pytest.raises(ActionNotAllowed, match="reviewed already"):
            acts(later, Action.REVIEW_DISPATCH)


@pytest.mark.parametrize("walk", ["SUBMIT_REPLY", "SUBMIT_REPLY APPROVE_REPLY", "WITHDRAW"])
def test_later_the_review_of_a_direct_dispatch_only_marks(walk: str) -> None:
    before = walked(f"{DIRECT} {walk}")
    case = walked("WRONG_DISPATCH", before)
    assert (case.stage, case.responsible, case.clocks) == (
        before.stage,
        SQUAD.path,
        before.clocks,
    )
    assert case.history[-1].details["correct"] is False


def test_only_a_direct_dispatch_is_reviewed_as_one() -> None:
    for walk in (f"{TO_TRANSFER} SIGN_FOR RECORD_CONTACT", f"{TO_TRANSFER} WITHDRAW"):
        with pytest.raises(ActionNotAllowed, match="was not dispatched directly"):
            acts(walked(walk), Action.REVIEW_DISPATCH)
