"""What speaks for a name: its own signs, what stands before and behind it, and where words end."""

from __future__ import annotations

import re

from domain.redaction.lexicon import Lexicon
from domain.redaction.roles import ENDS, LEADS, PLACES, ROLES
from domain.redaction.segments import BESIDE_NAMES, LINKING, PEOPLE, Segments
from domain.redaction.signs import is_chinese
from domain.redaction.surnames import (
    COMMON,
    COMPOUND,
    FOLLOWERS,
    GIVEN,
    NAME_WORDS,
    NO_GIVEN,
    ODD,
    ORDINARY,
    OVERLAPPING,
    RARE,
)

EXPECTED = 2.5
"""Before a name, where one is expected."""
NEVER = -99.0
NEVER_GIVEN = frozenset("的了是在被也")
TWO_SIGNS = frozenset(COMPOUND)
ROLE_WORDS, LEADING, FOLLOWING = Lexicon(ROLES), Lexicon(LEADS), Lexicon(FOLLOWERS)
_ENDS, _PLACES = Lexicon(ENDS), Lexicon(PLACES)
_LONG_PLACES = Lexicon(place for place in PLACES if len(place) > 1)
_ORDINARY = Lexicon(ORDINARY)
_LINK = re.compile(r"[\s:(\[\"“叫是为名]{1,3}$")
_LINKING = frozenset("叫是为名")
_HAS = re.compile(
    r"有[才福根志德财贵明亮林龙全良华发成兰田水生银金粮余道]|[全富德才进]有|向[东阳前荣红军明南北辉]|"
    r"如[意玉冰一月英花山海兰]|[开泽长建国宏志立文]元|映[雪红霞月]"
)
"""Given names with a sign that others never have."""
_BEFORE = frozenset(
    "诉告的是和请找由向给对与跟让被叫为名把将以替帮同、及妻夫子女父母兄弟姐妹儿媳婿我他她"
)
_SETS_APART = frozenset("123456789收")
_SET_APART = re.compile(r"(?:19|20)[0-9]{2}年|[1-9][0-9]?岁|收(?=[,。;)\s]|$)")
"""Behind a name: when somebody was born or signed, or that a parcel is for him."""
_WEAK = ODD | RARE
_USUAL = COMMON - RARE
_OF_A_WORD = 1.5
_OF_THINGS = frozenset("子边面头上下里")
_LONGEST_ROLE = 6
_ORGANISATIONS = frozenset("社司区村镇乡组班校院局厂店元楼室号户苑园期部所队厅街路有")
_CLOSE = frozenset("妻夫子女父母兄弟姐妹儿媳我")
_KIN = re.compile(r"(?:^|[^\u4e00-\u9fff])[妻夫子女父母兄弟姐妹儿媳我]$")
_CLAN = frozenset(("", *"山冲湾塘沟坝村河桥巷坪坡坳岭院渡场店屋寨寺庙祠"))
"""Behind a surname and 家, a village's name goes on so."""
_OF_PLACES = frozenset("路街巷城镇村站店桥区县市乡郡苑寺亭费组厂坪坡堡岛")
_TWICE = re.compile(r"([\u4e00-\u9fff])\1")
_OF_GIVEN = {(1, 0): -2.0, (1, 1): 0.5, (2, 0): -1.0, (2, 1): 0.0, (2, 2): 1.5}
"""By how many signs there are, and how many of them people are named with."""


def points_before(text: str, start: int, segments: Segments) -> float:
    """What the words in front say: most behind a word for people."""
    before = text[max(0, start - _LONGEST_ROLE) : start]
    if segments.ends_people(start) or _is_behind_a_role(before):
        return EXPECTED
    if not is_chinese(before[-1:]):
        return NEVER if before[-1:].isalnum() or before.endswith(("“", "《")) else 1
    if before[-1] + text[start] in OVERLAPPING:
        return NEVER
    of_sign = _points_of_sign(before, text[start])
    return max(of_sign, 0) if segments.ends(start, BESIDE_NAMES) else of_sign


def _is_behind_a_role(before: str) -> bool:
    last = before[-1:]
    if ROLE_WORDS.ends(before, len(before)) or (last in _CLOSE and _KIN.search(before)):
        return True
    linked = _LINK.search(before) if not is_chinese(last) or last in _LINKING else None
    if linked is None or not linked.start():
        return False
    end = linked.start()
    return before[end - 1] in PEOPLE or ROLE_WORDS.ends(before, end)


