"""Learning: what is held out, how sure one may be, and how good it is."""

from __future__ import annotations

from collections import Counter

import pytest

from domain.training import (
    Counts,
    Example,
    Prediction,
    accuracy,
    fitted_temperature,
    fold_of,
    macro_f1,
    names_of,
)
from tests.domain.test_suggesting import EDUCATION, ENVIRONMENT, LETTERS, taxonomy

pytestmark = pytest.mark.ring("test")

EXAMPLES = [
    Example.of(f"{place}/{copy}", category, title, body)
    for copy in range(5)
    for place, (category, title, body) in enumerate(LETTERS)
]


def counted(*examples: Example) -> Counts:
    counts = Counts(names_of(taxonomy()))
    for one in examples:
        counts.add(one)
    return counts


def test_every_letter_is_held_out_once_and_the_counts_are_as_before() -> None:
    counts = counted(*EXAMPLES)
    before = counts.model()
    predictions = counts.held_out(EXAMPLES)
    assert Counter(one.truth for one in predictions) == {ENVIRONMENT: 10, EDUCATION: 10}
    assert accuracy(predictions) == 1.0
    after = counts.model()
    assert after.terms == before.terms
    for now, then in zip(after.weights, before.weights, strict=True):
        assert list(now) == pytest.approx(list(then), abs=1e-6)


def test_what_is_said_of_a_letter_comes_from_the_others() -> None:
    """The only letter of its kind, and named by nothing: what it says itself does not help it."""
    alone = Example.of("alone", EDUCATION, "油烟", "油烟排到窗前")
    counts = counted(*EXAMPLES, alone)
    [said] = counts.held_out([alone])
    assert (said.truth, said.said) == (EDUCATION, ENVIRONMENT)


def test_a_category_of_no_taxonomy_is_left_out() -> None:
    counts = counted(Example.of("x", "99", "油烟", "油烟"))
    assert counts.total == 0
    assert not counts.having


def test_a_fold_depends_on_the_id_alone() -> None:
    folds = [fold_of(str(number), 5) for number in range(200)]
    assert folds == [fold_of(str(number), 5) for number in range(200)]
    assert set(folds) == {0, 1, 2, 3, 4}


def said(truth: str, category: str, *likeness: float) -> Prediction:
    return Prediction(truth, category, likeness or (0.2, 0.1), 0 if truth == "a" else 1)


def test_macro_f1_counts_every_category_the_same() -> None:
    """a: 3 of 4 found, nothing else taken for it, 6/7; b: found, one too many, 2/3."""
    predictions = [*[said("a", "a")] * 3, said("a", "b"), said("b", "b")]
    assert macro_f1(predictions) == pytest.approx((6 / 7 + 2 / 3) / 2)
    assert accuracy(predictions) == 0.8
    assert macro_f1([]) == accuracy([]) == 0.0


def test_what_is_mostly_wrong_is_said_with_less_confidence() -> None:
    right, wrong = said("a", "a"), said("b", "a")
    assert fitted_temperature([right] * 99 + [wrong]) < fitted_temperature([right, wrong] * 50)


def test_the_weights_are_floats_that_are_stored_as_they_are() -> None:
    model = counted(*EXAMPLES).model()
    assert {row.typecode for row in (*model.weights, model.idf)} == {"f"}
    assert {len(row) for row in (*model.weights, model.idf)} == {len(model.terms)}
