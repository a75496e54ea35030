"""How the model of categories is learned from handled letters, and how good it is.

Learning is counting: every letter is added once, in any order, so that it can be taken out
again for a test on letters that were not learned from. What the taxonomy calls its categories is
prior knowledge: a category that nobody used yet is known by its names.
"""

from __future__ import annotations

import hashlib
import math
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from domain.categories import Category, Taxonomy
from domain.suggesting import Bag, Model, bag, chances
from domain.wording import terms

FEWEST_LETTERS = 20
"""With fewer handled letters nothing is learned: there is too little to hold it to."""
MOST_VOCABULARY = 20_000
MOST_WEIGHTS = 2_000_000
"""Of a model: 8 MB as it is stored."""
MOST_COUNTED = 300_000
"""Terms that are counted at once; beyond, what only one letter has is forgotten."""
FEWEST_WITH_TERM = 2
"""What only one letter says teaches nothing of others, and may be somebody's name."""
NAMES = 1.0
"""How much a category's names weigh beside its first letter; less beside many."""
FOLDS = 5
_TEMPERATURES = tuple(0.005 * 1.1**step for step in range(60))
_UNTOLD = "其他"

Names = Mapping[str, Counter[str]]
"""The terms of the names of each first-level category and of those below it."""


@dataclass(frozen=True, slots=True)
class Example:
    """A handled letter: its first-level category, and its terms."""

    id: str
    category: str
    bag: Bag

    @classmethod
    def of(cls, key: str, category: str, title: str, body: str) -> Example:
        return cls(key, category, bag(title, body))


@dataclass(frozen=True, slots=True)
class Prediction:
    """What the model said of a letter that it had not learned from."""

    truth: str
    said: str
    likeness: Sequence[float]
    place: int
    """Of the truth, in ``likeness``."""


