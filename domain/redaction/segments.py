"""A text as words, for whoever asks where a word ends and what may be somebody's name."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass

_PERSON = ("nr", "nrt", "nrfg")
"""Tags (ICTCLAS) of persons' names."""
PEOPLE = frozenset("人员者师工友哥姐弟妹叔婶爷奶爸妈娃儿公婆嫂舅姨夫妻父母女孩主汉匠医警兵")
"""Words for people end so."""
_AFTER_NAMES = frozenset("vdpcrut")
"""First letters of tags of what often follows a name."""


@dataclass(frozen=True, slots=True)
class Segments:
    """``persons``: what is taken for a name, its end by its start: by a model, or in three signs by
    the dictionary, which has places and things under the same tag; then it is among ``known``.

    ``people``: where an ordinary word for people ends; ``inner``: the places within ordinary words of several signs, where no name begins or ends;
    ``words``: these words, their ends by their starts; ``surnames``: single signs taken for a
    name; ``verbs``: where a verb, an adverb, a preposition or a pronoun begins.
    """

    persons: Mapping[int, int]
    known: Set[int]
    people: Set[int]
    inner: Set[int]
    words: Mapping[int, int]
    surnames: Set[int]
    verbs: Set[int]


def read_segments(text: str) -> Segments:
    """The words by ``rjieba`` (jieba-rs): a dictionary and a hidden Markov model, no service asked.

    The dictionary, some 40 MB of memory, is read at the first text.
    """
    import rjieba  # here, because the dictionary comes with it

    persons: dict[int, int] = {}
    known: set[int] = set()
    people: set[int] = set()
    inner: set[int] = set()
    words: dict[int, int] = {}
    surnames: set[int] = set()
    verbs: set[int] = set()
    at = 0
    for word, tag in rjieba.tag(text):
        end = at + len(word)
        is_known = rjieba.has_word(word)
        if tag in _PERSON and len(word) > 1 + is_known:
            persons[at] = end
            known.update({at} if is_known else ())
        elif is_known and tag not in _PERSON:
            inner.update(range(at + 1, end))
            words.update({at: end} if len(word) > 1 else {})
            if tag[0] == "n" and len(word) > 1 and word[-1] in PEOPLE:
                people.add(end)
        if tag in _PERSON and len(word) == 1:
            surnames.add(at)
        elif tag[0] in _AFTER_NAMES:
            verbs.add(at)
        at = end
    return Segments(persons, known, people, inner, words, surnames, verbs)


def read_words(text: str) -> list[str]:
    """A short text as words."""
    import rjieba  # as above

    return rjieba.cut(text)


def are_words(text: str) -> bool:
    """Whether a short text is made of ordinary words and names of nobody."""
    import rjieba  # as above

    return all(
        len(word) > 1 and tag not in _PERSON and rjieba.has_word(word)
        for word, tag in rjieba.tag(text)
    )
