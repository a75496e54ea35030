"""Letters about the same matter at the same place come together, one letter at a time.

A letter joins the group that it shares a name with and whose words are like its own; otherwise
it opens one. It is compared with what the letters of a group have in common, not with the
nearest of them: so a group does not creep from matter to matter. Weights are inverse document
frequencies (Spärck Jones, 1972) of the time a letter came in; they are kept with it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.matters import TITLE_WEIGHT, Matter

FEW_LETTERS = 1_000
"""Until there are as many, words count as if there were: a first letter's are not all rare."""
LEAST_NAME = 0.3
LEAST_WORDS = 0.06
LEAST_BOTH = 0.62
WORDS_COUNT = 1.5
"""How much likeness of words counts beside that of names."""


@dataclass(frozen=True, slots=True)
class GroupedLetter:
    """A letter in its group. ``writer`` is a keyed digest; ``group`` the id of its first letter.

    ``heads`` are the pieces of names in its title, ``names`` those elsewhere, ``words`` its
    words, each with its weight; ``places`` the names as they were written.
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


def weighed(matter: Matter, often: Mapping[str, int], letters: int) -> Weighed:
    """``often``: in how many of the ``letters`` so far a piece (``n:``) or word (``w:``) stands."""
    base = max(letters, FEW_LETTERS) + 1

    def rarity(kind: str, term: str) -> float:
        return round(max(0.0, math.log(base / (often.get(kind + term, 0) + 1))), 3)

    title = {piece for piece, weight in matter.names.items() if weight == TITLE_WEIGHT}
    return Weighed(
        heads={piece: rarity("n:", piece) for piece in matter.names if piece in title},
        names={piece: rarity("n:", piece) for piece in matter.names if piece not in title},
        words={word: round(rarity("w:", word) * by, 3) for word, by in matter.words.items()},
    )


def group_to_join(
    letter: Weighed, groups: Mapping[str, Sequence[Weighed | GroupedLetter]]
) -> str | None:
    """The group whose matter this is; None: it opens one. Of equals the first by id."""
    scored = [(likeness(letter, members), key) for key, members in groups.items()]
    alike = [(score, key) for score, key in scored if score >= LEAST_BOTH]
    return min(alike, key=lambda one: (-one[0], one[1]))[1] if alike else None


def likeness(letter: Weighed, members: Sequence[Weighed | GroupedLetter]) -> float:
    """How much a letter is about the matter of these; 0 where names or words do not agree."""
    name = _same_name(letter, members)
    if name < LEAST_NAME:
        return 0.0
    shared = _pieces_of(letter) & {piece for one in members for piece in _pieces_of(one)}
    words = _same_words(letter.words, [one.words for one in members], shared)
    return name + WORDS_COUNT * words if words >= LEAST_WORDS else 0.0


def _pieces_of(letter: Weighed | GroupedLetter) -> set[str]:
    return letter.heads.keys() | letter.names.keys()


def _same_name(letter: Weighed, members: Sequence[Weighed | GroupedLetter]) -> float:
    """The geometric mean of two shares, 0 to 1: of the letter's title that the group has, and of
    what the group's titles have in common that the letter has."""
    heads = _shares(one.heads for one in members)
    seen = _shares(_pieces_of(one) for one in members)
    weights = {piece: one.heads[piece] for one in members for piece in one.heads}
    mine = sum(weight**2 for weight in letter.heads.values())
    theirs = sum((weights[piece] * share) ** 2 for piece, share in heads.items())
    if not mine or not theirs:
        return 0.0
    known = sum(
        weight**2 * min(1.0, 2 * seen.get(piece, 0.0)) for piece, weight in letter.heads.items()
    )
    had = _pieces_of(letter)
    common = sum((weights[piece] * share) ** 2 for piece, share in heads.items() if piece in had)
    return math.sqrt(known / mine * common / theirs)


def _shares(of: Iterable[Iterable[str]]) -> dict[str, float]:
    """In which share of them each stands."""
    counts: dict[str, int] = {}
    total = 0
    for terms in of:
        total += 1
        for term in terms:
            counts[term] = counts.get(term, 0) + 1
    return {term: count / total for term, count in counts.items()}


def _same_words(
    mine: Mapping[str, float], theirs: Sequence[Mapping[str, float]], names: set[str]
) -> float:
    """The cosine with the mean of theirs; words that are part of a shared name do not count."""
    glued = "|".join(sorted(names))

    def counts(word: str) -> bool:
        return word not in glued or word in names

    mean: dict[str, float] = {}
    for words in theirs:
        for word, weight in words.items():
            if counts(word):
                mean[word] = mean.get(word, 0.0) + weight / len(theirs)
    own = {word: weight for word, weight in mine.items() if counts(word)}
    length = math.sqrt(
        sum(weight**2 for weight in own.values()) * sum(weight**2 for weight in mean.values())
    )
    return sum(own[w] * mean[w] for w in sorted(own.keys() & mean.keys())) / (length or 1.0)
