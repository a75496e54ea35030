"""The published tables beside open data: what their rows must not leave little of.

Each column that others know the sums of falls into parts: a unit, level, channel or category that
is published, and what is left beside the published ones. Everybody knows the letters of each part.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from domain.anonymity import Path, nearest, published_paths
from domain.disclosure import levels_told, units_told
from domain.figures import Cell, Part
from domain.open_data import ANY, OpenCase, Row, TableSum

COARSEST = 2
"""Units from the city down to departments and districts; none below is told."""
REPLIED = "REPLY_RATE/1"
REST = "the rest"
TOPICS = ("network", "category", "subcategory")


@dataclass(frozen=True, slots=True)
class Tables:
    """What is published: codes of units, levels and channels, and paths of categories."""

    told: Mapping[str, frozenset[str]]
    topics: frozenset[Path]


def unit_of(path: Path) -> str:
    """The department or district of a unit's path; the city where it is the city's own."""
    return next(iter(path[:COARSEST][::-1]), "")


def published_tables(cells: Sequence[Cell], cases: Iterable[OpenCase], minimum: int) -> Tables:
    """The tables of a month, of these cells of its bulletin and of these letters' categories."""
    cities = {cell.path[0] for cell in cells if cell.path}
    channels = Counter[str]()
    for cell in cells:
        channels[cell.channel.value] += cell.letters
    published = published_paths({(one,): (count,) for one, count in channels.items()}, minimum)
    topics = Counter(_named(_topic(case)) for case in cases)
    return Tables(
        {
            "unit": units_told(cells, None, minimum) - cities,
            "level": frozenset(one.value for one in levels_told(cells, None, minimum)),
            "channel": frozenset(path[0] for path in published if path),
        },
        published_paths({topic: (count,) for topic, count in topics.items()}, minimum),
    )


def parts_of(case: OpenCase, tables: Tables) -> dict[str, Hashable]:
    """For which part of each table a letter counts."""
    parts: dict[str, Hashable] = {
        column: _part(getattr(case, column), told) for column, told in tables.told.items()
    }
    topic = _topic(case)
    for depth, column in enumerate(TOPICS, 1):
        path = topic[:depth]
        parts[column] = path if path in tables.topics else (REST, nearest(path, tables.topics))
    return parts


@dataclass(frozen=True, slots=True)
class TopicCount:
    """Letters of a topic, with those of all topics in it; ``*`` stands for all of them."""

    network: str
    category: str
    subcategory: str
    letters: int


def topic_counts(cases: Iterable[OpenCase], tables: Tables) -> list[TopicCount]:
    """The table by category, as it is published: of each topic that may be told, its letters."""
    counts = Counter(_named(_topic(case)) for case in cases)
    found = []
    for path in sorted(tables.topics):
        network, category, subcategory = (*path, ANY, ANY, ANY)[: len(TOPICS)]
        letters = sum(count for topic, count in counts.items() if topic[: len(path)] == path)
        found.append(TopicCount(network, category, subcategory, letters))
    return found


def sums_of(cells: Iterable[Cell], rows: Sequence[Row], tables: Tables) -> list[TableSum]:
    """What everybody knows of each part: the bulletin counts all letters, topics these rows'."""
    found: dict[tuple[str, str], Part] = {}
    for cell in cells:
        values = (unit_of(cell.path), cell.level.value, cell.channel.value)
        more = Part(cell.parts[REPLIED].numerator, cell.letters)
        for column, value in zip(("unit", "level", "channel"), values, strict=True):
            key = (column, _part(value, tables.told[column]))
            found[key] = found.get(key, Part()) + more
    sums = [
        TableSum(column, part, one.denominator, None if column == "channel" else int(one.numerator))
        for (column, part), one in sorted(found.items())
    ]
    for column in TOPICS:
        counts = Counter(row.parts[column] for row in rows)
        sums += [TableSum(column, part, count) for part, count in counts.items()]
    return sums


def _part(value: str, told: frozenset[str]) -> str:
    return value if value in told else REST


def _named(topic: Path) -> Path:
    """As in ``domain/topics.py``: as far as there are categories, ``("",)`` without any."""
    return tuple(one for one in topic if one) or ("",)


def _topic(case: OpenCase) -> Path:
    return case.network, case.category, case.subcategory
