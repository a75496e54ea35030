"""Words in Chinese text without a dictionary: bigrams, and how alike two texts are by them."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence

from domain.text import fold_for_matching

_RUNS = re.compile(r"[一-鿿㐀-䶿]+|[^\W_一-鿿㐀-䶿]+")
_CHINESE = re.compile(r"[一-鿿㐀-䶿]")
MOST_TERMS = 4_000


def terms(*texts: str) -> tuple[str, ...]:
    """Search terms, in order, each once: bigrams of Chinese runs, Latin words and digits whole.

    A run of one sign is a term itself. Width, case and invisible signs do not count.
    """
    return tuple(dict.fromkeys(piece for run in _runs(texts) for piece in _pieces(run)))


def kept_terms(*texts: str) -> tuple[str, ...]:
    """The terms to keep of a text, so that any single sign starts one: the last of each run too."""
    ends = (run[-1] for run in _runs(texts) if _CHINESE.match(run))
    return tuple(dict.fromkeys((*terms(*texts), *ends)))


def _runs(texts: Iterable[str]) -> Iterable[str]:
    return (run for text in texts for run in _RUNS.findall(fold_for_matching(text)))


def _pieces(run: str) -> Iterable[str]:
    if len(run) == 1 or not _CHINESE.match(run):
        return (run,)
    return (run[start : start + 2] for start in range(len(run) - 1))


def likeness(asked: Sequence[str], others: Mapping[str, Sequence[str]]) -> list[tuple[str, float]]:
    """How much of ``asked`` each of ``others`` (id to terms) shares, 0 to 1, most first.

    A term counts by its inverse document frequency among ``others`` (Spärck Jones, 1972), so
    that what everybody writes says little. Ties go by id.
    """
    asked_terms = frozenset(asked)
    shared = {key: asked_terms.intersection(words) for key, words in others.items()}
    often: dict[str, int] = {}
    for words in shared.values():
        for word in words:
            often[word] = often.get(word, 0) + 1
    weight = {word: math.log(1 + len(others) / often.get(word, 1)) for word in asked_terms}
    whole = sum(weight.values()) or 1.0
    scored = [(key, sum(weight[word] for word in words) / whole) for key, words in shared.items()]
    return sorted(scored, key=lambda pair: (-pair[1], pair[0]))
