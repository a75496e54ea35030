"""What a letter is about, in its own words: the names in it, and what it says of them.

A *name* is of an estate, a road, a company, a school, a project or a programme. Dictionaries
know few of them, so they are found by where they stand: after the district's code, before the
first verb, up to what usually ends a name; and compared by their signs, three at a time, so
that a name cut off or written with its developer still meets itself.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from domain.ordinary_words import EMPTY, NAMING, ORDINARY, PLAIN, PROPER, SAYING

Tagger = Callable[[str], Sequence[tuple[str, str]]]
"""Cuts a text into words with their parts of speech."""

LEAD = 240
"""Signs of the body that are read beside the title: what follows is mostly story."""
TITLE_WEIGHT = 3.0
MOST_WORDS = 40
MOST_NAMES = 48
LONGEST_NAME = 14
MOST_PLACES = 12

_SPACE = re.compile(r"\s+")
_REGION = re.compile(r"(?<![A-Za-z0-9])[A-Z]\d{0,2}(?:市|区|县)+|(?:[一-鿿]{2})省")
_BREAK = re.compile(r"[^\w一-鿿]+|_")
_CHINESE = re.compile(r"[一-鿿]")
_ENDS = (
    *("小区", "花园", "公寓", "家园", "苑", "府", "社区", "街道", "路", "大道", "街", "巷"),
    *("镇", "乡", "村", "学校", "小学", "中学", "学院", "大学", "幼儿园", "医院", "公司", "集团"),
    *("楼盘", "项目", "广场", "市场", "号线", "车站", "公园", "大厦", "酒店", "新城"),
)

_BETWEEN = frozenset("vfpdacrum")
"""Tags of single signs that lead to a name and are no part of it, nor a number before it."""
_COMMON = frozenset(
    phrase[start : start + 3] for phrase in ORDINARY for start in range(len(phrase) - 2)
)


@dataclass(frozen=True, slots=True)
class Matter:
    """What is kept of a letter to compare it: no sentence of it.

    ``names`` maps each threesome of signs to its weight; ``words`` each word of content.
    ``places`` are the names as they were written, the title's first.
    """

    names: Mapping[str, float]
    words: Mapping[str, float]
    places: tuple[str, ...]


def matter_of(title: str, body: str, tagger: Tagger) -> Matter:
    """What the letter is about. Title and first sentences; the title weighs three times."""
    names: dict[str, float] = {}
    words: dict[str, float] = {}
    places: dict[str, None] = {}
    for weight, tokens in _read(title, body, tagger):
        for name in _names(tokens):
            places[name] = None
            for piece in pieces(name):
                names.setdefault(piece, weight)
        for word, tag in tokens:
            if tag in SAYING and len(word) > 1 and word not in EMPTY:
                words.setdefault(word, weight)
    return Matter(
        dict(list(names.items())[:MOST_NAMES]),
        dict(list(words.items())[:MOST_WORDS]),
        tuple(places)[:MOST_PLACES],
    )


def _read(
    title: str, body: str, tagger: Tagger
) -> Iterator[tuple[float, Sequence[tuple[str, str]]]]:
    """The stretches of the title, then of the body's beginning, with what they weigh."""
    for text, weight in ((_plain(title), TITLE_WEIGHT), (_plain(body)[:LEAD], 1.0)):
        for chunk in _chunks(text):
            yield weight, tagger(chunk)


def pieces(name: str) -> tuple[str, ...]:
    """A name's threesomes of signs; one of two signs is a piece itself."""
    if len(name) < 4:
        return (name,)
    found = (name[start : start + 3] for start in range(len(name) - 2))
    return tuple(piece for piece in found if piece not in _COMMON)


def _plain(text: str) -> str:
    return _SPACE.sub("", unicodedata.normalize("NFKC", text))


def _chunks(text: str) -> Iterator[str]:
    """Stretches without punctuation, broken where a region's code stands."""
    for part in _BREAK.split(_REGION.sub("|", text)):
        if _CHINESE.search(part):
            yield part.lower()


def _names(tokens: Sequence[tuple[str, str]]) -> Iterator[str]:
    """Runs of naming words that are long enough and more than a number."""
    run, parts = "", 0
    for word, tag in (*tokens, ("", "end")):
        joins = tag in NAMING or (len(word) == 1 and tag not in ("p", "c", "uj", "ul", "r", "d"))
        joins = joins and bool(run or len(word) > 1 or tag not in _BETWEEN)
        ends = run and any(word == end for end in _ENDS)
        if word and (ends or (joins and word not in PLAIN)) and len(run) < LONGEST_NAME:
            run, parts = run + word, parts + (2 if tag in PROPER or not word.isalpha() else 1)
            if not ends:
                continue
        if parts > 1 and len(_CHINESE.findall(run)) >= 2 and len(run) >= 3:
            yield run[:LONGEST_NAME]
        run, parts = "", 0
