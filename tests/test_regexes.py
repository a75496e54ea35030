"""No regular expression takes longer than its text is long, times a constant, whatever it reads."""

from __future__ import annotations

import math

import pytest

from tests.javascript import count_ways, to_javascript
from tests.regexes import Regex, find_regexes, judge, read_verdicts

pytestmark = pytest.mark.ring("test")

NOT_FROM_STRANGERS = {
    "api.metrics:_OPERATION": "reads the documents under schema/clients",
    "api.widget_script:_COMMENT": "reads the widget's own source",
    "api.widget_script:_IMPORT": "reads the widget's own source",
    "infra.wheels:_PIN": "reads requirements*.txt",
}
"""What reads files of ours; everything else is taken to meet a stranger's text."""
OF_BOUNDED_TEXT = {"domain.reply_quality:_CLOSING": "the last 80 signs of a reply"}
"""What is given no more than so much, however long a text is."""


def is_linear(regex: Regex, verdict: str) -> bool:
    return (
        verdict == "safe"
        or verdict.startswith("at most ")
        or regex.place in NOT_FROM_STRANGERS
        or regex.place in OF_BOUNDED_TEXT
    )


def test_every_expression_has_its_verdict_and_is_linear() -> None:
    found, verdicts = find_regexes(), read_verdicts()
    assert len(found) > 50
    assert found == sorted(verdicts), "run: python -m tests.regexes"
    assert [one for one in found if not is_linear(one, verdicts[one])] == []


def test_no_exception_is_left_without_its_expression() -> None:
    places = {one.place for one in find_regexes()}
    assert places >= NOT_FROM_STRANGERS.keys() | OF_BOUNDED_TEXT.keys()


@pytest.mark.ring("all")
def test_the_checkers_still_say_so() -> None:
    regexes = find_regexes()
    verdicts = judge(regexes)
    slow = [one for one, is_ in zip(regexes, verdicts, strict=True) if not is_linear(one, is_)]
    assert slow == []


@pytest.mark.parametrize(
    ("pattern", "ways"),
    [
        ("abc", 1),
        ("a?b?", 4),
        ("[0-9]{2,5}", 4),
        ("(?:a|ab|c)", 2),
        ("(?:a|b|c){0,2}", 3),
        ("a{0,9}b{0,9}", 100),
        ("a*", math.inf),
        ("(?:a+)+b", math.inf),
        (r"form-data;.*?\bname=", math.inf),
    ],
)
def test_ways_are_counted(pattern: str, ways: float) -> None:
    assert count_ways(pattern) == ways


@pytest.mark.ring("all")
@pytest.mark.parametrize("use", ["search", "fullmatch"])
@pytest.mark.parametrize(
    "pattern", [r"form-data;.*?\bname=", "(a+)+b", r"x*x*$", r"[a-z]+@[a-z]+x"]
)
def test_a_slow_one_is_found(pattern: str, use: str) -> None:
    (verdict,) = judge([Regex("here:SLOW", pattern, "", use)])
    is_slow = (pattern != r"form-data;.*?\bname=" and "@" not in pattern) or use == "search"
    assert is_linear(Regex("here:SLOW", pattern, "", use), verdict) is not is_slow


@pytest.mark.parametrize(
    ("pattern", "source"),
    [
        (r"(?P<a>x)\Z", "(x)$"),
        (r"[^\W_一-鿿]+?", r"(?:[^\W\u{5f}\u{4e00}-\u{9fff}]){1,}?"),
        (r"(?<!\d)a++", r"(?<!\d)(?:a){1,}"),
        (r"\.|/", r"[\u{2e}\u{2f}]"),
    ],
)
def test_an_expression_is_written_as_javascript_has_it(pattern: str, source: str) -> None:
    assert to_javascript(pattern).replace(r"[\d]", r"\d") == source
