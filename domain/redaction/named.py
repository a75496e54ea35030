"""Names that a sentence gives away by its build, whatever sign they begin with: 女的叫江月."""

from __future__ import annotations

import re
from collections.abc import Iterator

from domain.redaction.lexicon import Lexicon
from domain.redaction.roles import ENDS
from domain.redaction.segments import read_words
from domain.redaction.signs import is_chinese
from domain.redaction.surnames import ANY_SURNAME, COMPOUND, FOLLOWERS, NO_GIVEN, SURNAMES

Stretch = tuple[int, int]

_CALLED = re.compile(
    r"(?:[男女他她我您儿人子师生友哥姐弟妹娃妈爸爷奶公婆员长者板东头叔婶户主工汉娘夫妻舅姑姨嫂孩][的们]?|名字|大名|"
    r"真名|全名|本名|小名|姓名)(?:就|都|是|好像|倒是|也|本来)?"
    r"叫做?[:“\"]?(?=[\u4e00-\u9fff]{2})"
)
_LISTED = re.compile(
    r"[\u4e00-\u9fff]{2,4}(?:[、和及与跟][\u4e00-\u9fff]{2,4}){1,9}?等?(?=(?:这|"
    r"那)?[二两三四五六七八九几0-9]{1,2}(?:位|人|名|户人|家|个(?=医|娃|人|孩|同学|老师|学生|小|员|邻)|兄弟|姐妹))"
)
_FOLLOWERS, _ENDS = Lexicon(FOLLOWERS), Lexicon(ENDS)
_PART = re.compile(r"[^、和及与跟]{2,4}")
_FIRST = ANY_SURNAME | {"都", "那", "海", "楚"}
_NEVER_GIVEN = frozenset("的了是在不这那就没过吗呢吧啊我你他她它们")
_END = re.compile(r"[^\u4e00-\u9fff]|$")
_NO_NAME = (
    *(
        "我们",
        "你们",
        "他们",
        "大家",
        "停车",
        "救护",
        "什么",
        "不到",
        "人来",
        "苦连",
        "一声",
        "过来",
        "起来",
    ),
    *("出租", "外卖", "滴滴", "保安", "物业", "警察", "车子", "网约", "开门", "出来", "一辆"),
)


def find_named(text: str) -> Iterator[Stretch]:
    """Names of two to four signs in plain signs, after 叫 and in lists of counted people."""
    for called in _CALLED.finditer(text):
        end = _end(text, called.end())
        if end > called.end() and not text.startswith(_NO_NAME, called.end()):
            yield called.end(), end
    for listed in _LISTED.finditer(text):
        parts = list(_PART.finditer(text, *listed.span()))
        if parts and all(_is_name(part.group()) for part in parts[1:]):
            for number, part in enumerate(parts):
                yield part.start() if number else _first(part), part.end()


def _end(text: str, start: int) -> int:
    """Where a name ends that stops where its clause does, or before what follows names."""
    is_compound = text.startswith(COMPOUND, start)
    if not is_compound and text[start] not in _FIRST:
        return start
    ends = range(start + 3 + is_compound, start + 1 + is_compound, -1)
    return next((end for end in ends if _is_over(text, start, start + 1 + is_compound, end)), start)


def _is_over(text: str, start: int, first: int, end: int) -> bool:
    """Whether a name whose given part begins at ``first`` ends at ``end``."""
    given = set(text[first:end])
    if not all(map(is_chinese, given)):
        return False
    if _END.match(text, end):
        return not given & _NEVER_GIVEN
    if given & NO_GIVEN:
        return False
    is_no_word = len(read_words(text[start:end])) != 1
    return _FOLLOWERS.begins(text, end) or (_ENDS.begins(text, end) and is_no_word)


def _first(part: re.Match[str]) -> int:
    """The first name of a list begins where a surname does, three or two signs before its end."""
    for size in (3, 2):
        start = part.end() - size
        if start >= part.start() and part.string[start] in SURNAMES:
            return start
    return part.end()


def _is_name(part: str) -> bool:
    surname = part[0] in ANY_SURNAME and len(part) < 4
    return (surname or part.startswith(COMPOUND)) and not set(part[1:]) & NO_GIVEN
