"""A month of a small city as everybody may know it, and what a solver makes of that.

The unknowns are how many letters there are of each unit, level, channel and category together,
and how many of them were replied to: whole numbers, none below zero. Whatever is published is a
constraint on them. What is withheld is then as uncertain as its least and its greatest value.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise, product

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from domain.anonymity import Path, published_paths
from domain.definitions import BY_ID, DEFINITIONS
from domain.disclosure import disclose_city, levels_told, units_told
from domain.figures import Cell, Part, sum_of
from domain.open_data import ANY, OpenCase, Row, anonymised
from domain.open_tables import REPLIED, parts_of, published_tables, sums_of, unit_of
from domain.words import Channel, MailboxLevel

REPLY_RATE = BY_ID[REPLIED]


@dataclass(frozen=True, slots=True, order=True)
class Kind:
    """What letters may have in common."""

    path: Path
    level: MailboxLevel
    channel: Channel
    topic: Path


@dataclass(frozen=True, slots=True)
class City:
    """Letters by kind, and how many of them were replied to."""

    letters: Mapping[Kind, int]
    replied: Mapping[Kind, int]

    @property
    def cells(self) -> tuple[Cell, ...]:
        found: dict[tuple[Path, MailboxLevel, Channel], Part] = defaultdict(Part)
        for kind, count in self.letters.items():
            found[kind.path, kind.level, kind.channel] += Part(self.replied[kind], count)
        return tuple(
            Cell(*key, part.denominator, {one.id: part for one in DEFINITIONS})
            for key, part in sorted(found.items())
        )

    def rows(self, minimum: int, *, beside_tables: bool = True) -> tuple[OpenCase, ...]:
        """The month's open data; not ``beside_tables``: as if nothing else were published."""
        cells = self.cells
        cases = [
            _case(kind, is_replied=place < self.replied[kind])
            for kind, count in self.letters.items()
            for place in range(count)
        ]
        tables = published_tables(cells, cases, minimum)
        rows = [Row(one, parts_of(one, tables)) for one in cases]
        return anonymised(rows, minimum, sums_of(cells, rows, tables) if beside_tables else ())


def _case(kind: Kind, *, is_replied: bool) -> OpenCase:
    network, category, subcategory = (*kind.topic, "", "")[:3]
    return OpenCase(
        week="2017-01-02",
        level=kind.level.value,
        channel=kind.channel.value,
        kind="COMPLAINT",
        network=network,
        category=category,
        subcategory=subcategory,
        unit_level="DISTRICT",
        unit=unit_of(kind.path),
        outcome="",
        reply_days="4-5" if is_replied else "",
        overdue=False,
        survey="NOT_ANSWERED",
    )


def draw_city(seed: int) -> City:
    """Some units, levels, channels and categories, with many letters or few; one unit has few."""
    chance = random.Random(seed)  # the same one every time
    paths: list[Path] = [("c",), ("c", "a"), ("c", "b"), ("c", "d"), ("c", "a", "x")]
    levels = [MailboxLevel.CITY_GOVERNMENT, MailboxLevel.DISTRICT, MailboxLevel.TOWNSHIP]
    topics: list[Path] = [("SAFETY", "1", "11"), ("SAFETY", "1", "12"), ("SERVICE", "2", ""), ("",)]
    letters: dict[Kind, int] = {}
    replied: dict[Kind, int] = {}
    for parts in product(paths, levels, (Channel.WEB, Channel.SMS), topics):
        count = chance.choice((0, 0, 0, 1, 2, 3, 5, 12, 30))
        letters[Kind(*parts)] = count
        replied[Kind(*parts)] = chance.choice((count, count, chance.randint(0, count)))
    few = [
        Kind(("c", "e"), *parts) for parts in product(levels, (Channel.WEB, Channel.SMS), topics)
    ]
    letters |= dict.fromkeys(few, 0)
    replied |= dict.fromkeys(few, 0)
    for kind in chance.sample(few, 3):
        letters[kind] = chance.randint(1, 3)
        replied[kind] = chance.randint(0, letters[kind])
    return City(letters, replied)


def closed_again(city: City, seed: int) -> City:
    """Another edition: some letters have been replied to since."""
    chance = random.Random(seed)
    replied = {
        kind: chance.choice((known, known, chance.randint(known, city.letters[kind])))
        for kind, known in city.replied.items()
    }
    return City(city.letters, replied)


