"""Which category a letter may belong to, how sure that is, and by which of its words.

A nearest-centroid classifier with tf-idf weights (Rocchio, 1971; Sparck Jones, 1972) over the
bigrams of ``domain.wording``: a category is a direction in the space of words, a letter is the
closest to the one that it shares most with. ``domain.training`` makes the model.
"""

from __future__ import annotations

import math
import re
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from domain.wording import MOST_TERMS, terms

IN_TITLE = 3
"""A word in the title counts as much as so many in the text: a title names the matter."""
MOST_WORDS = 5
_CONSIDERED = 12
"""So many of the terms that speak for a category become words: neighbours are put together."""
_SAYS_NOTHING = re.compile(
    r"[的了是在我你他她它们有和与及就都也还很请把被对从到这那不没会能要为上下个些什么去来说"
    r"a-z0-9]"
)

Bag = Mapping[str, float]
"""A letter's terms with how much each stands out in it: of length 1 as a whole."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """``category`` is an id; ``confidence`` the chance, 0 to 1, that a clerk says the same.

    ``words`` stand in the letter and spoke for this category, the weightiest first.
    """

    category: str
    confidence: float
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Model:
    """What was learned. ``weights`` has a row for each of ``categories``, of length 1.

    ``terms`` is the vocabulary and ``idf`` the weight of each; ``temperature`` turns likeness
    into a chance. Rows are arrays of C floats, so that a model of 20,000 terms opens at once.
    """

    categories: tuple[str, ...]
    terms: tuple[str, ...]
    idf: array[float]
    weights: tuple[array[float], ...]
    temperature: float
    places: Mapping[str, int]

    @classmethod
    def of(
        cls,
        categories: Sequence[str],
        vocabulary: Sequence[str],
        idf: array[float],
        weights: Sequence[array[float]],
        temperature: float,
    ) -> Model:
        """A model with its index of terms."""
        places = {term: place for place, term in enumerate(vocabulary)}
        return cls(tuple(categories), tuple(vocabulary), idf, tuple(weights), temperature, places)

    def suggest(self, title: str, body: str) -> Suggestion | None:
        """The likeliest category; None when the letter has no word that the model knows."""
        known = self._known(bag(title, body))
        if not known:
            return None
        likeness = self._likeness(known)
        best = max(range(len(likeness)), key=likeness.__getitem__)
        words = words_of(self._speaking_for(best, known), title, body)
        return Suggestion(self.categories[best], chances(likeness, self.temperature)[best], words)

    def likeness(self, letter: Bag) -> list[float]:
        """How alike the letter is to each of ``categories``, 0 to 1."""
        return self._likeness(self._known(letter))

    def _known(self, letter: Bag) -> list[tuple[int, float]]:
        """Places and weights of the terms that the model knows; of length 1 as a whole."""
        places, idf = self.places, self.idf
        found = [(places[term], by) for term, by in letter.items() if term in places]
        weighed = [(place, by * idf[place]) for place, by in found]
        whole = math.sqrt(sum(by * by for _, by in weighed)) or 1.0
        return [(place, by / whole) for place, by in weighed]

    def _likeness(self, known: Sequence[tuple[int, float]]) -> list[float]:
        return [sum(by * row[place] for place, by in known) for row in self.weights]

    def _speaking_for(self, best: int, known: Sequence[tuple[int, float]]) -> dict[str, float]:
        """The terms that set this category apart from the average of all, and by how much."""
        count = len(self.weights)
        gains: dict[str, float] = {}
        for place, by in known:
            usual = sum(row[place] for row in self.weights) / count
            gain = by * (self.weights[best][place] - usual)
            if gain > 0 and not _SAYS_NOTHING.search(self.terms[place]):
                gains[self.terms[place]] = gain
        return gains


def bag(title: str, body: str) -> Bag:
    """A letter's terms: ``1 + ln`` of how often each counts, divided by the length of all."""
    counts: dict[str, int] = dict.fromkeys(terms(body)[:MOST_TERMS], 1)
    for term in terms(title):
        counts[term] = counts.get(term, 0) + IN_TITLE
    raised = {term: 1 + math.log(count) for term, count in counts.items()}
    whole = math.sqrt(sum(by * by for by in raised.values())) or 1.0
    return {term: by / whole for term, by in raised.items()}


def chances(likeness: Sequence[float], temperature: float) -> list[float]:
    """How likely each is, 1 in all: the smaller the temperature, the surer."""
    most = max(likeness)
    raised = [math.exp((one - most) / temperature) for one in likeness]
    whole = sum(raised)
    return [one / whole for one in raised]


def words_of(gains: Mapping[str, float], *texts: str) -> tuple[str, ...]:
    """Words for people: terms that overlap in the letter are one word (出租, 租车: 出租车)."""
    best = sorted(gains, key=lambda term: (-gains[term], term))[:_CONSIDERED]
    found: dict[str, float] = {}
    for run in _runs_of(best, texts):
        found[run] = sum(gains[term] for term in terms(run) if term in gains)
    words: list[str] = []
    for word in sorted(found, key=lambda word: (-found[word], word)):
        if not any(word in other or other in word for other in words):
            words.append(word)
    return tuple(words[:MOST_WORDS])


def _runs_of(best: Sequence[str], texts: Sequence[str]) -> list[str]:
    """The longest stretches of the letter's text that overlapping ones of these terms cover."""
    folded = " ".join(texts).lower()
    spans = sorted(
        (found.start(), found.start() + len(term))
        for term in best
        for found in re.finditer(f"(?={re.escape(term)})", folded)
    )
    runs: list[tuple[int, int]] = []
    for start, end in spans:
        if runs and start < runs[-1][1]:
            runs[-1] = runs[-1][0], max(end, runs[-1][1])
        else:
            runs.append((start, end))
    stretches = dict.fromkeys(folded[start:end] for start, end in runs)
    return [one for one in stretches if len(one) > 1]
