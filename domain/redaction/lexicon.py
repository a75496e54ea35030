"""Words that are looked up at a place of a text; costs as much as they have different lengths."""

from __future__ import annotations

from collections.abc import Iterable


class Lexicon(frozenset[str]):
    """A set of words that tells which of them begins or ends at a place."""

    sizes: tuple[int, ...]
    firsts: frozenset[str]
    lasts: frozenset[str]

    def __new__(cls, words: Iterable[str]) -> Lexicon:
        made = super().__new__(cls, words)
        made.sizes = tuple(sorted({len(word) for word in made}, reverse=True))
        made.firsts = frozenset(word[:1] for word in made)
        made.lasts = frozenset(word[-1:] for word in made)
        return made

    def begins(self, text: str, at: int) -> bool:
        """Whether one of them begins at ``at``."""
        if text[at : at + 1] not in self.firsts:
            return False
        return not self.isdisjoint([text[at : at + size] for size in self.sizes])

    def ends(self, text: str, at: int) -> bool:
        """Whether one of them ends right before ``at``."""
        if at < 1 or text[at - 1] not in self.lasts:
            return False
        return not self.isdisjoint([text[max(0, at - size) : at] for size in self.sizes])
