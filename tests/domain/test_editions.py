"""What a later edition says: which figures changed, by how much, and because of which letters."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from domain.definitions import known
from domain.editions import Because, ChangeReason, FigureChange, Since, compare, since
from domain.facts import Answered, CohortLetter, Facts
from domain.figures import Membership, Part, tabulate
from domain.words import Outcome
from tests.domain.cohort import CAME, COUNTED, DUE, LATER, answered, letter, replied

pytestmark = pytest.mark.ring("test")

NEXT_TIME = LATER + timedelta(days=60)
OPEN = Facts(NEXT_TIME, sent_at=CAME)


def members(letters: list[CohortLetter], at: datetime) -> tuple[Membership, ...]:
    return tabulate(letters, at, {}, COUNTED).members


def changes(before: list[CohortLetter], after: list[CohortLetter]) -> dict[str, FigureChange]:
    """By definition, from LATER to NEXT_TIME."""
    meanwhile: dict[str, Since] = {}
    for one in after:
        seen = known(one, NEXT_TIME, {}, ())
        meanwhile[one.number] = since(seen.facts, seen.answering, LATER)
    found = compare(members(before, LATER), members(after, NEXT_TIME), meanwhile)
    return {one.definition: one for one in found}


def reasons(before: Facts, after: Facts) -> dict[str, ChangeReason]:
    """Why each figure of one letter changed."""
    one = letter(before)
    found = changes([one], [replace(one, facts=after)])
    for change in found.values():
        assert [because.numbers for because in change.because] == [(one.number,)]
    return {name: change.because[0].reason for name, change in found.items()}


def test_nothing_changes_where_nothing_came_later() -> None:
    letters = [letter(answered()), letter(replied())]
    assert changes(letters, letters) == {}


def test_a_late_letter_changes_every_figure_that_it_is_in() -> None:
    old, new = letter(replied(3)), letter(replied(5))
    found = changes([old], [old, new])
    because = (Because(ChangeReason.LATE_LETTER, (new.number,)),)
    assert found["REPLY_RATE/1"] == FigureChange("REPLY_RATE/1", Part(1, 1), Part(2, 2), because)
    assert found["AVERAGE_REPLY_DAYS/1"].after == Part(8, 2)
    assert "SATISFACTION_RATE/2" not in found


LATE_REPLY = replied(50, reply_due=NEXT_TIME)
ANSWER = Answered(LATER + timedelta(days=1), True, 5)
DAY_AFTER = LATER + timedelta(days=1)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (
            OPEN,
            LATE_REPLY,
            {
                "REPLY_RATE/1": ChangeReason.LATE_REPLY,
                "RESOLUTION_RATE/1": ChangeReason.LATE_REPLY,
                "AVERAGE_REPLY_DAYS/1": ChangeReason.LATE_REPLY,
            },
        ),
        (
            replied(outcome=Outcome.NOT_RESOLVABLE),
            replied(outcome=Outcome.NOT_RESOLVABLE, answers=(ANSWER,), concluded_at=DAY_AFTER),
            {
                "RESOLUTION_RATE/1": ChangeReason.LATE_ANSWER,
                "SATISFACTION_RATE/1": ChangeReason.LATE_ANSWER,
                "SATISFACTION_RATE/2": ChangeReason.LATE_ANSWER,
            },
        ),
        (
            OPEN,
            replace(
                OPEN,
                left=Outcome.WITHDRAWN,
                left_at=LATER + timedelta(days=1),
                concluded_at=DAY_AFTER,
            ),
            {"SATISFACTION_RATE/1": ChangeReason.WITHDRAWAL},
        ),
        (replied(), replied(concluded_at=DAY_AFTER), {"SATISFACTION_RATE/1": ChangeReason.OTHER}),
        (
            Facts(LATER + timedelta(days=1), sent_at=CAME),
            Facts(LATER + timedelta(days=1), sent_at=CAME),
            {"OVERDUE_RATE/1": ChangeReason.PROMISE_PASSED},
        ),
        # recorded late, with a time before the edition: it counts as late all the same
        (
            Facts(DUE, sent_at=CAME),
            replied(3),
            {
                "REPLY_RATE/1": ChangeReason.LATE_REPLY,
                "RESOLUTION_RATE/1": ChangeReason.LATE_REPLY,
                "OVERDUE_RATE/1": ChangeReason.LATE_REPLY,
                "AVERAGE_REPLY_DAYS/1": ChangeReason.LATE_REPLY,
            },
        ),
    ],
    ids=["late reply", "late answer", "withdrawal", "conclusion", "promise", "recorded late"],
)
def test_each_figure_says_why_it_changed(
    before: Facts, after: Facts, expected: dict[str, ChangeReason]
) -> None:
    assert reasons(before, after) == expected


def test_a_letter_that_is_no_longer_there_is_told_too() -> None:
    one = letter(replied())
    found = changes([one], [])
    assert found["REPLY_RATE/1"].because == (Because(ChangeReason.OTHER, (one.number,)),)
    assert found["REPLY_RATE/1"].after == Part(0, 0)


def test_letters_are_told_by_reason_and_in_order() -> None:
    late, waiting, again = letter(replied()), letter(OPEN), letter(OPEN)
    after = [late, *(replace(one, facts=LATE_REPLY) for one in (again, waiting))]
    found = changes([waiting, again], after)["REPLY_RATE/1"]
    assert found.because == (
        Because(ChangeReason.LATE_LETTER, (late.number,)),
        Because(ChangeReason.LATE_REPLY, (waiting.number, again.number)),
    )
    assert (found.before, found.after) == (Part(0, 2), Part(3, 3))