@dataclass(slots=True)
class Counts:
    """What was counted so far."""

    names: Names
    letters: Counter[str] = field(default_factory=Counter)
    having: Counter[str] = field(default_factory=Counter)
    sums: dict[str, defaultdict[str, float]] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return self.letters.total()

    def add(self, example: Example) -> None:
        """Learns of a letter; one whose category is none of the taxonomy's is left out."""
        if example.category not in self.names:
            return
        self._count(example, 1)
        if len(self.having) > MOST_COUNTED:
            self._forget_the_rarest()

    def merge(self, other: Counts) -> None:
        """Learns what others were counted for, of the same names; the order decides the last
        digits of a model.
        """
        self.letters.update(other.letters)
        self.having.update(other.having)
        for category, sums in other.sums.items():
            ours = self.sums.setdefault(category, defaultdict(float))
            for term, by in sums.items():
                ours[term] += by
        if len(self.having) > MOST_COUNTED:
            self._forget_the_rarest()

    def model(self, temperature: float = 1.0) -> Model:
        """What is known by now."""
        vocabulary = self._vocabulary()
        of_all = self.total + 1
        idf = {term: math.log(of_all / (self.having[term] + 0.5)) for term in vocabulary}
        rows = (self._row(category, idf) for category in self.names)
        weights = [array("f", (row.get(term, 0.0) for term in vocabulary)) for row in rows]
        return Model.of(
            tuple(self.names), vocabulary, array("f", idf.values()), weights, temperature
        )

    def held_out(self, examples: Sequence[Example], folds: int = FOLDS) -> list[Prediction]:
        """What is said of each of these counted letters by those in the other folds.

        A letter's fold is a hash of its id: the same every time. The counts are as before
        afterwards.
        """
        found: list[Prediction] = []
        for fold in range(folds):
            apart = [one for one in examples if fold_of(one.id, folds) == fold]
            for one in apart:
                self._count(one, -1)
            model = self.model()
            for one in apart:
                self._count(one, 1)
            found += [_predicted(model, one) for one in apart if one.category in self.names]
        return found

    def _count(self, example: Example, sign: int) -> None:
        category = example.category
        if category not in self.names:
            return
        self.letters[category] += sign
        sums = self.sums.setdefault(category, defaultdict(float))
        for term, by in example.bag.items():
            self.having[term] += sign
            sums[term] += sign * by

    def _forget_the_rarest(self) -> None:
        self.having = Counter({term: n for term, n in self.having.items() if n > 1})
        for category, sums in self.sums.items():
            kept = ((term, by) for term, by in sums.items() if term in self.having)
            self.sums[category] = defaultdict(float, kept)

    def _vocabulary(self) -> list[str]:
        """The names' terms, and those that most letters have."""
        own = sorted({term for names in self.names.values() for term in names})
        known = set(own)
        often = [
            term
            for term, count in self.having.items()
            if count >= FEWEST_WITH_TERM and term not in known
        ]
        often.sort(key=lambda term: (-self.having[term], term))
        most = min(MOST_VOCABULARY, MOST_WEIGHTS // max(1, len(self.names)))
        return (own + often)[:most]

    def _row(self, category: str, idf: Mapping[str, float]) -> dict[str, float]:
        """The direction of a category: the mean of its letters, and its names beside it."""
        count = self.letters[category] + 1
        usual = sum(idf.values()) / (len(idf) or 1)
        row = {
            term: by / count * idf[term] / usual
            for term, by in self.sums.get(category, {}).items()
            if term in idf
        }
        names = {term: often * idf[term] for term, often in self.names[category].items()}
        share = NAMES / math.sqrt(count) / (_length(names.values()) or 1.0)
        for term, by in names.items():
            row[term] = row.get(term, 0.0) + share * by
        whole = _length(row.values()) or 1.0
        return {term: by / whole for term, by in row.items()}


def names_of(taxonomy: Taxonomy) -> Names:
    """What the first-level categories are called, with all below them; 其他 says nothing."""
    return {
        root.id: Counter(
            term
            for name in sorted(_names_below(taxonomy, root))
            if name != _UNTOLD
            for term in terms(name)
        )
        for root in taxonomy.roots
        if not root.retired
    }


def _names_below(taxonomy: Taxonomy, category: Category) -> set[str]:
    below = (_names_below(taxonomy, child) for child in taxonomy.children(category.id))
    return {category.name}.union(*below)


def fitted_temperature(predictions: Sequence[Prediction]) -> float:
    """That under which what happened was likeliest (Guo et al., 2017); 1 without predictions."""
    if not predictions:
        return 1.0
    return min(_TEMPERATURES, key=lambda one: _surprise(predictions, one))


def _surprise(predictions: Sequence[Prediction], temperature: float) -> float:
    told = (chances(one.likeness, temperature)[one.place] for one in predictions)
    return -sum(math.log(max(chance, 1e-12)) for chance in told)


def macro_f1(predictions: Iterable[Prediction]) -> float:
    """The mean of the categories' F1, each counting the same; of those that letters have."""
    pairs = Counter((one.truth, one.said) for one in predictions)
    truths = {truth for truth, _ in pairs}
    found: list[float] = []
    for category in sorted(truths):
        right = pairs[category, category]
        had = sum(count for (truth, _), count in pairs.items() if truth == category)
        said = sum(count for (_, said), count in pairs.items() if said == category)
        found.append(2 * right / (had + said))
    return sum(found) / (len(found) or 1)


def accuracy(predictions: Sequence[Prediction]) -> float:
    """The share that was right."""
    return sum(one.truth == one.said for one in predictions) / (len(predictions) or 1)


def fold_of(key: str, folds: int) -> int:
    """Which fold a letter is in, 0 to ``folds`` - 1: by its id and nothing else."""
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:8]) % folds


def _predicted(model: Model, example: Example) -> Prediction:
    likeness = model.likeness(example.bag)
    best = max(range(len(likeness)), key=likeness.__getitem__)
    place = model.categories.index(example.category)
    return Prediction(example.category, model.categories[best], likeness, place)


def _length(values: Iterable[float]) -> float:
    return math.sqrt(sum(by * by for by in values))
