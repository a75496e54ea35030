"""How long replies took, all of them: a mean alone hides who waited for weeks."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from math import floor, fsum

BOUNDS = (0, 1, 3, 5, 10, 20)
"""Days at which the bars of the histogram begin; each ends before the next, the last nowhere."""


@dataclass(frozen=True, slots=True)
class Bar:
    """How many took ``from_days`` or more and less than ``to_days`` (None: any longer)."""

    from_days: int
    to_days: int | None
    letters: int


@dataclass(frozen=True, slots=True)
class Distribution:
    """Of so many letters, in calendar days of 86,400 seconds.

    Quantiles are interpolated between the two nearest letters, as most statistical programs do
    by default (Hyndman and Fan's type 7).
    """

    letters: int
    mean: float
    least: float
    lower_quartile: float
    median: float
    upper_quartile: float
    ninth_decile: float
    most: float
    bars: tuple[Bar, ...]


def distribution(days: Collection[float]) -> Distribution | None:
    """How these are distributed; None when there are none."""
    if not days:
        return None
    ordered = sorted(days)
    return Distribution(
        letters=len(ordered),
        mean=fsum(ordered) / len(ordered),
        least=ordered[0],
        lower_quartile=quantile(ordered, 0.25),
        median=quantile(ordered, 0.5),
        upper_quartile=quantile(ordered, 0.75),
        ninth_decile=quantile(ordered, 0.9),
        most=ordered[-1],
        bars=_bars(ordered),
    )


def quantile(ordered: Sequence[float], share: float) -> float:
    """What ``share`` (0 to 1) of them are at most; ``ordered`` are ascending, at least one."""
    place = (len(ordered) - 1) * share
    below = floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def _bars(ordered: Sequence[float]) -> tuple[Bar, ...]:
    counts = [0] * len(BOUNDS)
    for one in ordered:
        counts[max(bisect_right(BOUNDS, one) - 1, 0)] += 1
    ends = (*BOUNDS[1:], None)
    return tuple(Bar(*span) for span in zip(BOUNDS, ends, counts, strict=True))
