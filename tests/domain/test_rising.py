"""What counts as a rise against a topic's own past."""

from __future__ import annotations

import math
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.rising import LEAST_LETTERS, LEAST_MONTHS, Span, Z, rise

pytestmark = pytest.mark.ring("test")

MONTH = 30.0


def months(*letters: int) -> list[Span]:
    return [Span(one, MONTH) for one in letters]


def test_the_ratio_is_that_of_the_rates_with_a_half_added() -> None:
    found = rise(Span(30, 31), [Span(2, 30)] * 12)
    assert found is not None
    ratio = (30.5 / 31) / (24.5 / 360)
    assert found.ratio == pytest.approx(ratio)
    assert found.lower == pytest.approx(ratio * math.exp(-Z * math.sqrt(1 / 30.5 + 1 / 24.5)))
    assert (found.letters, found.before, found.usual) == (30, 24, 2)


def test_what_is_as_it_always_was_does_not_rise() -> None:
    assert rise(Span(11, MONTH), months(10, 9, 11, 10, 10)) is None


def test_a_topic_that_was_not_there_before_rises() -> None:
    found = rise(Span(12, MONTH), months(0, 0, 0, 0, 0, 0))
    assert found is not None
    assert found.usual == 0


@pytest.mark.parametrize("letters", range(LEAST_LETTERS))
def test_a_handful_of_letters_is_no_rise(letters: int) -> None:
    assert rise(Span(letters, MONTH), months(*[0] * 12)) is None


@pytest.mark.parametrize("past", range(LEAST_MONTHS))
def test_a_past_of_a_month_or_two_says_nothing(past: int) -> None:
    assert rise(Span(50, MONTH), months(*[1] * past)) is None


def test_a_topic_that_jumps_every_other_month_needs_more_to_rise() -> None:
    steady, jumping = months(*[20] * 12), months(*[5, 35] * 6)
    assert rise(Span(40, MONTH), steady) is not None
    assert rise(Span(40, MONTH), jumping) is None


def test_part_of_a_month_is_held_to_as_many_days() -> None:
    past = months(*[20] * 12)
    assert rise(Span(20, MONTH), past) is None
    assert rise(Span(20, 7), past) is not None


def test_the_larger_of_two_rises_of_equal_ratio_is_the_surer() -> None:
    small = rise(Span(20, MONTH), months(*[5] * 12))
    large = rise(Span(80, MONTH), months(*[20] * 12))
    assert small is not None
    assert large is not None
    assert large.lower > small.lower


def test_chance_alone_seldom_rises() -> None:
    chance = Random(7)
    steady = [_poisson(chance, 12) for _ in range(13 * 1000)]
    rises = sum(
        rise(Span(steady[at], MONTH), months(*steady[at + 1 : at + 13])) is not None
        for at in range(0, len(steady), 13)
    )
    assert 0 < rises < 20, "one-sided 99 %: about ten in a thousand"


@given(
    st.integers(0, 200), st.lists(st.integers(0, 100), min_size=3, max_size=12), st.integers(1, 50)
)
def test_more_letters_never_rise_less(letters: int, past: list[int], more: int) -> None:
    less = rise(Span(letters, MONTH), months(*past))
    greater = rise(Span(letters + more, MONTH), months(*past))
    if less is not None:
        assert greater is not None
        assert greater.lower > less.lower > 1


def _poisson(chance: Random, mean: float) -> int:
    """By waiting times that add up."""
    count, waited = 0, chance.expovariate(mean)
    while waited < 1:
        count, waited = count + 1, waited + chance.expovariate(mean)
    return count
