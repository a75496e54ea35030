"""What the figures know of a case follows from its history, each with its time."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.case import Case
from domain.deadlines import ever_overdue
from domain.facts import Facts, Mark, facts_of
from domain.tombstones import tombstone_of
from domain.words import Outcome, Rung
from domain.workflow import Action
from tests.domain.office import (
    STANDING,
    TO_CALLBACK,
    TO_CONCLUSION,
    TO_HANDLING,
    TO_TRANSFER,
    TWICE_REFUSED,
    acts,
    at,
    walked,
)

pytestmark = pytest.mark.ring("test")


def facts(case: Case) -> Facts:
    return facts_of(case.history, case.promise)


def marks(case: Case) -> list[tuple[Mark, str | None]]:
    return [(one.mark, one.unit) for one in facts(case).marks]


def test_a_letter_that_has_just_come_in_has_only_its_promise() -> None:
    case = walked("")
    assert facts(case) == Facts(reply_due=case.promise.due_at)


@pytest.mark.parametrize(
    ("walk", "is_sent", "outcome", "answered", "is_concluded"),
    [
        ("ACCEPT", False, None, False, False),
        (TO_TRANSFER, True, None, False, False),
        ("DISPATCH_DIRECTLY", True, None, False, False),
        (TO_HANDLING, True, None, False, False),
        (TO_CALLBACK, True, Outcome.RESOLVED, False, False),
        (TO_CONCLUSION, True, Outcome.RESOLVED, True, True),
        ("REJECT", False, Outcome.REJECTED, False, True),
        ("JOIN", False, Outcome.MERGED, False, True),
        ("WITHDRAW", False, Outcome.WITHDRAWN, False, True),
        (f"{TO_HANDLING} WITHDRAW", True, Outcome.WITHDRAWN, False, True),
        # dissatisfied, and opened again: what went out once has gone out
        (f"{TO_CALLBACK} DISSATISFIED", True, Outcome.RESOLVED, True, False),
        # an appeal that is granted opens a case again, also one that had left
        ("REJECT APPEAL DECIDE_APPEAL", False, Outcome.REJECTED, False, False),
        ("JOIN APPEAL DECIDE_APPEAL", False, None, False, False),
        (f"{TO_CONCLUSION} APPEAL REFUSED_APPEAL", True, Outcome.RESOLVED, True, True),
    ],
)
def test_how_far_it_came(
    walk: str, is_sent: bool, outcome: Outcome | None, answered: bool, is_concluded: bool
) -> None:
    told = facts(walked(walk))
    assert (told.sent_at is not None) is is_sent
    assert told.outcome is outcome
    assert (told.answer is not None) is answered
    assert (told.concluded_at is not None) is is_concluded


def test_the_first_reply_is_the_first_that_went_out_and_the_outcome_the_last() -> None:
    again = acts(
        walked(f"{TO_CALLBACK} DISSATISFIED"), Action.SUBMIT_REPLY, outcome=Outcome.EXPLAINED
    )
    case = walked("APPROVE_REPLY ANSWER_SURVEY", again)
    told = facts(case)
    assert told.first_replied_at == case.first_replied_at == told.releases[0].at
    assert [one.outcome for one in told.releases] == [Outcome.RESOLVED, Outcome.EXPLAINED]
    assert [(one.resolved, one.satisfaction) for one in told.answers] == [(False, 1), (True, 5)]
    assert told.answer == told.answers[1]


def test_what_counts_for_a_unit_is_counted_for_the_one_that_had_the_case() -> None:
    assert marks(walked(TWICE_REFUSED)) == [(Mark.REFUSED, "510104"), (Mark.REFUSED, "510104")]
    wrong = walked("DISPATCH_DIRECTLY WRONG_DISPATCH")
    sent_to = "510104017-CGZ"
    assert marks(wrong) == [(Mark.DISPATCHED_DIRECTLY, sent_to), (Mark.MISDISPATCHED, sent_to)]
    assert marks(walked("DISPATCH_DIRECTLY REVIEW_DISPATCH")) == marks(wrong)[:1]
    supervised = acts(walked(f"{TO_HANDLING} SUPERVISE"), Action.SUPERVISE, rung=Rung.RED_CARD)
    assert marks(supervised) == [(Mark.NOTICE, "510104"), (Mark.RED_CARD, "510104")]


def test_as_of_an_earlier_moment_later_things_are_not_known() -> None:
    case = walked(f"{TO_CONCLUSION} APPEAL REFUSED_APPEAL")
    for last in range(len(case.history)):
        then = case.history[last].at
        known = facts_of(case.history[: last + 1], case.promise)
        assert facts(case).as_of(then) == known
    joined = walked("JOIN")
    assert facts(joined).as_of(joined.updated_at - timedelta(seconds=1)).left is None


@pytest.mark.parametrize("case", STANDING.values(), ids=list(STANDING))
def test_ever_overdue_is_what_the_promise_s_clock_says(case: Case) -> None:
    for days in (0, 5, 13, 14, 30):
        now = case.updated_at + timedelta(days=days)
        assert facts(case).is_ever_overdue(now) is ever_overdue(case.promise, now)


def test_a_clock_that_stands_still_does_not_become_overdue() -> None:
    stopped = acts(walked(TO_HANDLING), Action.STOP_CLOCK, when="2017-03-08 10:00")
    for when in ("2017-03-08 11:00", "2017-03-21 10:00", "2017-04-30 10:00"):
        assert facts(stopped).is_ever_overdue(at(when)) is ever_overdue(stopped.promise, at(when))
    assert facts(stopped).pauses


@pytest.mark.parametrize("walk", [TO_CONCLUSION, TWICE_REFUSED, "DISPATCH_DIRECTLY WRONG_DISPATCH"])
def test_a_tombstone_has_the_same_facts(walk: str) -> None:
    case = walked(walk)
    assert facts(tombstone_of(case, 1)) == facts(case)
