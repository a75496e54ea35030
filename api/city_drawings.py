"""Numbers as shapes: places in a drawing, and how a number is written. No markup here."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from services.city.page import Square

COURSE_WIDTH, COURSE_HEIGHT = 320, 176
_LEFT, _TOP, _BOTTOM = 44, 8, 150
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


def in_percent(fractions: Sequence[float | None]) -> Sequence[float | None]:
    """Each as a part of a hundred; what is not known stays so."""
    return [None if one is None else one * 100 for one in fractions]


@dataclass(frozen=True, slots=True)
class Course:
    """A line over the months in a box of COURSE_WIDTH by COURSE_HEIGHT.

    ``runs`` are the points between months without data, ``dots`` every point, ``marks`` the
    values that the height is read by, each with its height.
    """

    runs: Sequence[str]
    dots: Sequence[tuple[float, float]]
    marks: Sequence[tuple[float, str]]


def course(values: Sequence[float | None], unit: str) -> Course:
    """The line through the values, of which one at least is known.

    There is some room around it, but no share beyond the whole and nothing below nothing.
    """
    known = [one for one in values if one is not None]
    room = max((max(known) - min(known)) / 10, 0.5 if unit == "%" else max(known) / 50, 0.01)
    low, high = max(min(known) - room, 0), max(known) + room
    high = min(high, 100) if unit == "%" else high
    across = (COURSE_WIDTH - _LEFT - 6) / max(len(values) - 1, 1)

    def height(value: float) -> float:
        return round(_TOP + (_BOTTOM - _TOP) * (high - value) / (high - low), 1)

    points = [
        None if one is None else (round(_LEFT + across * place, 1), height(one))
        for place, one in enumerate(values)
    ]
    runs = [
        " ".join(f"{x},{y}" for x, y in filter(None, run))
        for is_gap, run in groupby(points, lambda one: one is None)
        if not is_gap
    ]
    steps = [low + (high - low) * part / 3 for part in range(4)]
    marks = [(height(one), _mark(one, high - low)) for one in steps]
    return Course(runs, [one for one in points if one], marks)


def _mark(value: float, span: float) -> str:
    return f"{value:,.0f}" if span > 6 else f"{value:.1f}" if span > 0.6 else f"{value:.2f}"


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
