"""Number plates of vehicles (GA 36-2018): a province's sign, a letter, five or six more."""

from __future__ import annotations

import re
from collections.abc import Iterator

from domain.redaction.signs import SPOKEN, is_latin
from domain.redaction.spans import RedactionKind

Found = tuple[int, int, RedactionKind]

_PROVINCE = "[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼]"
_HEAD = re.compile(
    rf"(?:{_PROVINCE}|(?<![A-Za-z])WJ{_PROVINCE}?)"
    r"(?:字头?)?[^\S\n]?[-·.(]?[^\S\n]?(?:[A-Za-z](?![A-Za-z]{3}))?"
)
_LEGATION = re.compile(r"(?:(?<![\u4e00-\u9fff])|(?<=[车牌号馆]))[使领][-· ]?[0-9]{6}(?![0-9])")
_TRACTOR = re.compile(
    rf"{_PROVINCE}\s?[0-9]{{2}}[-·.\s]?[0-9][0-9A-Z]{{4}}(?![0-9A-Za-z])(?!\s?[元万])"
)
"""With two digits for the place (NY 345.1)."""
_CALLED = re.compile(
    r"(?:车牌照?|号牌|牌照)号?码?[:是为\s]{0,3}"
    r"((?=[^,。;]{0,4}[0-9]{3})[\u4e00-\u9fff]{0,2}[A-Z]?[-·\s]?[0-9][0-9A-Z]{4,7})(?![0-9A-Za-z])"
)
"""Of a bicycle or another vehicle that has plates of a city's own."""
_GAPS = frozenset(" ·.,、:;-_()[]{}<>|/*~=+#'\"“”【】「」")
_LAST = frozenset("学警港澳挂领使试超临应")
_LONGEST = 14


def find_plates(text: str) -> Iterator[Found]:
    """Plates in plain signs, with gaps too."""
    for rule in (_LEGATION, _TRACTOR, _CALLED):
        for found in rule.finditer(text):
            yield *found.span(rule.groups), RedactionKind.PLATE
    numerals = text.translate(SPOKEN)
    for head in _HEAD.finditer(text):
        is_police = head.group().startswith("WJ")
        if not is_police and not is_latin(head.group()[-1]):
            continue
        least = 4 if is_police else 5
        end = _end(text, head.end(), least) or _end(numerals, head.end(), least)
        if end is not None:
            yield head.start(), end, RedactionKind.PLATE


def _end(text: str, start: int, least: int) -> int | None:
    """Behind the plate's last sign; None when there is none."""
    signs = ""
    for at in range(start, min(len(text), start + _LONGEST)):
        sign = text[at]
        if sign in _LAST and len(signs) in (4, 5):
            return at + 1 if _has_digits(signs) else None
        if sign in _GAPS and not (at > start and text[at - 1] in _GAPS and text[at - 1] == sign):
            continue
        if not (sign.isascii() and sign.isalnum()):
            return None
        signs += sign
        if least <= len(signs) <= 6 and not _goes_on(text, at + 1):
            return at + 1 if _has_digits(signs) else None
    return None


def _goes_on(text: str, at: int) -> bool:
    following = text[at : at + 1]
    return following.isascii() and following.isalnum()


def _has_digits(signs: str) -> bool:
    return sum(one.isdigit() for one in signs) >= 2
