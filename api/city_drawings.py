"""Numbers as shapes: places in a drawing, and how a number is written. No markup here."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from services.city.page import Square

LINE_WIDTH, LINE_HEIGHT = 120, 28
MAP_WIDTH = 640
SHADES = 5


def counted(number: float) -> str:
    """A count, in groups of three digits; a fraction of a day keeps one place."""
    return f"{number:,.0f}" if float(number).is_integer() else f"{number:,.1f}"


def measured(value: float, *, in_days: bool) -> str:
    """The value of a figure without its unit: percent or days, to two places."""
    return f"{value:.2f}" if in_days else f"{value * 100:.2f}"


def percent(part: float, whole: float) -> float:
    """How much of the whole, 0 to 100; 0 where there is no whole."""
    return round(100 * part / whole, 1) if whole else 0.0


def line(series: Sequence[float]) -> str:
    """The points of a line through the series, in a box of LINE_WIDTH by LINE_HEIGHT."""
    most, steps = max([*series, 1]), max(len(series) - 1, 1)
    return " ".join(
        f"{2 + (LINE_WIDTH - 4) * place / steps:.1f},"
        f"{LINE_HEIGHT - 3 - (LINE_HEIGHT - 6) * value / most:.1f}"
        for place, value in enumerate(series)
    )


@dataclass(frozen=True, slots=True)
class Drawn:
    """A square on the map, in units of the drawing; ``shade`` runs from 1, the lightest."""

    x: float
    y: float
    width: float
    height: float
    shade: int
    square: Square


@dataclass(frozen=True, slots=True)
class Drawing:
    """The map: its size, and its squares, those that lie around others first."""

    width: float
    height: float
    squares: Sequence[Drawn]


def drawn(squares: Sequence[Square]) -> Drawing | None:
    """The squares where they lie, north above; None where there are none.

    A degree of longitude is shorter than one of latitude by the cosine of where the city lies.
    """
    if not squares:
        return None
    north, south = max(one.north for one in squares), min(one.south for one in squares)
    east, west = max(one.east for one in squares), min(one.west for one in squares)
    narrower = math.cos(math.radians((north + south) / 2))
    up = MAP_WIDTH / max((east - west) * narrower, north - south)
    across = up * narrower
    densities = sorted(one.density for one in squares)
    found = [
        Drawn(
            (one.west - west) * across,
            (north - one.north) * up,
            (one.east - one.west) * across,
            (one.north - one.south) * up,
            1 + SHADES * bisect_left(densities, one.density) // len(densities),
            one,
        )
        for one in sorted(squares, key=lambda one: (one.south - one.north, -one.north, one.west))
    ]
    return Drawing((east - west) * across, (north - south) * up, found)
