"""How long replies took: against the standard library, and by hand."""

from __future__ import annotations

import statistics
from math import isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.distribution import Bar, distribution, quantile

pytestmark = pytest.mark.ring("test")

DAYS = st.lists(st.floats(0, 400), min_size=2, max_size=60)


def test_of_nothing_there_is_no_distribution() -> None:
    assert distribution([]) is None


def test_of_one_letter_everything_is_its_own() -> None:
    told = distribution([6.5])
    assert told is not None
    assert {told.mean, told.least, told.lower_quartile, told.median, told.most} == {6.5}
    assert (told.letters, told.upper_quartile, told.ninth_decile) == (1, 6.5, 6.5)


def test_quantiles_lie_between_two_letters() -> None:
    told = distribution([4, 1, 2, 3])
    assert told is not None
    assert (told.lower_quartile, told.median, told.upper_quartile) == (1.75, 2.5, 3.25)
    assert isclose(told.ninth_decile, 3.7)
    assert (told.least, told.mean, told.most) == (1, 2.5, 4)


@pytest.mark.parametrize(
    ("days", "bar"),
    [
        (0, (0, 1)),
        (0.999, (0, 1)),
        (1, (1, 3)),
        (2.999, (1, 3)),
        (3, (3, 5)),
        (5, (5, 10)),
        (10, (10, 20)),
        (19.999, (10, 20)),
        (20, (20, None)),
        (4_000, (20, None)),
    ],
)
def test_a_bar_has_its_beginning_and_not_its_end(days: float, bar: tuple[int, int | None]) -> None:
    told = distribution([days])
    assert told is not None
    assert [one for one in told.bars if one.letters] == [Bar(*bar, letters=1)]


@given(DAYS)
def test_it_is_what_the_standard_library_says(days: list[float]) -> None:
    told = distribution(days)
    assert told is not None
    quartiles = statistics.quantiles(days, n=4, method="inclusive")
    found = (told.lower_quartile, told.median, told.upper_quartile)
    assert all(isclose(*pair, abs_tol=1e-9) for pair in zip(found, quartiles, strict=True))
    ninth = statistics.quantiles(days, n=10, method="inclusive")[8]
    assert isclose(told.ninth_decile, ninth, abs_tol=1e-9)
    assert isclose(told.mean, statistics.fmean(days))
    assert sum(bar.letters for bar in told.bars) == told.letters == len(days)


@given(DAYS, st.floats(0, 1))
def test_a_quantile_is_within_and_never_falls(days: list[float], share: float) -> None:
    ordered = sorted(days)
    least, most = ordered[0] - 1e-9, ordered[-1] + 1e-9
    assert least <= quantile(ordered, share) <= most
    assert quantile(ordered, share / 2) <= quantile(ordered, share) + 1e-9
