"""Names that no word asks for: weighed by surname, given name and what stands on both sides.

Each place is looked at once, four signs and a word of either side far.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from domain.redaction.name_points import (
    EXPECTED,
    FOLLOWING,
    LEADING,
    NEVER,
    NEVER_GIVEN,
    ROLE_WORDS,
    TWO_SIGNS,
    points_before,
    points_behind,
    points_of_name,
    points_of_words,
)
from domain.redaction.roles import PARTS
from domain.redaction.segments import BESIDE_NAMES, Segments
from domain.redaction.surnames import (
    ANY_SURNAME,
    COMMON,
    COMPOUND,
    GIVEN,
    NO_GIVEN,
    ODD,
    RARE,
    SURNAMES,
)

Stretch = tuple[int, int]

ENOUGH = 3.5
"""A name has so many points."""
_FIRST = re.compile(
    f"[{''.join(sorted(ANY_SURNAME | {one[0] for one in COMPOUND}))}]"
    f"(?=[\u4e00-\u9fff])(?![{''.join(sorted(NEVER_GIVEN))}])"
)
_LINKS = frozenset("、和与及,")
_LONGEST = 5
_LONGEST_OF_HAN = 3
_PART = f"(?:{'|'.join(PARTS)})"
_PARTS = re.compile(f"{_PART}(?:[·.]?{_PART}){{1,3}}")
_CALLED = re.compile(
    r"(?:(?<![\u4e00-\u9fff])|(?<=[的是和找叫跟与让请给被问]))"
    r"(?:[小老](?=([\u4e00-\u9fff]))|(?=([\u4e00-\u9fff])[总叔伯姨妈]))[\u4e00-\u9fff]{1,2}"
    r"(?=[,。;:!?、()\s的说和把在给是不他她打收也都就让没]|$)"
    r"|(?:(?<![\u4e00-\u9fff])|(?<=[壁居的是和找]))(?=([\u4e00-\u9fff]))[\u4e00-\u9fff][姐哥嫂婶]"
)
"""小王, 老李, 王姐: said among people who know each other."""


def find_likely_names(text: str) -> Iterator[Stretch]:
    """Names of two to four signs in plain signs."""
    segments = Segments(text)
    last = -1
    for first in _FIRST.finditer(text):
        at = first.start()
        if at < last:
            continue
        is_listed = at - last == 1 and text[last] in _LINKS
        end = _end(text, at, segments, is_listed=is_listed)
        if end > at:
            yield at, end
            last = end
    yield from _called(text)
    for start, end in segments.persons.items():
        is_behind_a_role = ROLE_WORDS.ends(text, start) or LEADING.ends(text, start)
        is_new = (
            text[start] not in NO_GIVEN
            and start not in segments.known
            and (text[start] not in SURNAMES or end - start > _LONGEST_OF_HAN)
        )
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
    surname = 2 if text[start : start + 2] in TWO_SIGNS else 1
    if surname == 1 and not _may_begin(text[start], start, segments):
        return start
    before = EXPECTED if is_listed else points_before(text, start, segments)
    is_unexpected = before < _least_before(text, start, surname, segments)
    if is_unexpected or FOLLOWING.begins(text, start + surname):
        return start
    for given in (2, 1):
        end = start + surname + given
        is_over = end > len(text) or (given == 2 and FOLLOWING.begins(text, end - 1))
        if not is_over and _points(text, start, surname, end, before, segments) >= ENOUGH:
            return end
    return start


def _may_begin(sign: str, start: int, segments: Segments) -> bool:
    is_within_a_word = start not in segments.persons and segments.is_inner(start)
    return not is_within_a_word and sign in ANY_SURNAME


def _least_before(text: str, start: int, surname: int, segments: Segments) -> float:
    """A weak surname has to be expected; what a model takes for one has not."""
    if surname == 2 or start in segments.persons or segments.is_surname(start):
        return NEVER + 1
    return EXPECTED if text[start] in ODD else 0


def _points(
    text: str, start: int, surname: int, end: int, before: float, segments: Segments
) -> float:
    is_expected = before >= EXPECTED
    is_person = segments.persons.get(start) == end and (
        text[start] not in ODD or is_expected or (start not in segments.known and end - start > 2)
    )
    of_name = points_of_name(text[start:end], surname, is_person=is_person)
    if of_name == NEVER:
        return NEVER
    behind = points_behind(text, end)
    if behind == -1 and segments.begins(end, BESIDE_NAMES):
        is_marked = start in segments.persons or segments.is_surname(start)
        behind = 0.5 if is_expected or is_marked else 0
    is_usual = set(text[start + surname : end]) <= GIVEN and end - start > 2
    if behind == -1 and is_expected and is_usual and text[start] not in ODD:
        behind = 0
    around = before + behind
    if is_person and behind != NEVER:
        around = max(max(before, 0.5) + behind, before + max(behind, 0))
    if is_expected and behind >= 1:
        around += 0.5 if text[start] in ODD else 1.0
    return (
        around
        + of_name
        + points_of_words(text, segments, start, end, is_person=is_person, is_expected=is_expected)
    )
