"""Where letters are, so that nobody's house can be made out: cells that merge, units that join.

Letters are counted twice: those that match the filter, and the others of the same place and
months. A place is shown when at least ``least`` match and when the others are none or as many, so
that a count without the filter does not give away a few by subtraction. What is not shown goes on:

* of the grid to the cell around it, four times as large, up to ``LARGEST``; what is not enough
  there either is withheld;
* of a township to the rest of its district, which takes its smallest shown township too while it
  is not enough itself: the district's own count is known; of a district to the rest of the city.

``least`` of 1 shows everything: for those who work on cases.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from domain.words import Word

LEAST = 5
"""Letters: no place of fewer is shown in public."""

LARGEST = 5
"""Cells merge so many times: from 0.01° to 0.32°, in Chengdu from 1 km to 31 to 36 km."""

UNITS_PER_DEGREE = 10**7
"""Places are taken to seven decimals, a centimetre, as GeoJSON has them (RFC 7946, 11.2)."""

SIDE = UNITS_PER_DEGREE // 100
"""Of the smallest cell: 0.01°."""


class MapPart(Word):
    """What the map counts by."""

    DISTRICT = "DISTRICT", "区（市）县", "District or county"
    TOWNSHIP = "TOWNSHIP", "镇（街道）", "Township or subdistrict"
    GRID = "GRID", "网格", "Grid cell"


@dataclass(frozen=True, slots=True)
class Count:
    """Letters that match, and others of the same place and months."""

    letters: int = 0
    others: int = 0

    def __add__(self, other: Count) -> Count:
        return Count(self.letters + other.letters, self.others + other.others)

    def is_shown(self, least: int) -> bool:
        return self.letters >= least and (self.others == 0 or self.others >= least)


@dataclass(frozen=True, slots=True, order=True)
class GridCell:
    """A square of ``0.01° · 2**depth``, counted from 0° in both directions (WGS 84)."""

    depth: int
    column: int
    row: int

    @classmethod
    def of(cls, longitude: float, latitude: float) -> GridCell:
        """The smallest one that has this point; its west and south sides belong to it."""
        return cls(0, _unit(longitude, 180) // SIDE, _unit(latitude, 90) // SIDE)

    @property
    def parent(self) -> GridCell:
        """The cell around it, four times as large."""
        return GridCell(self.depth + 1, self.column >> 1, self.row >> 1)

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north in degrees, to two decimals."""
        west, east = (_degrees(self.column + side, self.depth, 180) for side in (0, 1))
        south, north = (_degrees(self.row + side, self.depth, 90) for side in (0, 1))
        return west, south, east, north


@dataclass(frozen=True, slots=True)
class Area:
    """A district, a township, or with ``is_rest`` what is left of a unit beside those shown."""

    unit: str
    is_rest: bool = False


Places: TypeAlias = Mapping[tuple[str | None, str | None], Count]
"""Counts by district and township, each None where it is not known."""


def merged_cells(counts: Mapping[GridCell, Count], least: int) -> tuple[dict[GridCell, int], int]:
    """Letters by the cell that they are shown in, and how many are withheld.

    A cell may lie around smaller ones that are shown by themselves: it has what they have not.
    """
    shown: dict[GridCell, int] = {}
    pools = dict(counts)
    for _ in range(LARGEST + 1):
        above: dict[GridCell, Count] = {}
        for cell, count in sorted(pools.items()):
            if count.is_shown(least):
                shown[cell] = count.letters
            else:
                above[cell.parent] = above.get(cell.parent, Count()) + count
        pools = above
    return shown, sum(count.letters for count in pools.values())


def joined_areas(
    counts: Places, city: str, part: MapPart, least: int
) -> tuple[dict[Area, int], int]:
    """Letters by the area that they are shown in, and how many are withheld."""
    districts, rest = _by_district(counts)
    shown: dict[Area, int] = {}
    for district, townships in sorted(districts.items()):
        whole = sum(townships.values(), Count())
        if not whole.is_shown(least):
            rest += whole
        elif part is MapPart.DISTRICT:
            shown[Area(district)] = whole.letters
        else:
            shown.update(_townships(district, townships, least))
    if rest.is_shown(least):
        shown[Area(city, is_rest=True)] = rest.letters
        return shown, 0
    return shown, rest.letters


def _by_district(counts: Places) -> tuple[dict[str, dict[str | None, Count]], Count]:
    """Each district's counts by township, and what is in no district."""
    districts: dict[str, dict[str | None, Count]] = {}
    nowhere = Count()
    for (district, township), count in counts.items():
        if district is None:
            nowhere += count
        else:
            below = districts.setdefault(district, {})
            below[township] = below.get(township, Count()) + count
    return districts, nowhere


def _townships(
    district: str, counts: Mapping[str | None, Count], least: int
) -> Iterator[tuple[Area, int]]:
    """What is shown of a district that is shown as a whole."""
    rest, shown = Count(), list[tuple[int, str, Count]]()
    for township, count in counts.items():
        if township is not None and count.is_shown(least):
            shown.append((count.letters, township, count))
        else:
            rest += count
    shown.sort(key=lambda one: one[:2], reverse=True)
    while rest.letters and not rest.is_shown(least):
        rest += shown.pop()[2]
    yield from ((Area(township), letters) for letters, township, _ in sorted(shown, key=_code))
    if rest.letters:
        yield Area(district, is_rest=True), rest.letters


def _code(one: tuple[int, str, Count]) -> str:
    return one[1]


def _unit(degrees: float, most: int) -> int:
    """In ten-millionths of a degree; the last side of the world belongs to the last cell."""
    return min(round(degrees * UNITS_PER_DEGREE), most * UNITS_PER_DEGREE - 1)


def _degrees(place: int, depth: int, most: int) -> float:
    """Of a cell's side, which does not leave the world."""
    hundredths = place << depth
    return max(-most * 100, min(hundredths, most * 100)) / 100
