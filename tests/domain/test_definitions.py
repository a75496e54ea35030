"""What each figure counts, row by row; and the city's published months, to the digit."""

from __future__ import annotations

from datetime import timedelta
from itertools import permutations

import pytest

from domain.baselines import change
from domain.definitions import BY_ID, CURRENT, DEFINITIONS, FigureName
from domain.facts import Answered, Facts, Released
from domain.figures import Part
from domain.words import LetterKind, Outcome
from tests.domain.cohort import (
    CAME,
    DEPARTMENT,
    DUE,
    LATER,
    TOWNSHIP,
    answered,
    letter,
    part,
    replied,
)

pytestmark = pytest.mark.ring("test")

OPEN = Facts(DUE, sent_at=CAME + timedelta(hours=1))
REJECTED = Facts(
    DUE,
    releases=(Released(CAME, Outcome.REJECTED),),
    concluded_at=CAME,
    left=Outcome.REJECTED,
    left_at=CAME,
)
MERGED = Facts(DUE, concluded_at=CAME, left=Outcome.MERGED, left_at=CAME)
WITHDRAWN = Facts(DUE, concluded_at=CAME, left=Outcome.WITHDRAWN, left_at=CAME)
NEITHER = None
"""Not in the denominator."""


def shown(definition: str, facts: Facts, **changed: object) -> float | None:
    """What one letter adds to the numerator; None when it is not in the denominator."""
    found = part(definition, letter(facts, **changed), mains={"main": replied(6)})
    assert found.denominator in (0, 1)
    return found.numerator if found.denominator else NEITHER


def test_every_figure_has_a_definition_in_force_with_an_id_and_words_of_its_own() -> None:
    assert list(CURRENT) == list(FigureName)
    assert len({one.id for one in DEFINITIONS} | {one.text for one in DEFINITIONS}) == 2 * len(
        DEFINITIONS
    )
    assert CURRENT[FigureName.SATISFACTION_RATE].id == "SATISFACTION_RATE/2"
    for one in DEFINITIONS:
        assert BY_ID[one.id] is one
        assert one.text.zh != one.text.en


@pytest.mark.parametrize(
    ("facts", "is_replied"),
    [
        (OPEN, 0),
        (replied(), 1),
        (replied(days=300), 0),  # not yet, as of the day that is asked for
        (REJECTED, 1),  # its reason is a reply
        (WITHDRAWN, 0),
    ],
)
def test_reply_rate_counts_every_letter_of_the_month(facts: Facts, is_replied: int) -> None:
    assert shown("REPLY_RATE/1", facts) == is_replied


def test_a_merged_letter_has_its_main_cases_reply_from_when_it_came_itself() -> None:
    assert shown("REPLY_RATE/1", MERGED, main_case="main") == 1
    assert shown("REPLY_RATE/1", MERGED, main_case="a case that was not replied to") == 0
    assert shown("RESOLUTION_RATE/1", MERGED, main_case="main") == 1
    assert shown("OVERDUE_RATE/1", MERGED, main_case="main") is NEITHER
    assert shown("AVERAGE_REPLY_DAYS/1", MERGED, main_case="main") == 6
    late = {"main_case": "main", "submitted_at": CAME + timedelta(days=7)}
    assert shown("AVERAGE_REPLY_DAYS/1", MERGED, **late) == 0


@pytest.mark.parametrize(
    ("facts", "resolved"),
    [
        (OPEN, NEITHER),
        (replied(outcome=Outcome.RESOLVED), 1),
        (replied(outcome=Outcome.EXPLAINED), 1),
        (replied(outcome=Outcome.PARTLY_RESOLVED), 0),
        (replied(outcome=Outcome.NOT_RESOLVABLE), 0),
        (REJECTED, 0),
        (answered(1, resolved=True), 1),  # what the writer says counts, not how satisfied
        (answered(5, resolved=False), 0),
    ],
)
def test_resolution_rate_asks_the_writer_first_and_the_outcome_otherwise(
    facts: Facts, resolved: int | None
) -> None:
    assert shown("RESOLUTION_RATE/1", facts) == resolved


