"""The one rule for text that comes in, whatever door it comes by and wherever it is stored.

- A line separator of any kind (Word's soft break among them) is a line break. Text of one line
  refuses it: whoever reads it elsewhere must not take what follows for a line of its own.
- What shows nothing and only reorders or splits the signs around it (embeddings and overrides of
  direction, zero-width spaces, tags) is left out. Joiners and variation selectors stay: emoji,
  names and the scripts of Tibetans and Uyghurs need them.
- Other control characters, half characters (lone surrogates) and noncharacters are refused, and
  the refusal says which one stands where.
- Nothing else changes: no normalisation is stored. ``fold_for_matching`` is for comparing alone.

Sources: Unicode 15 chapters 5.8 (newlines) and 23 (special characters), UTR #36 (spoofing),
``Default_Ignorable_Code_Point`` of DerivedCoreProperties.
"""

from __future__ import annotations

import re
import unicodedata

from domain.normalization import normalize
from domain.refusals import InvalidInput

_LINE_BREAK = re.compile("\r\n|[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_INVISIBLE = re.compile(
    "[\u00ad\u180e\u200b\u202a-\u202e\u2060-\u206f\ufeff\ufff0-\ufffb"
    "\U000e0000-\U000e00ff\U000e01f0-\U000e0fff]"
)
_LEFT_AND_RIGHT = re.compile("[\u061c\u200c-\u200f]")
_BLANK_LETTERS = frozenset("\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\ufffc\U0001d159")
"""Letters and symbols by their category, blank on every screen."""
_SHOWS_NOTHING = frozenset({"Cc", "Cf", "Cs", "Zs", "Zl", "Zp", "Mn", "Me"})
"""General categories; a mark shows nothing without the letter that carries it."""


def read_text(field: str, value: object, *, one_line: bool) -> str:
    """The text as it is stored, without white space around it; empty for what is no text.

    Raises ``InvalidInput`` naming ``field`` and what stands where.
    """
    text = mend_text(value).strip() if isinstance(value, str) else ""
    for place, sign in enumerate(text, 1):
        if sign < " " or sign > "~":
            _check_sign(field, place, sign, one_line)
    return text.replace("\t", " ") if one_line else text


def mend_text(text: str) -> str:
    """Every line separator as ``\\n``, and without what shows nothing and misleads."""
    return _INVISIBLE.sub("", _LINE_BREAK.sub("\n", text))


def count_shown(text: str) -> int:
    """How many signs there are to see."""
    return sum(map(_is_shown, text))


def is_blank(text: str) -> bool:
    """Whether nothing of it shows."""
    return not any(map(_is_shown, text))


def fold_for_matching(text: str) -> str:
    """The same for what reads the same: width, case, shape and invisible signs do not count.

    For comparing and searching; never stored in the place of what was written.
    """
    visible = _LEFT_AND_RIGHT.sub("", mend_text(text))
    return normalize(normalize(visible).casefold())


def _is_shown(sign: str) -> bool:
    return not (
        unicodedata.category(sign) in _SHOWS_NOTHING
        or sign in _BLANK_LETTERS
        or _INVISIBLE.match(sign)
    )


def _check_sign(field: str, place: int, sign: str, one_line: bool) -> None:
    code = f"U+{ord(sign):04X}"
    category = unicodedata.category(sign)
    if category == "Cs" or _is_noncharacter(sign):
        raise InvalidInput(
            f"第{place}个字（{code}）不是完整的字符。",
            f"Character {place} ({code}) is no whole character.",
            field,
        )
    if sign == "\n" and one_line:
        raise InvalidInput(
            f"只能为一行：第{place}个字是换行符。",
            f"This takes one line. Character {place} is a line break.",
            field,
        )
    if category == "Cc" and sign not in "\n\t":
        raise InvalidInput(
            f"含有不可用的控制字符：第{place}个字（{code}）。",
            f"Control characters are refused. Character {place} is {code}.",
            field,
        )


def _is_noncharacter(sign: str) -> bool:
    return ord(sign) & 0xFFFE == 0xFFFE or "\ufdd0" <= sign <= "\ufdef"
