"""Where letters are, so that nobody's house can be made out: cells that merge, units that join.

A place is shown when it has at least ``least`` letters; what is not shown goes on:

* of the grid to the cell around it, four times as large, up to ``LARGEST``; what is not enough
  there either is withheld;
* of a township to the rest of its district, of a district to the rest of the city.

A sum of all letters is known, so what is withheld is none or at least ``least`` too: else it
takes the smallest place that is shown along. ``least`` of 1 shows everything: for those who work
on cases.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Generic, TypeAlias, TypeVar

from domain.words import Word

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


Places: TypeAlias = Mapping[tuple[str | None, str | None], int]
"""Counts by district and township, each None where it is not known."""
K = TypeVar("K", bound="GridCell | Area")


@dataclass(frozen=True, slots=True)
class Placed(Generic[K]):
    """Letters by the place that they are shown in; ``withheld`` are in none.

    Of what is ``withheld`` some name no point at all. Both are None where one would tell of a
    few: then their sum is not small.
    """

    shown: Mapping[K, int]
    withheld: int | None = 0
    unplaced: int | None = 0

    def __add__(self, other: Placed[K]) -> Placed[K]:
        places = {**self.shown, **other.shown}
        return Placed(
            {one: self.shown.get(one, 0) + other.shown.get(one, 0) for one in places},
            _added(self.withheld, other.withheld),
            _added(self.unplaced, other.unplaced),
        )


def merged_cells(counts: Mapping[GridCell, int], least: int, unplaced: int = 0) -> Placed[GridCell]:
    """By grid cells; one may lie around smaller ones that are shown: it has what they have not."""
    shown: dict[GridCell, int] = {}
    pools = dict(counts)
    for _ in range(LARGEST + 1):
        above: dict[GridCell, int] = {}
        for cell, count in sorted(pools.items()):
            if count >= least:
                shown[cell] = count
            else:
                above[cell.parent] = above.get(cell.parent, 0) + count
        pools = above
    withheld = sum(pools.values())
    if _is_told(withheld, least) and _is_told(unplaced, least):
        return Placed(shown, withheld, unplaced)
    while shown and withheld + unplaced < least:
        withheld += shown.pop(min(shown, key=lambda cell: (shown[cell], cell)))
    return Placed(shown, None, None)


def joined_areas(counts: Places, city: str, part: MapPart, least: int) -> Placed[Area]:
    """By areas."""
    districts, rest = _by_district(counts)
    whole = {one: sum(townships.values()) for one, townships in districts.items()}
    known, rest = _joined(whole, rest, least)
    shown: dict[Area, int] = {}
    for district in sorted(known):
        if part is MapPart.DISTRICT:
            shown[Area(district)] = known[district]
        else:
            shown.update(_townships(district, districts[district], least))
    if rest >= least:
        shown[Area(city, is_rest=True)] = rest
        rest = 0
    return Placed(shown, None if rest else 0)


def _joined(counts: Mapping[str, int], rest: int, least: int) -> tuple[dict[str, int], int]:
    """The units that are shown, and a rest that is none or enough, where there is enough at all."""
    shown = {one: count for one, count in counts.items() if count >= least}
    rest += sum(counts.values()) - sum(shown.values())
    while shown and not _is_told(rest, least):
        rest += shown.pop(min(shown, key=lambda one: (shown[one], one)))
    return shown, rest


def _by_district(counts: Places) -> tuple[dict[str, dict[str | None, int]], int]:
    """Each district's counts by township, and what is in no district."""
    districts: dict[str, dict[str | None, int]] = {}
    nowhere = 0
    for (district, township), count in counts.items():
        if district is None:
            nowhere += count
        else:
            below = districts.setdefault(district, {})
            below[township] = below.get(township, 0) + count
    return districts, nowhere


def _townships(
    district: str, counts: Mapping[str | None, int], least: int
) -> Iterator[tuple[Area, int]]:
    """What is shown of a district that is shown as a whole."""
    named = {one: count for one, count in counts.items() if one is not None}
    shown, rest = _joined(named, counts.get(None, 0), least)
    yield from ((Area(township), shown[township]) for township in sorted(shown))
    if rest:
        yield Area(district, is_rest=True), rest


def _is_told(letters: int, least: int) -> bool:
    return letters == 0 or letters >= least


def _added(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else one + other


def _unit(degrees: float, most: int) -> int:
    """In ten-millionths of a degree; the last side of the world belongs to the last cell."""
    return min(round(degrees * UNITS_PER_DEGREE), most * UNITS_PER_DEGREE - 1)


def _degrees(place: int, depth: int, most: int) -> float:
    """Of a cell's side, which does not leave the world."""
    hundredths = place << depth
    return max(-most * 100, min(hundredths, most * 100)) / 100
