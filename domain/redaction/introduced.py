"""Names that a text speaks of: X是我老师, X，男, X这个名字, 户口上X, 写成“X”."""

from __future__ import annotations

import re
from collections.abc import Iterator

from domain.redaction.lexicon import Lexicon
from domain.redaction.roles import PLACES, ROLES
from domain.redaction.segments import PEOPLE, are_words
from domain.redaction.surnames import (
    ANY_SURNAME,
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

_INTRODUCED = re.compile(
    r"(?<![\u4e00-\u9fffA-Za-z0-9·])([\u4e00-\u9fff]{2,4}?|[\u4e00-\u9fff]{2,5}·[\u4e00-\u9fff]{2,5})"
    r"[”\"」』]?(?=(?P<named>这个?名字|\(人名|是[^,。;是]{0,5}(?:大名|名字|真名|本名))"
    r"|是(?P<who>(?:[我他她俺咱你]们?的?)?[\u4e00-\u9fff]{2,6})|(?P<says>说[他她])"
    r"|(?P<data>[,(]\s?(?:[男女](?=[,、)。;\s])|(?!民族)[\u4e00-\u9fff]{1,4}族(?=[,、)。;\s]))))"
)
_RECORDED = re.compile(
    r"(?:户口[本簿]?|证|名[单册]|档案|合同|病历|表格|存折|[房账]本)上面?的?(?:名字)?(?:写|登记|印)?的?[是叫]?"
    r"([\u4e00-\u9fff]{2,3})(?=[,。;、)])"
)
_MISWRITTEN = re.compile(
    r"(?:[写录登打印错改填]|登记|录入)成了?[“\"「『‘]([\u4e00-\u9fff]{2,4})[”\"」』’]"
)
_OF_NAMES = re.compile(r"名字|姓名|大名|真名|叫|更名")
_PLACES, _ROLES, _FOLLOWERS = Lexicon(PLACES), Lexicon(ROLES), Lexicon(FOLLOWERS)
_MOST_BETWEEN = 4


def find_introduced(text: str) -> Iterator[Stretch]:
    """Names in plain signs; what they are called by decides, so that they may be words too."""
    for found in _INTRODUCED.finditer(text):
        if _is_introduced(found):
            yield found.span(1)
    yield from _in_records(text)


def _in_records(text: str) -> Iterator[Stretch]:
    """On a document, or as somebody has written it wrongly."""
    for found in _RECORDED.finditer(text):
        if _is_likely(found[1]):
            yield found.span(1)
    for found in _MISWRITTEN.finditer(text) if _OF_NAMES.search(text) else ():
        if found[1][0] in ANY_SURNAME and not _PLACES.ends(found[1], len(found[1])):
            yield found.span(1)


def _is_introduced(found: re.Match[str]) -> bool:
    name = found[1]
    if found["named"]:
        is_place = name[-1] in NO_GIVEN or _PLACES.ends(name, len(name))
        return _has_surname(name) and not is_place
    if found["data"]:
        is_of_a_people = "族" in found["data"] and not are_words(name)
        return (is_of_a_people or _may_be_name(name)) and not _is_role(name)
    return _is_likely(name) and (
        bool(found["says"]) or _is_person(found.string, found.start("who"))
    )


def _may_be_name(name: str) -> bool:
    return _has_surname(name) and set(name[1:]).isdisjoint(NO_GIVEN)


def _has_surname(name: str) -> bool:
    return name[0] in ANY_SURNAME and name not in ORDINARY and name not in OVERLAPPING


def _is_likely(name: str) -> bool:
    """With a surname and a sign of given names, and neither a word nor somebody's title."""
    if "·" in name:
        return True
    surname = 2 if name.startswith(COMPOUND) else 1
    given = name[surname:].removesuffix("儿")
    is_weak = name[0] in RARE and len(name) < 3
    is_built_so = name[0] in SURNAMES and not GIVEN.isdisjoint(given) and name[-1] not in NO_GIVEN
    is_titled = _FOLLOWERS.begins(name, surname) or _ROLES.ends(name, len(name))
    is_pupil = name[-1] == "生" and name[:-1] in ORDINARY
    is_other = is_titled or is_pupil or name in ORDINARY or _PLACES.ends(name, len(name))
    return is_built_so and len(given) < 3 and not (is_weak or is_other or are_words(name))


def _is_role(name: str) -> bool:
    return _ROLES.ends(name, len(name)) or name[-1] in PEOPLE or name.startswith("本人")


def _is_person(text: str, start: int) -> bool:
    """Whether a word for people stands here, a few signs on."""
    return any(_ROLES.begins(text, at) for at in range(start, start + _MOST_BETWEEN))
