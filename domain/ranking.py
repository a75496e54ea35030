"""Units side by side: who did better by a figure, and who did as well."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from domain.definitions import FigureName
from domain.figures import Part

LESS_IS_BETTER = frozenset({FigureName.OVERDUE_RATE, FigureName.AVERAGE_REPLY_DAYS})


@dataclass(frozen=True, slots=True)
class Candidate:
    """A unit with all below it: how many letters it had, and what the figure is made of."""

    unit: str
    letters: int
    part: Part


@dataclass(frozen=True, slots=True)
class Ranked:
    """A candidate in its place. ``rank`` is from 1; those who did as well share one: 1, 2, 2, 4.

    ``value`` is a fraction or days.
    """

    rank: int
    candidate: Candidate
    value: float


def ranked(candidates: Iterable[Candidate], figure: FigureName) -> tuple[Ranked, ...]:
    """Best first; of those who did as well the one with more letters first, then by code.

    Who has no data for the figure has no rank.
    """
    sign = 1 if figure in LESS_IS_BETTER else -1
    valued = [(one.part.value, one) for one in candidates]
    found = [(value, one) for value, one in valued if value is not None]
    found.sort(key=lambda pair: (sign * pair[0], -pair[1].letters, pair[1].unit))
    return tuple(_placed(found))


def _placed(found: Iterable[tuple[float, Candidate]]) -> Iterator[Ranked]:
    rank, before = 0, None
    for place, (value, candidate) in enumerate(found, 1):
        if value != before:
            rank, before = place, value
        yield Ranked(rank, candidate, value)
