"""Names that no word asks for: weighed by surname, given name and what stands on both sides.

Each place is looked at once, four signs and a word of either side far.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from domain.redaction.roles import ENDS, LEADS, PARTS, PLACES, ROLES
from domain.redaction.segments import Segments, read_segments
from domain.redaction.signs import is_chinese
from domain.redaction.surnames import (
    COMMON,
    COMPOUND,
    FOLLOWERS,
    GIVEN,
    NO_GIVEN,
    ORDINARY,
    OVERLAPPING,
    RARE,
    SURNAMES,
)

Stretch = tuple[int, int]

ENOUGH = 3.5
"""A name has so many points."""
_FIRST = SURNAMES | {one[0] for one in COMPOUND}
_BEFORE = frozenset(
    "的是和请找由向给对与跟让被叫为名把将以替帮同、及妻夫子女父母兄弟姐妹儿媳婿我他她"
)
_NEVER_GIVEN = frozenset("的了是在被也")
_LINKS = frozenset("、和与及,")
_NEVER = -99.0
_LONGEST_ROLE = 4
_LONGEST = 5
_PART = f"(?:{'|'.join(PARTS)})"
_PARTS = re.compile(f"{_PART}(?:[·.]?{_PART}){{1,3}}")
_ORGANISATIONS = frozenset("社司区村镇乡组班校院局厂店元楼室号户苑园期部所队厅街路")
_KIN = re.compile(r"(?:^|[^\u4e00-\u9fff])[妻夫子女父母兄弟姐妹儿媳我]$")
_CALLED = re.compile(
    r"(?:(?<![\u4e00-\u9fff])|(?<=[的是和找叫跟与让请给被问]))"
    r"(?:[小老](?=([\u4e00-\u9fff]))|(?=([\u4e00-\u9fff])[总叔伯姨妈]))[\u4e00-\u9fff]{1,2}"
    r"(?=[,。;:!?、()\s的说和把在给是不他她打收也都就让没]|$)"
    r"|(?:(?<![\u4e00-\u9fff])|(?<=[壁居的是和找]))(?=([\u4e00-\u9fff]))[\u4e00-\u9fff][姐哥嫂婶]"
)
"""小王, 老李, 王姐: said among people who know each other."""
_CLAN = frozenset(("", *"山冲湾塘沟坝村河桥巷坪坡坳岭院渡场店屋寨寺庙祠"))
"""Behind a surname and 家, a village's name goes on so."""
_TWICE = re.compile(r"([\u4e00-\u9fff])\1")


def find_likely_names(text: str) -> Iterator[Stretch]:
    """Names of two to four signs in plain signs."""
    segments = read_segments(text)
    at, last = 0, -1
    while at < len(text):
        is_listed = at - last == 1 and text[last] in _LINKS
        end = _end(text, at, segments, is_listed=is_listed) if text[at] in _FIRST else at
        if end > at:
            yield at, end
            last = end
        at = max(end, at + 1)
    yield from _called(text)
    for start, end in segments.persons.items():
        is_behind_a_role = text[max(0, start - _LONGEST_ROLE) : start].endswith(ROLES)
        is_new = start not in segments.known and text[start] not in SURNAMES
        if is_behind_a_role and is_new and end - start <= _LONGEST:
            yield start, end


def _called(text: str) -> Iterator[Stretch]:
    for called in _CALLED.finditer(text):
        surname = next(filter(None, called.groups()))
        if surname in COMMON - RARE and len(called.group()) == 2:
            yield called.span()
    for parts in _PARTS.finditer(text):
        yield parts.span()


def _end(text: str, start: int, segments: Segments, *, is_listed: bool) -> int:
    """Where the name that begins here ends; ``start`` when there is none."""
    surname = 2 if text.startswith(COMPOUND, start) else 1
    before = 2.5 if is_listed else _points_before(text, start)
    if before == _NEVER or (surname == 1 and text[start] not in SURNAMES):
        return start
    for given in (2, 1):
        end = start + surname + given
        if end > len(text) or (given == 2 and text.startswith(FOLLOWERS, end - 1)):
            continue
        behind = _points_behind(text, end)
        around = before + behind
        is_person = segments.persons.get(start) == end
        if is_person and behind != _NEVER:
            around = max(max(before, 0.5) + behind, before + max(behind, 0))
        points = _points(text[start:end], surname, is_person=is_person)
        points += _points_of_words(segments, start, end)
        if points + around >= ENOUGH:
            return end
    return start


def _points_before(text: str, start: int) -> float:
    before = text[max(0, start - _LONGEST_ROLE) : start]
    if before.endswith(ROLES) or _KIN.search(before):
        return 2.5
    if not before or not is_chinese(before[-1]):
        return _NEVER if before[-1:].isalnum() or before.endswith(("“", "《")) else 1
    if before[-1] + text[start] in OVERLAPPING:
        return _NEVER
    if before.endswith(LEADS):
        return 1.5
    if before[-1] in _BEFORE:
        return 0.5
    return 0 if before[-1] in _ORGANISATIONS else -2


def _points(name: str, surname: int, *, is_person: bool) -> float:
    given = name[surname:]
    never = _NEVER_GIVEN if is_person else NO_GIVEN
    if any(not is_chinese(one) or one in never for one in given):
        return _NEVER
    if (
        name[-1] in "路街城镇村站店"
        or (len(name) == 2 and name[1] in _CLAN | {"庄"})
        or (name[1:2] == "家" and name[2:] in _CLAN)
    ):
        return _NEVER
    if (
        name[:2] in ORDINARY
        or name[:3] in ORDINARY
        or given in ORDINARY
        or name[-2:] in OVERLAPPING
    ):
        return _NEVER
    known = sum(one in GIVEN for one in given)
    of_surname = 2.5 if surname == 2 else _of_surname(name[0])
    of_given = (
        2.0
        if _TWICE.fullmatch(given) and known
        else {0: -1.0 if len(given) > 1 else -2.0, 1: 0.5, 2: 1.5}[known]
    )
    return of_surname + of_given - (0.5 if len(given) == 2 and known == 1 else 0)


def _points_of_words(segments: Segments, start: int, end: int) -> float:
    """What a dictionary and a model say of the words around it."""
    bonus = 0.0
    if segments.persons.get(start) == end:
        bonus = 1.0 if start in segments.known else 2.0 if end - start > 2 else 1.5
    return bonus - 1.5 * (start in segments.inner) - 0.5 * (end in segments.inner)


def _of_surname(sign: str) -> float:
    if sign in RARE:
        return 0.5 if sign in COMMON else -0.5
    return 1.5 if sign in COMMON else 1.0


def _points_behind(text: str, end: int) -> float:
    behind = text[end : end + 1]
    if text.startswith(PLACES, end):
        return _NEVER
    if text.startswith(FOLLOWERS, end):
        return 1.5
    if text.startswith(ENDS, end):
        return 1
    if not is_chinese(behind):
        return _NEVER if behind.isalnum() else 1
    return -1
