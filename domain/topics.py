"""What people write about, month by month: counts of categories, and what the public is told.

Topics form a tree: all letters; the three networks and what has no category; first-level
categories; second-level ones. A topic is its path in that tree: ``("LIVELIHOOD", "01", "01-02")``;
``UNCATEGORISED`` has no network and no category.

In public a count of fewer than ``anonymity.MINIMUM`` letters is withheld, a count of none
included, and so are neighbours that would give it away (``domain/anonymity.py``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from domain.anonymity import published_paths
from domain.bulletins import Month
from domain.categories import Taxonomy
from domain.words import Network, Word
from domain.written import WrittenLetter

Topic: TypeAlias = tuple[str, ...]
EVERYTHING: Topic = ()
UNCATEGORISED: Topic = ("",)


class TopicLevel(Word):
    """How finely letters are told apart; the value is no number, so that it says what it means."""

    NETWORK = "NETWORK", "网络", "Network"
    FIRST = "FIRST", "一级分类", "First-level category"
    SECOND = "SECOND", "二级分类", "Second-level category"

    @property
    def depth(self) -> int:
        """How long the path of such a topic is."""
        return list(TopicLevel).index(self) + 1


@dataclass(frozen=True, slots=True)
class TopicMonth:
    """A topic's letters in a month and their share of all; None where they are withheld.

    The share of a month without letters is None too: 0/0 is no data.
    """

    month: Month
    letters: int | None
    share: float | None


@dataclass(frozen=True, slots=True)
class TopicSeries:
    """A topic over all months asked for; ``total`` is None when a month of it is withheld."""

    topic: Topic
    months: tuple[TopicMonth, ...]

    @property
    def total(self) -> int | None:
        counts = [one.letters for one in self.months]
        return None if None in counts else self.shown

    @property
    def shown(self) -> int:
        """The letters of the months that are not withheld."""
        return sum(one.letters or 0 for one in self.months)


def all_topics(taxonomy: Taxonomy) -> list[Topic]:
    """Every topic there can be, in the order of the taxonomy."""
    topics: list[Topic] = [(network.value,) for network in Network]
    topics.append(UNCATEGORISED)
    topics += [(one.network.value, *one.path) for one in taxonomy if one.level <= 2]
    return topics


def count_topics(
    letters: Iterable[WrittenLetter], networks: Mapping[str, Network]
) -> Counter[Topic]:
    """How many letters each topic has, those below it included; ``EVERYTHING`` has all.

    ``networks`` are by first-level category; a letter of an unknown one counts as uncategorised.
    """
    leaves = Counter(letter.category[:2] for letter in letters)
    counts: Counter[Topic] = Counter()
    for category, times in leaves.items():
        network = networks.get(category[0]) if category else None
        topic = (network.value, *category) if network else UNCATEGORISED
        for depth in range(len(topic) + 1):
            counts[topic[:depth]] += times
    return counts


def withheld_topics(
    counts: Mapping[Topic, int], topics: Iterable[Topic], minimum: int
) -> frozenset[Topic]:
    """What is not told of these counts, ``EVERYTHING`` included; a ``minimum`` of 0: nothing."""
    if minimum == 0:
        return frozenset()
    known = {EVERYTHING, *topics, *counts}
    own = {topic: counts.get(topic, 0) for topic in known}
    for topic in known - {EVERYTHING}:
        own[topic[:-1]] -= counts.get(topic, 0)
    published = published_paths({topic: (count,) for topic, count in own.items()}, minimum)
    return frozenset(known - published)


def series_of(
    months: Sequence[tuple[Month, Mapping[Topic, int]]],
    topics: Sequence[Topic],
    told: Iterable[Topic],
    minimum: int,
) -> list[TopicSeries]:
    """The series of the topics ``told``, of all ``topics``; most letters first."""
    hidden = [withheld_topics(counts, topics, minimum) for _, counts in months]
    series = [
        TopicSeries(
            topic,
            tuple(
                _month(month, counts, topic, is_hidden=topic in none)
                for (month, counts), none in zip(months, hidden, strict=True)
            ),
        )
        for topic in told
    ]
    return sorted(series, key=lambda one: (-one.shown, one.topic))


def _month(
    month: Month, counts: Mapping[Topic, int], topic: Topic, *, is_hidden: bool
) -> TopicMonth:
    if is_hidden:
        return TopicMonth(month, None, None)
    letters, total = counts.get(topic, 0), counts.get(EVERYTHING, 0)
    return TopicMonth(month, letters, letters / total if total else None)
