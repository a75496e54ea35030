"""What a letter is about, in its own words: the names in it, and what it says of them.

A *name* is of an estate, a road, a company, a school, a project or a programme. Dictionaries
know few of them, so they are found by where they stand: after the district's code, before the
first verb, up to what usually ends a name; and compared by their signs, three at a time, so
that a name cut off or written with its developer still meets itself. A run of common nouns
looks like a name and is none: it weighs less, as does what the letter itself does not repeat.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from domain.normalization import normalize
from domain.ordinary_words import EMPTY, NAMING, ORDINARY, PLAIN, PROPER, SAYING

Tagger = Callable[[str], Sequence[tuple[str, str]]]
"""Cuts a text into words with their parts of speech."""
Tokens = Sequence[tuple[str, str]]
Name = tuple[str, tuple[float, ...]]
"""As it was written, and how much each of its signs names, 0 to 1."""

LEAD = 240
"""Signs of the body that are read beside the title: what follows is mostly story."""
TITLE_WEIGHT = 3.0
"""How much more a word of the title says than one of the body."""
REPEATED = 600
"""Within so many signs the body repeats the name that the letter is about."""
SAID_ONCE = 0.6
"""What a name of the title weighs that the body does not repeat."""
FIRST_NAMES = 3
"""So many names of the body stand in for those of a title that names nothing."""
COMMON = 0.5
"""What a common noun weighs within a name, beside a proper or unknown word."""
MOST_WORDS = 40
MOST_NAMES = 48
LONGEST_NAME = 14
MOST_PLACES = 12

_SPACE = re.compile(r"\s+")
_REGION = re.compile(r"(?<![A-Za-z0-9])[A-Z]\d{0,2}(?:市|区|县){1,4}|(?:[一-鿿]{2})省")
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

    ``names`` maps each threesome of signs to how much it names, 0 to 1; ``heads`` are those the
    letter is known by: the title's, or the body's first where the title names nothing. ``words``
    maps each word of content to its weight. ``places`` are the names as written, the title's first.
    """

    names: Mapping[str, float]
    heads: frozenset[str]
    words: Mapping[str, float]
    places: tuple[str, ...]


def matter_of(title: str, body: str, tagger: Tagger) -> Matter:
    """What the letter is about, by its title and first sentences."""
    text = _plain(body)
    titled = [tagger(chunk) for chunk in _chunks(_plain(title))]
    told = [tagger(chunk) for chunk in _chunks(text[:LEAD])]
    found = [name for tokens in titled for name in _names(tokens)]
    heads = _repeated(_shares(found), text[:REPEATED].lower())
    later = [name for tokens in told for name in _names(tokens)]
    heads = heads or _shares(later[:FIRST_NAMES])
    names = _both(heads, _shares(later), MOST_NAMES)
    words = _both(_words(titled, TITLE_WEIGHT), _words(told, 1.0), MOST_WORDS)
    return Matter(
        names=names,
        heads=frozenset(names.keys() & heads.keys()),
        words=words,
        places=tuple(dict.fromkeys(name for name, _ in (*found, *later)))[:MOST_PLACES],
    )


def pieces(name: str) -> tuple[str, ...]:
    """A name's threesomes of signs; one of up to three signs is a piece itself."""
    return tuple(piece for piece, _ in _pieces(name, (1.0,) * len(name)))


def _pieces(name: str, naming: Sequence[float]) -> Iterator[tuple[str, float]]:
    """Each piece with how much it names."""
    if len(name) < 4:
        yield name, max(naming)
        return
    for start in range(len(name) - 2):
        if (piece := name[start : start + 3]) not in _COMMON:
            yield piece, round(sum(naming[start : start + 3]) / 3, 3)


def _shares(names: Iterable[Name]) -> dict[str, float]:
    shares: dict[str, float] = {}
    for name, naming in names:
        for piece, share in _pieces(name, naming):
            shares.setdefault(piece, share)
    return shares


def _repeated(shares: Mapping[str, float], text: str) -> dict[str, float]:
    """What the text does not say again is hardly what the letter is about."""
    return {
        piece: share if piece in text else round(share * SAID_ONCE, 3)
        for piece, share in shares.items()
    }


def _words(stretches: Iterable[Tokens], weight: float) -> dict[str, float]:
    """Words of content. What kind of place it is, as a hospital or a road, is not the matter."""
    return {
        word: weight
        for tokens in stretches
        for word, tag in tokens
        if tag in SAYING and len(word) > 1 and word not in EMPTY and word not in _ENDS
    }


def _both(first: Mapping[str, float], then: Mapping[str, float], most: int) -> dict[str, float]:
    """At most so many of them; what is in both counts as in the first."""
    joined = {**first, **{key: weight for key, weight in then.items() if key not in first}}
    return dict(list(joined.items())[:most])


def _plain(text: str) -> str:
    return _SPACE.sub("", normalize(text))


def _chunks(text: str) -> Iterator[str]:
    """Stretches without punctuation, broken where a region's code stands."""
    for part in _BREAK.split(_REGION.sub("|", text)):
        if _CHINESE.search(part):
            yield part.lower()


def _names(tokens: Tokens) -> Iterator[Name]:
    """Runs of naming words that are long enough and more than a number."""
    run, parts = "", 0
    naming: tuple[float, ...] = ()
    for word, tag in (*tokens, ("", "end")):
        joins = tag in NAMING or (len(word) == 1 and tag not in ("p", "c", "uj", "ul", "r", "d"))
        joins = joins and bool(run or len(word) > 1 or tag not in _BETWEEN)
        ends = bool(run) and word in _ENDS
        if word and (ends or (joins and word not in PLAIN)) and len(run) < LONGEST_NAME:
            proper = tag in PROPER or not word.isalpha()
            run, parts = run + word, parts + (2 if proper else 1)
            naming += (_naming(word, tag, proper=proper or ends),) * len(word)
            if not ends:
                continue
        if parts > 1 and len(_CHINESE.findall(run)) >= 2 and len(run) >= 3:
            yield run[:LONGEST_NAME], naming[:LONGEST_NAME]
        run, parts, naming = "", 0, ()


def _naming(word: str, tag: str, *, proper: bool) -> float:
    """How much a word of a name is what the name is known by."""
    known = len(word) > 1 and word.isalpha() and not word.isascii() and tag not in ("m", "t")
    return COMMON if known and not proper else 1.0
