"""Digits in groups, groups in runs, and the numbers that neighbouring groups may be together.

What stands between two groups of one number is at most a few signs that are no letters. Each group
begins at most one look at the next ``MOST_DIGITS`` digits, so that the time is in proportion to
the text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from domain.redaction.signs import SPOKEN, is_latin
from domain.redaction.spans import MARK

MOST_DIGITS = 21
MOST_BETWEEN = 3
"""So many signs, blanks not counted, stand between two groups of a number."""
_LOOKALIKES = str.maketrans("OolI洞拐勾", "0011079")
_TENS = {
    code: str(int(unicodedata.numeric(chr(code))))
    for first, last in ((0x2469, 0x2473), (0x247D, 0x2487), (0x2491, 0x249B), (0x24EB, 0x24F4))
    for code in range(first, last + 1)
}
"""Ten to twenty in one sign, as in a circle."""
_ALL = "".join(map(chr, _TENS))
_SAID = "".join(map(chr, SPOKEN))
_DIGITS = re.compile(rf"[0-9OolI{_ALL}]+|[{_SAID}洞拐勾]+")
_SURE = re.compile(rf"[0-9{_SAID}{_ALL}]+")
_HOW_MANY = re.compile(r"(?:个数?字?|位|段|组|码)")
_WORDS = re.compile(
    r"(?:前|后|头|尾号?|末|中间|当中|最后|结尾|开头|打头|开始|接下来|紧接着|接着|跟着|然后|再|又|"
    r"面|边|号码|"
    r"第?[一二三四五六七八九两几0-9]?[位段组]|个?数字|出生|年月日|年月|日期|生日|连着|"
    r"[是为的加接跟空横短杠格]|"
    r"[\s,、。;:.()\[\]【】「」“”\"'-])+"
)
"""What is said between the parts of one number: 前三位139，中间四位8062."""
_MOST_WORDS = 16
_LETTER = re.compile(r"[\u4e00-\u9fff]")
_BRACKETS = str.maketrans("", "", "()[]{}<>【】「」《》")
_NO_GAP = frozenset("%‰¥$€£+" + MARK)


@dataclass(frozen=True, slots=True)
class Group:
    """Digits without a gap; ``is_sure`` when none of them is a letter that looks like one."""

    start: int
    end: int
    digits: str
    is_sure: bool


@dataclass(frozen=True, slots=True)
class Window:
    """Groups that follow each other, and what stands between them, blanks and brackets left out."""

    groups: tuple[Group, ...]
    gaps: tuple[str, ...]
    digits: str

    @property
    def start(self) -> int:
        return self.groups[0].start

    @property
    def end(self) -> int:
        return self.groups[-1].end

    @property
    def sizes(self) -> tuple[int, ...]:
        return tuple(len(one.digits) for one in self.groups)

    @property
    def is_sure(self) -> bool:
        return all(one.is_sure for one in self.groups)

    @property
    def is_likely(self) -> bool:
        """Whether people part one number so: in few groups, in singles, or evenly; no thousands."""
        sizes = self.sizes
        if set(self.gaps) == {","} and set(sizes[1:]) == {3} and sizes[0] <= 3:
            return False
        is_even = len(set(self.gaps)) == 1 and (len(sizes) <= 6 or self.gaps[0] == "")
        return len(sizes) <= 4 or is_even or set(sizes) == {1}


def digit_runs(text: str) -> Iterator[list[Group]]:
    """The groups of plain signs that may belong together, run by run."""
    run: list[Group] = []
    for group in _groups(text):
        if run and not _is_gap(text[run[-1].end : group.start], group):
            yield run
            run = []
        run.append(group)
    if run:
        yield run


def windows(text: str, run: Sequence[Group]) -> Iterator[Window]:
    """Every number that groups of the run may be together from its first one, shortest first."""
    digits = ""
    gaps: tuple[str, ...] = ()
    for place, group in enumerate(run, 1):
        if len(digits) + len(group.digits) > MOST_DIGITS:
            return
        digits += group.digits
        if place > 1:
            between = text[run[place - 2].end : group.start]
            gaps += (between.strip().translate(_BRACKETS),)
        yield Window(tuple(run[:place]), gaps, digits)


def _groups(text: str) -> Iterator[Group]:
    """Digits, or numerals as they are said; not both: "8000一直" ends with a word."""
    for found in _DIGITS.finditer(text):
        start, end = found.span()
        sure = [one.span() for one in _SURE.finditer(found.group())]
        if not sure:
            continue
        if is_latin(text[start - 1 : start]):
            start += sure[0][0]
        if is_latin(text[end : end + 1]):
            end = found.start() + sure[-1][1]
        if end - start == 1 and _HOW_MANY.match(text, end):
            continue
        digits = text[start:end].translate(SPOKEN).translate(_TENS)
        yield Group(start, end, digits.translate(_LOOKALIKES), digits.isdigit())


def _is_gap(between: str, after: Group) -> bool:
    """Whether a number may go on behind these signs. A colon before two digits is a time's."""
    if len(between) <= _MOST_WORDS and _WORDS.fullmatch(between) and _LETTER.search(between):
        return True
    if len(between) > 3 * MOST_BETWEEN:
        return False
    signs = "".join(between.split())
    if len(signs) > MOST_BETWEEN or (signs == ":" and len(after.digits) == 2):
        return False
    return all(
        one in "空杠横" or (unicodedata.category(one)[0] in "PS" and one not in _NO_GAP)
        for one in signs
    )
