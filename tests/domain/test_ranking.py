"""Units side by side: best first, and who did as well shares a rank."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.definitions import FigureName
from domain.figures import Part
from domain.ranking import Candidate, ranked

pytestmark = pytest.mark.ring("test")


def candidates(text: str) -> list[Candidate]:
    """``a 9/10 12``: the unit, its figure's numerator and denominator, and its letters."""
    found = []
    for one in text.split(", "):
        unit, part, letters = one.split()
        numerator, denominator = part.split("/")
        found.append(Candidate(unit, int(letters), Part(float(numerator), int(denominator))))
    return found


def told(text: str, figure: FigureName) -> str:
    return " ".join(f"{one.rank}{one.candidate.unit}" for one in ranked(candidates(text), figure))


@pytest.mark.parametrize(
    ("figure", "order"),
    [
        (FigureName.REPLY_RATE, "1c 2a 3b"),
        (FigureName.RESOLUTION_RATE, "1c 2a 3b"),
        (FigureName.SATISFACTION_RATE, "1c 2a 3b"),
        (FigureName.OVERDUE_RATE, "1b 2a 3c"),
        (FigureName.AVERAGE_REPLY_DAYS, "1b 2a 3c"),
    ],
)
def test_the_best_is_first_whether_more_or_less_is_better(figure: FigureName, order: str) -> None:
    assert told("a 5/10 10, b 1/10 10, c 9/10 10", figure) == order


@pytest.mark.parametrize(
    ("units", "order"),
    [
        # 1, 2, 2, 4; of those who share a rank the one with more letters is told first
        ("a 10/10 10, b 5/10 10, c 10/20 20, d 1/10 10", "1a 2c 2b 4d"),
        # of as many letters, by code
        ("d 5/10 10, c 5/10 10, b 5/10 10", "1b 1c 1d"),
        # thirds are thirds, however many letters they are of
        ("a 1/3 10, b 5/15 15, c 7/21 21", "1c 1b 1a"),
        # no data is no rank, and neither 0 % nor 100 %
        ("a 0/0 12, b 0/10 10, c 10/10 10", "1c 2b"),
        ("a 0/0 12", ""),
    ],
)
def test_who_did_as_well_shares_a_rank_and_who_has_no_data_has_none(units: str, order: str) -> None:
    assert told(units, FigureName.REPLY_RATE) == order


def test_nobody_is_ranked_where_nobody_is() -> None:
    assert ranked([], FigureName.REPLY_RATE) == ()


@given(st.permutations(candidates("a 5/10 10, b 5/10 10, c 2/4 11, d 0/0 9, e 9/10 10")))
def test_the_order_in_which_they_come_does_not_matter(shuffled: list[Candidate]) -> None:
    found = ranked(shuffled, FigureName.REPLY_RATE)
    assert [(one.rank, one.candidate.unit) for one in found] == [
        (1, "e"),
        (2, "c"),
        (2, "a"),
        (2, "b"),
    ]
    assert [one.value for one in found] == [0.9, 0.5, 0.5, 0.5]
