"""How satisfied a writer is, in the words and figures that people send back: 1 to 5.

The words are those of the survey's own scale. What fits no step of it, or two that differ, is not
guessed: the writer is asked again. So is a Chinese numeral alone, as 一 is a dash to many.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from domain.text import fold_for_matching

LONGEST = 100
"""Signs of a message that is looked at."""
_WORDS: Mapping[int, Sequence[str]] = {
    5: ("非常满意", "很满意", "十分满意", "特别满意", "非常滿意", "很滿意", "very satisfied"),
    4: ("满意", "比较满意", "较满意", "滿意", "satisfied"),
    3: ("基本满意", "基本滿意", "一般", "一般般", "fairly satisfied", "neutral"),
    2: ("不满意", "不太满意", "不够满意", "不滿意", "dissatisfied", "not satisfied", "unsatisfied"),
    1: (
        *("非常不满意", "很不满意", "十分不满意", "特别不满意", "极不满意", "很不滿意"),
        *("very dissatisfied", "very unsatisfied"),
    ),
}
_NUMERALS = ("一壹", "二两贰兩", "三叁", "四肆", "五伍")
_UNITS = ("分", "星", "颗星", "星级", "stars", "star", "points", "point")
_NOT_SAID = re.compile(
    "[\\s.,!~;:。，！～；：、…\"'“”‘’()（）\\[\\]【】\u20e3\ufe0f\ufe0e\u3164\u2800]"
)
_STARS = re.compile("[⭐🌟★]{1,5}")


def _without_marks(text: str) -> str:
    return _NOT_SAID.sub("", fold_for_matching(text))


def _figures() -> dict[str, int]:
    """A digit, alone or with its unit; a numeral with its unit."""
    named = {}
    for step, numerals in enumerate(_NUMERALS, 1):
        named[str(step)] = step
        named |= {f"{one}{unit}": step for one in (str(step), *numerals) for unit in _UNITS}
    return named


def _one_of(named: Mapping[str, int]) -> str:
    return "|".join(sorted(map(re.escape, named), key=len, reverse=True))


_BY_FIGURE = _figures()
_BY_WORD = {_without_marks(word): step for step, words in _WORDS.items() for word in words}
_ANSWER = re.compile(
    "(?:我们?)?(?:打|给|評|评价?|选|回复|觉得|感觉|表示)?"
    f"(?:({_one_of(_BY_FIGURE)})(?:为|是)?({_one_of(_BY_WORD)})?|({_one_of(_BY_WORD)}))"
    "(?:的|了|吧|啊)?(?:谢谢|感谢|thanks|thankyou)?(?:您|你|你们)?"
)


def read_satisfaction(text: str) -> int | None:
    """1 (very dissatisfied) to 5 (very satisfied); None for what says no single step."""
    plain = _without_marks(text[:LONGEST])
    if _STARS.fullmatch(plain):
        return len(plain)
    found = _ANSWER.fullmatch(plain)
    if found is None or len(text) > LONGEST:
        return None
    steps = {(_BY_FIGURE | _BY_WORD)[said] for said in found.groups() if said}
    return steps.pop() if len(steps) == 1 else None
