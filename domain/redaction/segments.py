"""A text as words, for whoever asks where a word ends and what may be somebody's name."""

from __future__ import annotations

from collections.abc import Set

from domain.redaction.surnames import ANY_SURNAME, RARE, SURNAMES

_PERSON = ("nr", "nrt", "nrfg")
"""Tags (ICTCLAS) of persons' names."""
PEOPLE = frozenset("人员者师工友哥姐弟妹叔婶爷奶爸妈娃儿公婆嫂舅姨嬢汉胞夫妻父母女孩主汉匠医警兵")
"""Words for people end so."""
BESIDE_NAMES = frozenset("vdpcruta")
"""First letters of tags (ICTCLAS) of verbs, adverbs, pronouns: what often stands beside a name."""
LINKING = frozenset("pc")
"""Of prepositions and conjunctions."""
_NO_TOKEN = ("", " ")
_USUAL = SURNAMES - RARE


class Segments:
    """A text's words, by ``rjieba`` (jieba-rs): a dictionary and a hidden Markov model.

    ``persons``: what is taken for a name, its end by its start: by the model, or in three signs by
    the dictionary, which has places and things under the same tag; then it is among ``known``. The
    dictionary, some 40 MB of memory, is read at the first text.
    """

    def __init__(self, text: str) -> None:
        import rjieba  # here, because the dictionary comes with it

        self._has_word = rjieba.has_word
        self._starting: dict[int, tuple[str, str]] = {}
        self._ending: dict[int, tuple[str, str]] = {}
        self.persons: dict[int, int] = {}
        self.known: set[int] = set()
        at, before = 0, ""
        for token in rjieba.tag(text):
            word, tag = token
            if tag in _PERSON:
                self._add_person(before, word, at)
            self._starting[at] = token
            at += len(word)
            self._ending[at] = token
            before = word

    def word_end(self, at: int) -> int:
        """Where the ordinary word of several signs that begins here ends; ``at`` if none does."""
        word, tag = self._starting.get(at, _NO_TOKEN)
        return at + len(word) if self._is_ordinary(word, tag) else at

    def is_inner(self, at: int) -> bool:
        """Whether it is within an ordinary word, where no name begins or ends."""
        if at in self._starting or at in self._ending:
            return False
        start = next(one for one in range(at - 1, -1, -1) if one in self._starting)
        return self._is_ordinary(*self._starting[start])

    def is_surname(self, at: int) -> bool:
        """Whether a single sign here is taken for a name."""
        word, tag = self._starting.get(at, _NO_TOKEN)
        return len(word) == 1 and tag in _PERSON

    def begins(self, at: int, kinds: Set[str]) -> bool:
        """Whether a word of these kinds, first letters of tags, begins here."""
        return self._starting.get(at, _NO_TOKEN)[1][0] in kinds

    def ends(self, at: int, kinds: Set[str]) -> bool:
        """Whether a word of these kinds ends here."""
        return self._ending.get(at, _NO_TOKEN)[1][0] in kinds

    def ends_people(self, at: int) -> bool:
        """Whether an ordinary word for people ends here."""
        word, tag = self._ending.get(at, _NO_TOKEN)
        return tag[0] == "n" and word[-1] in PEOPLE and self._is_ordinary(word, tag)

    def _is_ordinary(self, word: str, tag: str) -> bool:
        return len(word) > 1 and tag not in _PERSON and self._has_word(word)

    def _add_person(self, before: str, word: str, at: int) -> None:
        """A name that the model took whole, in two, or with a sign too many on either side."""
        size, end = len(word), at + len(word)
        if size == 1:
            return
        is_known = self._has_word(word)
        if size > 1 + is_known:
            self.persons[at] = end
            self.known.update({at} if is_known else ())
        if before in _USUAL and size < 3 and word[0] not in _USUAL:
            self.persons[at - 1] = end
        if not is_known and size > 2 and word[0] not in ANY_SURNAME and word[1] in _USUAL:
            self.persons[at + 1] = end
        if not is_known and size > 3 and word[0] in _USUAL:
            self.persons[at] = at + 3


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
