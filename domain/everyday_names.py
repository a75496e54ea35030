"""What people call offices: shorter than the directory does, and with another last sign.

An everyday name takes some signs of the official one, in their order (发改委 of 发展和改革委员会,
锦江区长 of 锦江区区长), or ends in another kind of office (城管局 for a commission). No list of
names is needed, and a city of other names is searched as well. What shares no sign with the name
(环保, 工商) is the name of the unit's line of work, which the directory has.
"""

from __future__ import annotations

import re

from domain.text import fold_for_matching

_BETWEEN_WORDS = re.compile("[\\s。，、；：！？,;:!?()（）\"'“”‘’《》【】·]+")
_KINDS = ("办公室", "委员会", "信箱", "中心", "局", "委", "办", "处", "厅", "队")
"""Last signs that people exchange, the longest first."""
_HAN = re.compile("[\u3400-\u9fff]+")
_OTHER_KIND = 1
SHORTEST = 2


def read_words(search: str) -> list[str]:
    """The words of a search, folded; signs between words are none."""
    words = _BETWEEN_WORDS.split(fold_for_matching(search))
    return [word for word in (one.strip(".-_/~") for one in words) if word]


def distance_to(word: str, text: str) -> int | None:
    """How far a word is from a directory's entry: 0 where it stands there; None where it is none.

    ``text`` is folded; its first line is the name.
    """
    if word in text:
        return 0
    if len(word) < SHORTEST or not _HAN.fullmatch(word):
        return None
    name = text.partition("\n")[0]
    stem = _without_kind(word)
    near = [_OTHER_KIND] if stem is not None and stem in text else []
    near += [gap for gap in (_gap(word, name),) if gap is not None]
    if stem is not None and (gap := _gap(stem, name)) is not None:
        near.append(gap + _OTHER_KIND)
    return min(near, default=None)


def _without_kind(word: str) -> str | None:
    for kind in _KINDS:
        stem = word.removesuffix(kind)
        if stem != word and len(stem) >= SHORTEST:
            return stem
    return None


def _gap(word: str, name: str) -> int | None:
    """How many signs of the name an everyday name leaves out between its first and its last."""
    most = 3 * len(word) - 2
    gaps = (
        gap
        for start in range(len(name))
        if name[start] == word[0] and (gap := _gap_from(word, name, start)) is not None
    )
    least = min(gaps, default=None)
    return least if least is not None and least <= most else None


def _gap_from(word: str, name: str, start: int) -> int | None:
    place = start
    for sign in word[1:]:
        place = name.find(sign, place + 1)
        if place < 0:
            return None
    return place + 1 - start - len(word)
