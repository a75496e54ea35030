"""Text is brought to one form without runs of marks that would take for ever to sort."""

from __future__ import annotations

import unicodedata

import pytest

from domain.normalization import MOST_MARKS, normalize

pytestmark = pytest.mark.ring("test")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "abc",
        "ＡＢＣ１２３",
        "①㎡ﬁ",
        "e\u0301",
        "e\u0316\u0301",
        "油烟　扰民",
        "가각",
        "a\u0344b\u0315",
    ],
)
def test_what_people_write_gets_the_standard_form(text: str) -> None:
    assert normalize(text) == unicodedata.normalize("NFKC", text)


@pytest.mark.parametrize("marks", ["\u0315\u0300\u0316", "\u0f73", "\uff9e", "\u0344\u0316"])
def test_no_run_of_marks_is_longer_than_any_language_needs(marks: str) -> None:
    text = normalize("(" + marks * 50_000 + ")")
    runs = "".join("m" if unicodedata.combining(sign) else " " for sign in text).split()
    assert max(map(len, runs)) <= 2 * MOST_MARKS
    assert (text[0], text[-1]) == ("(", ")")