def _points_of_sign(before: str, surname: str) -> float:
    if LEADING.ends(before, len(before)):
        return 1.5
    if before[-1] in PEOPLE and surname not in ODD:
        return 2.0
    if before[-1] in _BEFORE:
        return 0.5
    if before[-1] in "局所处科" and is_chinese(before[-3:-2]) and surname not in ODD:
        return 1.0
    return 0 if before[-1] in _ORGANISATIONS else -2


def points_behind(text: str, end: int) -> float:
    """What stands behind says: most where it goes on as it does behind names."""
    behind = text[end : end + 1]
    if behind in _SETS_APART and _SET_APART.match(text, end):
        return 1.5
    is_a_place = _LONG_PLACES.begins(text, end - 2) or _LONG_PLACES.begins(text, end - 1)
    if is_a_place or _PLACES.begins(text, end):
        return NEVER
    is_apart = behind != "" and behind in " (,:、"
    if FOLLOWING.begins(text, end + is_apart):
        return 1.5
    if _ENDS.begins(text, end):
        return 1
    if not is_chinese(behind):
        return NEVER if behind.isalnum() else 1
    return -1


def points_of_name(name: str, surname: int, *, is_person: bool) -> float:
    """What its signs say; ``is_person``: a model takes it for a name."""
    given = name[surname:]
    is_had = _HAS.fullmatch(given) is not None
    never = NEVER_GIVEN if is_person or is_had else NO_GIVEN
    if not (
        is_chinese(given[0]) and is_chinese(given[-1]) and never.isdisjoint(given)
    ) or _is_ordinary(name, given):
        return NEVER
    known = 2 if is_had else sum(map(GIVEN.__contains__, given))
    of_given = 2.0 if known and _TWICE.fullmatch(given) else _OF_GIVEN[len(given), known]
    return of_given + (2.5 if surname == 2 else _of_surname(name[0], is_person=is_person))


def _is_ordinary(name: str, given: str) -> bool:
    """Whether it is a word or a place."""
    is_a_clans = name[1:2] == "家" and name[2:] in _CLAN
    is_a_village = len(name) == 2 and (name[1] in _CLAN or name[1] == "庄")
    if name in ROLE_WORDS or name[-1] in _OF_PLACES or is_a_clans or is_a_village:
        return True
    is_given_a_word = (
        given in ORDINARY and given[-1] != "花" and (name[0] in _WEAK or not set(given) <= GIVEN)
    )
    is_usual = len(name) > 2 and name[0] in _USUAL and set(given) <= GIVEN
    is_overlap = name[-2:] in OVERLAPPING and not is_usual
    return _ORDINARY.begins(name, 0) or is_given_a_word or is_overlap


def _of_surname(sign: str, *, is_person: bool) -> float:
    if sign in ODD:
        return 0.0 if is_person else -2.0
    if sign in RARE:
        return 0.5 if sign in COMMON else -0.5
    return 1.5 if sign in COMMON else 1.0


def points_of_words(
    text: str, segments: Segments, start: int, end: int, *, is_person: bool, is_expected: bool
) -> float:
    """What a dictionary and a model say of the words around it."""
    bonus = 1.0 * segments.is_surname(start)
    if is_person:
        bonus += 1.0 if start in segments.known else 2.0 if end - start > 2 else 1.5
    word = segments.word_end(start)
    following = segments.word_end(start + 1)
    is_weak = text[start] in _WEAK
    is_a_name = is_expected and text[start:end] in NAME_WORDS
    if not is_a_name and start < word <= end and text[start:word] not in TWO_SIGNS:
        bonus -= _OF_A_WORD + (word == end) + 0.5 * is_weak
    if is_weak and following == end > start + 1:
        is_named = set(text[start + 1 : end]) <= GIVEN
        bonus -= 1.0 * (text[end - 1] in _OF_THINGS) + 3.0 * (not is_named)
    is_no_surname = (
        text[start] in RARE
        and segments.begins(start, LINKING)
        and not segments.ends(start, LINKING)
    ) or (text[start] in ODD and segments.begins(start + 1, BESIDE_NAMES))
    bonus -= 3.0 * (is_no_surname and following >= end > start + 1)
    return bonus - 1.5 * segments.is_inner(start) - 0.5 * segments.is_inner(end)
