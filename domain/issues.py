"""Letters about the same matter at the same place come together, one letter at a time.

How alike a letter and a group are is a product: how much they share of their names, times how
much of what they say besides. Neither the same complaint elsewhere nor another one at the same
place has both. Where nothing is named, as in questions about a rule of the whole city, what is
said must be nearly the same. A letter is held against what the letters of a group have in
common, not against the nearest of them: so a group does not creep from matter to matter. Weights
are inverse document frequencies (Spärck Jones, 1972) of the time a letter came in, and are kept.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.matters import TITLE_WEIGHT, Matter

FEW_LETTERS = 1_000
"""Until there are as many, words count as if there were: a first letter's are not all rare."""
LEAST_NAME = 0.3
LEAST_LIKENESS = 0.055
LEAST_WORDS = 0.45
"""Letters of which one names nothing are one matter from here on, by their words alone."""
LEAST_WORDS_ELSEWHERE = 0.75
"""The same where both name something, and not the same."""
FEW_WORDS = 6
"""Fewer shared words than these prove nothing alone."""
WORD = "w:"
"""Before a word of the title by which a letter is found; it is no piece of a name."""
MOST_FOUND_BY = 4
LEAST_FOUND_BY = 3.5
"""How rare such a word is at least: what is said everywhere finds nothing."""
MOST_ASKED = 12
LEAST_ON_THE_WHOLE = 0.8
"""Two groups are one if so many letters of the smaller have, in the mean, so much of
``LEAST_LIKENESS`` with the larger."""


@dataclass(frozen=True, slots=True)
class GroupedLetter:
    """A letter in its group. ``writer`` is a keyed digest; ``group`` the id of a letter of it.

    ``heads`` are the pieces of names that it is known by, and words to find it by (``WORD``);
    ``names`` the pieces of other names, ``words`` its words, each with its weight; ``places`` the
    names as they were written.
    """

    id: str
    group: str
    submitted_at: datetime
    writer: bytes
    heads: Mapping[str, float]
    names: Mapping[str, float]
    words: Mapping[str, float]
    places: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Weighed:
    """A letter's names and words by weight, ready to be compared."""

    heads: Mapping[str, float]
    names: Mapping[str, float]
    words: Mapping[str, float]


Letters = Sequence[Weighed | GroupedLetter]


def weighed(matter: Matter, often: Mapping[str, int], letters: int) -> Weighed:
    """``often``: in how many of the ``letters`` so far a piece (``n:``) or word (``w:``) stands."""
    base = max(letters, FEW_LETTERS) + 1

    def rarity(kind: str, term: str) -> float:
        return round(max(0.0, math.log(base / (often.get(kind + term, 0) + 1))), 3)

    rare = {term: rarity("n:", term) for term in matter.names}
    words = {word: rarity(WORD, word) for word in matter.words}
    heads = {
        term: round(rare[term] * share, 3)
        for term, share in matter.names.items()
        if term in matter.heads
    }
    titled = [word for word, by in matter.words.items() if by == TITLE_WEIGHT]
    found_by = [word for word in titled if words[word] >= LEAST_FOUND_BY]
    found_by.sort(key=lambda word: (-words[word], word))
    return Weighed(
        heads=heads | {WORD + word: words[word] for word in found_by[:MOST_FOUND_BY]},
        names={term: rare[term] for term in matter.names if term not in matter.heads},
        words={word: round(words[word] * by, 3) for word, by in matter.words.items()},
    )


def fitting(letter: Weighed, groups: Mapping[str, Letters]) -> list[str]:
    """The groups that the letter belongs to, the likest first, of equals by id.

    It joins the first; without one it opens a group.
    """
    scored = [(belonging(letter, members), key) for key, members in groups.items()]
    found = [(score, key) for score, key in scored if score >= LEAST_LIKENESS]
    return [key for _, key in sorted(found, key=lambda one: (-one[0], one[1]))]


def groups_to_merge(
    letter: Weighed, fits: Sequence[str], groups: Mapping[str, Letters]
) -> tuple[str, tuple[str, ...]]:
    """A letter of two groups shows that they are one: the group that stays, and those that end.

    ``fits`` is what ``fitting`` says, not empty; the letter need not be in their members yet.
    Groups come together if the smaller one's letters belong, on the whole, to the larger one,
    which stays; of equals the one that was joined.
    """
    stays, *others = fits
    ended = []
    members = [letter, *groups[stays]]
    for key in others:
        if not _are_one(members, groups[key]):
            continue
        larger = len(groups[key]) > len(members)
        ended.append(stays if larger else key)
        stays = key if larger else stays
        members = [*members, *groups[key]]
    return stays, tuple(ended)