@pytest.mark.parametrize("kind", [LetterKind.SUGGESTION, LetterKind.PRAISE])
def test_where_nothing_is_to_be_resolved_resolution_rate_does_not_look(kind: LetterKind) -> None:
    assert shown("RESOLUTION_RATE/1", replied(), kind=kind) is NEITHER
    assert shown("REPLY_RATE/1", replied(), kind=kind) == 1


@pytest.mark.parametrize(
    ("facts", "of_concluded", "of_answered"),
    [
        (OPEN, NEITHER, NEITHER),
        (replied(), NEITHER, NEITHER),  # still to be asked
        (replied(concluded_at=CAME + timedelta(days=9)), 1, NEITHER),  # no answer, no complaint
        (answered(3), 1, 1),
        (answered(2), 0, 0),
        (answered(5, resolved=False), 0, 0),
        (replied(answers=(Answered(CAME + timedelta(days=4), False, 1),)), NEITHER, 0),
    ],
)
def test_satisfaction_rate_was_of_the_concluded_and_is_of_those_who_answered(
    facts: Facts, of_concluded: int | None, of_answered: int | None
) -> None:
    assert shown("SATISFACTION_RATE/1", facts) == of_concluded
    assert shown("SATISFACTION_RATE/2", facts) == of_answered


def test_the_last_answer_is_the_one_that_counts() -> None:
    first, second = Answered(CAME, False, 1), Answered(CAME + timedelta(days=5), True, 4)
    assert shown("SATISFACTION_RATE/2", replied(answers=(first, second))) == 1
    assert shown("SATISFACTION_RATE/2", replied(answers=(second, first))) == 0


@pytest.mark.parametrize(
    ("facts", "overdue"),
    [
        (OPEN, 1),  # the promise is over, and there is no reply
        (Facts(DUE), NEITHER),  # no unit ever had it
        (Facts(LATER, sent_at=CAME), 0),  # still in time
        (replied(3), 0),
        (replied(20), 1),
        (Facts(DUE, pauses=((CAME, LATER + timedelta(days=1)),), sent_at=CAME), 0),  # stopped
        (REJECTED, NEITHER),
        (WITHDRAWN, NEITHER),
        # withdrawn in time, or too late, after a unit had it
        (Facts(DUE, sent_at=CAME, left=Outcome.WITHDRAWN, left_at=CAME), 0),
        (Facts(DUE, sent_at=CAME, left=Outcome.WITHDRAWN, left_at=LATER), 1),
    ],
)
def test_overdue_rate_counts_what_was_sent_to_a_unit(facts: Facts, overdue: int | None) -> None:
    assert shown("OVERDUE_RATE/1", facts) == overdue


def test_average_reply_days_counts_days_of_24_hours_of_districts_and_departments() -> None:
    assert shown("AVERAGE_REPLY_DAYS/1", replied(6.125)) == 6.125
    assert shown("AVERAGE_REPLY_DAYS/1", replied(2), responsible=DEPARTMENT) == 2
    assert shown("AVERAGE_REPLY_DAYS/1", replied(), responsible=TOWNSHIP) is NEITHER
    assert shown("AVERAGE_REPLY_DAYS/1", replied(), responsible=()) is NEITHER
    assert shown("AVERAGE_REPLY_DAYS/1", OPEN) is NEITHER


# The city's published months


def weighed(definition: str, *groups: tuple[Facts, int]) -> Part:
    """The figure of so many letters with each of these facts: one of each is counted."""
    found = Part()
    for facts, count in groups:
        one = part(definition, letter(facts))
        found += Part(one.numerator * count, one.denominator * count)
    return found


def percent(found: Part) -> str:
    assert found.value is not None
    return f"{found.value:.2%}"


