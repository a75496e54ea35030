"""A text as words, for whoever asks where a word ends and what may be somebody's name."""

from __future__ import annotations

from dataclasses import dataclass, field

from domain.redaction.surnames import ANY_SURNAME, RARE, SURNAMES

_PERSON = ("nr", "nrt", "nrfg")
"""Tags (ICTCLAS) of persons' names."""
PEOPLE = frozenset("人员者师工友哥姐弟妹叔婶爷奶爸妈娃儿公婆嫂舅姨夫妻父母女孩主汉匠医警兵")
"""Words for people end so."""
_AFTER_NAMES = frozenset("vdpcruta")
"""First letters of tags of what often follows a name, or stands before it."""
_LINKING = frozenset("pc")
_USUAL = SURNAMES - RARE


@dataclass(frozen=True, slots=True)
class Segments:
    """``persons``: what is taken for a name, its end by its start: by a model, or in three signs by
    the dictionary, which has places and things under the same tag; then it is among ``known``.

    ``people``: where an ordinary word for people ends; ``inner``: the places within ordinary words of several signs, where no name begins or ends;
    ``words``: these words, their ends by their starts; ``surnames``: single signs taken for a
    name; ``verbs``: where a verb, an adverb, a preposition or a pronoun begins;
    ``before_names``: where one ends; ``links``: where a preposition or a conjunction begins.
    """

    persons: dict[int, int] = field(default_factory=dict)
    known: set[int] = field(default_factory=set)
    people: set[int] = field(default_factory=set)
    inner: set[int] = field(default_factory=set)
    words: dict[int, int] = field(default_factory=dict)
    surnames: set[int] = field(default_factory=set)
    verbs: set[int] = field(default_factory=set)
    before_names: set[int] = field(default_factory=set)
    links: set[int] = field(default_factory=set)


def read_segments(text: str) -> Segments:
    """The words by ``rjieba`` (jieba-rs): a dictionary and a hidden Markov model, no service asked.

    The dictionary, some 40 MB of memory, is read at the first text.
    """
    import rjieba  # here, because the dictionary comes with it

    found = Segments()
    at = 0
    before = ""
    for word, tag in rjieba.tag(text):
        end = at + len(word)
        if tag in _PERSON:
            _add_person(found, before, word, at)
        elif len(word) > 1 and rjieba.has_word(word):
            found.inner.update(range(at + 1, end))
            found.words[at] = end
            if tag[0] == "n" and word[-1] in PEOPLE:
                found.people.add(end)
        if tag[0] in _AFTER_NAMES:
            found.verbs.add(at)
            found.before_names.add(end)
        if tag[0] in _LINKING:
            found.links.add(at)
        before, at = word, end
    return found


def _add_person(found: Segments, before: str, word: str, at: int) -> None:
    """A name that the model took whole, in two, or with a sign too many on either side."""
    import rjieba  # as above

    size, end = len(word), at + len(word)
    if size == 1:
        found.surnames.add(at)
        return
    is_known = rjieba.has_word(word)
    if size > 1 + is_known:
        found.persons[at] = end
        found.known.update({at} if is_known else ())
    if before in _USUAL and size < 3 and word[0] not in _USUAL:
        found.persons[at - 1] = end
    if not is_known and size > 2 and word[0] not in ANY_SURNAME and word[1] in _USUAL:
        found.persons[at + 1] = end
    if not is_known and size > 3 and word[0] in _USUAL:
        found.persons[at] = at + 3


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