def _are_one(some: Letters, others: Letters) -> bool:
    small, large = sorted((some, others), key=len)
    asked = small[:MOST_ASKED]
    least = LEAST_ON_THE_WHOLE * LEAST_LIKENESS * len(asked)
    return sum(belonging(one, large) for one in asked) >= least


def belonging(letter: Weighed | GroupedLetter, members: Letters) -> float:
    """How much a letter belongs to these; 0 if their names or their words say that it does not."""
    core = _core(members)
    name = _same_name(letter, core)
    same = name >= LEAST_NAME
    words, shared = _same_words(letter, core, within=same)
    if same and name * words >= LEAST_LIKENESS:
        return name * words
    elsewhere = not same and bool(_mine(letter)) and bool(core.heads)
    least = LEAST_WORDS_ELSEWHERE if elsewhere else LEAST_WORDS
    if words >= least and shared >= FEW_WORDS:
        return max(LEAST_LIKENESS, name * words)
    return 0.0


def typicality(letters: Letters) -> list[float]:
    """How much each of a group's letters says what they all say, 0 to 1, in their order."""
    core = _core(letters)
    return [_same_name(one, core) * _same_words(one, core, within=True)[0] for one in letters]


@dataclass(frozen=True, slots=True)
class _Core:
    """What letters have in common. ``heads`` and ``seen``: in which share of them each piece is
    a head, and is at all. ``said``: likewise of words. ``words``: their mean weight."""

    heads: Mapping[str, float]
    weights: Mapping[str, float]
    seen: Mapping[str, float]
    said: Mapping[str, float]
    words: Mapping[str, float]


def _core(members: Letters) -> _Core:
    heads: dict[str, float] = {}
    weights: dict[str, float] = {}
    seen: dict[str, float] = {}
    said: dict[str, float] = {}
    words: dict[str, float] = {}
    share = 1 / len(members)
    for one in members:
        for piece, weight in _mine(one).items():
            heads[piece] = heads.get(piece, 0.0) + share
            seen[piece] = seen.get(piece, 0.0) + share
            weights[piece] = max(weight, weights.get(piece, 0.0))
        for piece in one.names:
            seen[piece] = seen.get(piece, 0.0) + share
        for word, weight in one.words.items():
            said[word] = said.get(word, 0.0) + share
            words[word] = words.get(word, 0.0) + weight * share
    return _Core(heads, weights, seen, said, words)


def _mine(letter: Weighed | GroupedLetter) -> dict[str, float]:
    """The pieces of names it is known by."""
    return {key: weight for key, weight in letter.heads.items() if not key.startswith(WORD)}


def _same_name(letter: Weighed | GroupedLetter, core: _Core) -> float:
    """The geometric mean of two shares, 0 to 1: of what the letter is known by that the group has,
    and of what the group's letters are known by in common that the letter has."""
    own = _mine(letter)
    mine = sum(weight**2 for weight in own.values())
    theirs = sum((core.weights[key] * share) ** 2 for key, share in core.heads.items())
    if not mine or not theirs:
        return 0.0
    known = sum(weight**2 * min(1.0, 2 * core.seen.get(key, 0.0)) for key, weight in own.items())
    common = sum(
        (core.weights[key] * share) ** 2
        for key, share in core.heads.items()
        if key in own or key in letter.names
    )
    return math.sqrt(known / mine * common / theirs)


def _same_words(letter: Weighed | GroupedLetter, core: _Core, *, within: bool) -> tuple[float, int]:
    """The cosine with the mean of theirs, and how many words half of them have, too.

    ``within`` what has the same name, words that are part of that name do not count.
    """
    named = sorted(key for key in (*_mine(letter), *letter.names) if key in core.seen)
    glued = "|".join(named) if within else ""
    mine = {word: weight for word, weight in letter.words.items() if word not in glued}
    lengths = sum(weight**2 for weight in mine.values()) * sum(
        weight**2 for word, weight in core.words.items() if word not in glued
    )
    both = sorted(mine.keys() & core.words.keys())
    product = sum(mine[word] * core.words[word] for word in both)
    usual = sum(2 * core.said.get(word, 0.0) >= 1 for word in letter.words)
    return product / (math.sqrt(lengths) or 1.0), usual