@dataclass(slots=True)
class Knowledge:
    """Constraints on the unknowns: ``n`` of a kind, ``r`` of a kind, and rows of open data.

    Of several editions each has an ``r`` of its own, no smaller than that of the one before.
    """

    kinds: list[Kind]
    editions: int = 1
    entries: list[tuple[int, int, float]] = field(default_factory=list)
    low: list[float] = field(default_factory=list)
    high: list[float] = field(default_factory=list)
    size: int = 0

    def __post_init__(self) -> None:
        self.size = (1 + self.editions) * len(self.kinds)
        for place in range(len(self.kinds)):
            ordered = [self.replied(place, one) for one in range(self.editions)] + [place]
            for less, more in pairwise(ordered):
                self.know({more: 1, less: -1}, 0, np.inf)

    def replied(self, place: int, edition: int = 0) -> int:
        return (1 + edition) * len(self.kinds) + place

    def know(self, terms: Mapping[int, float], low: float, high: float) -> None:
        self.entries += [(len(self.low), place, times) for place, times in terms.items()]
        self.low.append(low)
        self.high.append(high)

    def new(self) -> int:
        self.size += 1
        return self.size - 1

    def places(self, is_meant: Callable[[Kind], bool]) -> list[int]:
        return [place for place, kind in enumerate(self.kinds) if is_meant(kind)]

    def sum_is(
        self,
        is_meant: Callable[[Kind], bool],
        letters: int | None,
        replied: int | None,
        edition: int = 0,
    ) -> None:
        """A published sum."""
        meant = self.places(is_meant)
        if letters is not None:
            self.know(dict.fromkeys(meant, 1), letters, letters)
        if replied is not None:
            self.know({self.replied(one, edition): 1 for one in meant}, replied, replied)

    def bounds(self, places: Iterable[int]) -> tuple[int, int]:
        """The least and the greatest sum of these unknowns."""
        cost = np.zeros(self.size)
        cost[list(places)] = 1
        rows, columns, times = zip(*self.entries, strict=True)
        matrix = csr_array((times, (rows, columns)), shape=(len(self.low), self.size))
        found = []
        for sign in (1, -1):
            solved = milp(
                sign * cost,
                integrality=np.ones(self.size, dtype=np.int64),
                bounds=Bounds(0, 10_000),
                constraints=LinearConstraint(matrix, self.low, self.high),
            )
            assert solved.success, solved.message
            found.append(round(sign * solved.fun))
        return found[0], found[1]


def known_of(editions: Sequence[City], minimum: int) -> Knowledge:
    """All that is published of the month in its editions, put together."""
    known = Knowledge(sorted(editions[0].letters), len(editions))
    for edition, city in enumerate(editions):
        know_tables(known, city, minimum, edition)
        know_rows(known, city.rows(minimum), edition)
    return known


def know_tables(known: Knowledge, city: City, minimum: int, edition: int = 0) -> None:
    cells = city.cells
    whole = disclose_city(sum_of(cells), minimum)
    part = whole.counts.parts.get(REPLIED)
    known.sum_is(lambda _: True, whole.letters, int(part.numerator) if part else None, edition)
    for channel, count in whole.counts.by_channel.items():
        known.sum_is(lambda kind, one=channel: kind.channel is one, count, None)  # type: ignore[misc]
    for level, count in whole.counts.by_level.items():
        known.sum_is(lambda kind, one=level: kind.level is one, count, None)  # type: ignore[misc]
    for level in levels_told(cells, REPLY_RATE, minimum):
        replied = int(sum_of(cells, None, level).parts[REPLIED].numerator)
        known.sum_is(lambda kind, one=level: kind.level is one, None, replied, edition)  # type: ignore[misc]
    for code in units_told(cells, None, minimum):
        counts = sum_of(cells, code)
        is_told = code in units_told(cells, REPLY_RATE, minimum)
        replied = int(counts.parts[REPLIED].numerator)
        known.sum_is(
            lambda kind, one=code: one in kind.path,  # type: ignore[misc]
            counts.letters,
            replied if is_told else None,
            edition,
        )
    _know_topics(known, city, minimum)


def _know_topics(known: Knowledge, city: City, minimum: int) -> None:
    topics: Counter[Path] = Counter()
    for kind, count in city.letters.items():
        topics[_named(kind.topic)] += count
    for topic in published_paths({one: (count,) for one, count in topics.items()}, minimum):
        count = sum(count for one, count in topics.items() if one[: len(topic)] == topic)
        known.sum_is(lambda kind, one=topic: _named(kind.topic)[: len(one)] == one, count, None)  # type: ignore[misc]


def know_rows(known: Knowledge, rows: Iterable[OpenCase], edition: int = 0) -> None:
    """Each row is of some kind that it may be of; no kind has more rows than letters."""
    of_kind, replied_of_kind = defaultdict[int, list[int]](list), defaultdict[int, list[int]](list)
    groups = Counter((_shown(row), row.reply_days != "") for row in rows)
    for (shown, is_replied), count in groups.items():
        shares = {}
        for place in known.places(lambda kind, one=shown: _may_be(kind, one)):  # type: ignore[misc]
            shares[share := known.new()] = 1
            (replied_of_kind if is_replied else of_kind)[place].append(share)
        known.know(shares, count, count)
    for place in range(len(known.kinds)):
        replied = known.replied(place, edition)
        known.know({replied: 1, **dict.fromkeys(replied_of_kind[place], -1)}, 0, np.inf)
        known.know({place: 1, replied: -1, **dict.fromkeys(of_kind[place], -1)}, 0, np.inf)


def _shown(row: OpenCase) -> tuple[str, ...]:
    return row.unit, row.level, row.channel, row.network, row.category, row.subcategory


def _may_be(kind: Kind, shown: tuple[str, ...]) -> bool:
    topic = (*kind.topic, "", "")[:3]
    values = (unit_of(kind.path), kind.level.value, kind.channel.value, *topic)
    return all(told in (ANY, value) for told, value in zip(shown, values, strict=True))


def _named(topic: Path) -> Path:
    return tuple(one for one in topic if one) or ("",)
