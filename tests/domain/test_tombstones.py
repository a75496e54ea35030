"""What stays of an archived case: what its writer is shown and what figures need, no more."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from domain.case import Case
from domain.history import Entry
from domain.keeping import Hold, Keeping
from domain.replay import contradictions
from domain.tombstones import KEPT, tombstone_of
from domain.words import Stage
from domain.workflow import TRANSITIONS, Action
from tests.domain.office import STANDING, TO_HANDLING, acts, at, walked

pytestmark = pytest.mark.ring("test")

DROPPED = {
    Action.REVIEW_DISPATCH: {"reason"},
    Action.ADJUDICATE: {"reason"},
    Action.REFUSE: {"reason"},
    Action.RECORD_CONTACT: {"summary"},
    Action.STOP_CLOCK: {"reason"},
    Action.NOTE_PROGRESS: {"text"},
    Action.REQUEST_EXTENSION: {"reason"},
    Action.SUBMIT_REPLY: {"text"},  # but for the one that the writer is shown
    Action.SEND_BACK_REPLY: {"reason"},
    Action.APPEAL: {"reason"},
    Action.WITHDRAW: {"reason"},
}
"""What was written for colleagues, or by the writer and shown to nobody since."""


def asked(action: Action) -> set[str]:
    return {
        name for steps in TRANSITIONS.values() if action in steps for name in steps[action].asks
    }


@pytest.mark.parametrize("action", Action)
def test_every_detail_either_stays_or_goes_on_purpose(action: Action) -> None:
    kept, dropped = set(KEPT.get(action, ())), DROPPED.get(action, set())
    assert kept | dropped == asked(action)
    assert not kept & dropped


def stone(case: Case) -> Case:
    return tombstone_of(replace(case, keeping=Keeping(batch="b")), 3)


def details(case: Case, action: Action) -> Iterator[Entry]:
    return (entry for entry in case.history if entry.action is action)


SECOND = walked(
    f"{TO_HANDLING} SUBMIT_REPLY SEND_BACK_REPLY SUBMIT_REPLY APPROVE_REPLY DISSATISFIED"
)
ANSWERED = walked(
    "APPROVE_REPLY ANSWER_SURVEY ARCHIVE@2017-05-01",
    acts(SECOND, Action.SUBMIT_REPLY, text="已复查，设施运行正常。", note="内部备注"),
)


def test_of_three_replies_the_one_that_the_writer_is_shown_stays() -> None:
    texts = [one.details.get("text") for one in details(stone(ANSWERED), Action.SUBMIT_REPLY)]
    assert texts == [None, None, "已复查，设施运行正常。"]
    assert stone(ANSWERED).reply == ANSWERED.reply


def test_a_rejection_is_the_reply_even_after_another_one() -> None:
    again = walked("APPEAL DECIDE_APPEAL RETURN_TO_INTAKE REJECT", walked_to_conclusion())
    assert stone(again).reply == again.reply
    assert "text" not in next(details(stone(again), Action.SUBMIT_REPLY)).details


def walked_to_conclusion() -> Case:
    return walked("SUBMIT_REPLY APPROVE_REPLY ANSWER_SURVEY", walked(TO_HANDLING))


def test_what_was_internal_is_gone() -> None:
    case = walked(
        "RESTART_CLOCK NOTE_PROGRESS SUBMIT_REPLY APPROVE_REPLY ANSWER_SURVEY ARCHIVE@2017-06-01",
        acts(walked(TO_HANDLING), Action.STOP_CLOCK, note="内部备注"),
    )
    left = stone(case)
    assert {entry.note for entry in left.history} == {None}
    assert {entry.subject for entry in left.history[1:]} == {None}
    assert {one.reason for clock in left.clocks.values() for one in clock.pauses} == {None}
    assert left.letter.body == ""
    assert left.letter.place.address is None


@pytest.mark.parametrize("stage", [Stage.ARCHIVE])
def test_what_figures_are_made_of_stays(stage: Stage) -> None:
    case = STANDING[stage]
    left = stone(case)
    for name in ("version", "promise", "outcome", "category", "responsible", "urgency", "rungs"):
        assert getattr(left, name) == getattr(case, name), name
    for name in ("refusals", "first_replied_at", "concluded_at", "replies_released"):
        assert getattr(left, name) == getattr(case, name), name
    assert [(one.at, one.action, one.stage, one.seal) for one in left.history] == [
        (one.at, one.action, one.stage, one.seal) for one in case.history
    ]
    assert left.survey_answer is not None
    assert case.survey_answer is not None
    assert left.survey_answer.details == case.survey_answer.details
    assert list(contradictions(left)) == []


def test_it_says_where_it_lies_and_knows_no_hold() -> None:
    held = replace(ANSWERED, keeping=Keeping(batch="b", hold=Hold("r", "s", at("2017-05-01"))))
    assert tombstone_of(held, 3).keeping == Keeping(batch="b", part=3, is_tombstone=True)
    assert tombstone_of(held, 3).archive_at is None