def test_november_2017_divided_by_the_concluded() -> None:
    silent = replied(concluded_at=CAME + timedelta(days=9))
    letters = ((silent, 107_957 - 6_479), (answered(1, resolved=False), 6_479))
    assert weighed("SATISFACTION_RATE/1", *letters) == Part(101_478, 107_957)
    assert percent(weighed("SATISFACTION_RATE/1", *letters)) == "94.00%"
    assert percent(weighed("SATISFACTION_RATE/2", *letters)) == "0.00%"  # another question


def test_march_2018_divided_by_those_who_answered() -> None:
    letters = (
        (answered(4), 21_980 - 4_209),
        (answered(2), 4_209),
        (replied(40), 301),
        (replied(), 72_838 - 301 - 21_980),
    )
    assert weighed("SATISFACTION_RATE/2", *letters) == Part(17_771, 21_980)
    assert percent(weighed("SATISFACTION_RATE/2", *letters)) == "80.85%"
    assert weighed("OVERDUE_RATE/1", *letters) == Part(301, 72_838)
    assert percent(weighed("OVERDUE_RATE/1", *letters)) == "0.41%"


def test_the_resolution_rate_of_november_2017_follows_from_no_pair_of_its_published_counts() -> (
    None
):
    contacts = {"calls": 304_373, "letters": 13_261, "contacts": 317_634}
    handled = {"dispatched": 133_737, "concluded": 107_957, "overdue": 163, "dissatisfied": 6_479}
    reasons = {"a": 1_328, "b": 1_329, "c": 1_062, "d": 440, "e": 2_320}
    counts = {**contacts, **handled, **reasons}
    found = {
        f"{rate:.2%}"
        for one, other in permutations(counts.values(), 2)
        for rate in (Part(one, other).value, Part(other - one, other).value)
        if rate is not None
    }
    assert "94.00%" in found  # the satisfaction rate is there
    assert "86.95%" not in found


JANUARY_2017 = [
    (FigureName.REPLY_RATE, 0.992, 0.990, "0.2"),
    (FigureName.RESOLUTION_RATE, 0.9045, 0.8985, "0.6"),
    (FigureName.SATISFACTION_RATE, 0.9055, 0.8965, "0.9"),
    (FigureName.OVERDUE_RATE, 0.0853, 0.0933, "-0.8"),
    (FigureName.AVERAGE_REPLY_DAYS, 6.12, 7.22, "-1.1"),
]
"""Published on 27 February 2017: the value, what follows for the baseline, and the change."""


@pytest.mark.parametrize(("figure", "value", "before", "published"), JANUARY_2017)
def test_the_changes_of_january_2017_are_in_points_and_days(
    figure: FigureName, value: float, before: float, published: str
) -> None:
    found = change(figure, value, before)
    assert found is not None
    assert f"{found:.1f}" == published
    assert found == float(published)


@pytest.mark.parametrize(
    ("definition", "groups", "published"),
    [
        ("REPLY_RATE/1", ((replied(), 6_742), (OPEN, 54)), "99.2%"),
        ("RESOLUTION_RATE/1", ((replied(), 5_898), (answered(2, resolved=False), 623)), "90.45%"),
        ("SATISFACTION_RATE/2", ((answered(3), 2_012), (answered(2), 210)), "90.55%"),
        ("OVERDUE_RATE/1", ((replied(15), 576), (replied(), 6_176)), "8.53%"),
    ],
)
def test_the_ratios_of_january_2017_come_out_to_the_published_digit(
    definition: str, groups: tuple[tuple[Facts, int], ...], published: str
) -> None:
    found = weighed(definition, *groups)
    assert found.denominator <= 6_796
    assert found.value is not None
    digits = len(published.partition(".")[2]) - 1
    assert f"{found.value:.{digits}%}" == published


def test_the_average_of_january_2017_is_one_of_days_and_parts_of_days() -> None:
    found = weighed("AVERAGE_REPLY_DAYS/1", (replied(6), 88), (replied(7), 12))
    assert found.value == pytest.approx(6.12)
