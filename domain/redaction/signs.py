"""A text as rules read it: one plain, simplified sign for each, digits of every script as 0 to 9.

What has no width (joiners, marks above letters, key caps) is passed over, so that a rule sees what
a reader sees, and so is what parts single signs, as in 臧 克 勤 and 臧·克·勤. A stretch that a rule
finds is led back to where it stands in the text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from domain.redaction.traditional import SIMPLIFIED

_NOTHING = "\x00"
_SPREAD = re.compile(r"(?: [^\s■](?= ))+ ")
_DOTTED = re.compile(
    r"(?<=[\u4e00-\u9fff])[·.*_-][\u4e00-\u9fff](?:[·.*_-][\u4e00-\u9fff]){0,2}[·.*_-](?=[\u4e00-\u9fff])"
)
_DOTS = re.compile("[·.*_-]")
_MOST_REMEMBERED = 20_000
_BLANK = frozenset("\u3164\u2800\uffa0\u115f\u1160")
_SAME_DOT = dict.fromkeys("•・‧∙⋅●∘\u00b7", "·")
_SAME_DASH = dict.fromkeys("‐‑‒–—―−－﹣", "-")
_SPOKEN = (
    *(
        "〇零○Ｏ",
        "一壹弌幺么",
        "二贰弍两",
        "三叁弎",
        "四肆",
        "五伍",
        "六陆",
        "七柒",
        "八捌",
    ),
    "九玖",
)
SPOKEN = {ord(sign): str(digit) for digit, signs in enumerate(_SPOKEN) for sign in signs}
"""Chinese numerals that are said one by one, by code point."""


class _Folding(dict[int, str]):
    """For ``str.translate``: looks a sign up once."""

    def __missing__(self, code: int) -> str:
        if len(self) >= _MOST_REMEMBERED:  # a text may hold every sign there is
            self.clear()
        folded = self[code] = _fold(chr(code))
        return folded


def _fold(sign: str) -> str:
    category = unicodedata.category(sign)
    if category in ("Cf", "Mn", "Me") or (category == "Cc" and sign not in "\t\n\r"):
        return _NOTHING
    if sign in _BLANK or category == "Zs":
        return " "
    if category[0] == "N":
        return _digit(sign)
    folded = unicodedata.normalize("NFKC", sign)
    folded = SIMPLIFIED.get(sign, folded if len(folded) == 1 else sign)
    return _SAME_DOT.get(folded, _SAME_DASH.get(folded, folded))


def _digit(sign: str) -> str:
    value = unicodedata.numeric(sign)
    return str(int(value)) if value in range(10) and ord(sign) not in SPOKEN else sign


_FOLDING = _Folding()


@dataclass(frozen=True, slots=True)
class Signs:
    """``text`` has the plain signs; ``positions`` where each stands in the original."""

    text: str
    positions: Sequence[int]
    length: int

    def stretch(self, start: int, end: int) -> tuple[int, int]:
        """From and to before where it stands in the original, with what has no width behind it."""
        last = self.positions[end] if end < len(self.positions) else self.length
        return self.positions[start], last


def read_signs(text: str) -> Signs:
    """The text's plain signs; costs what it is long."""
    folded = _SPREAD.sub(_closed, text.translate(_FOLDING))
    folded = _DOTTED.sub(lambda found: _DOTS.sub(_NOTHING, found.group()), folded)
    if _NOTHING not in folded:
        return Signs(folded, range(len(text)), len(text))
    positions = [place for place, sign in enumerate(folded) if sign != _NOTHING]
    return Signs(folded.replace(_NOTHING, ""), positions, len(text))


def _closed(spread: re.Match[str]) -> str:
    """Signs with a blank between each of them, as 臧 克 勤 or 1 3 8, without these blanks."""
    text, start, end = spread.string, *spread.span()
    around = text[max(0, start - 1) : end + 1].replace(" ", "")
    is_word = len(around) > 3 or (all(map(is_chinese, around)) and around[1:2] not in ("男", "女"))
    return spread.group().replace(" ", _NOTHING) if is_word else spread.group()


def is_chinese(sign: str) -> bool:
    """Whether it is a Chinese character, numerals included; not for the empty one."""
    return "\u4e00" <= sign <= "\u9fff" or "\u3400" <= sign <= "\u4dbf" or sign == "〇"


def is_latin(sign: str) -> bool:
    """Whether it is an ASCII letter."""
    return sign.isascii() and sign.isalpha()
