"""Where letters are, for any filter: by district, by township, by grid cell.

What the public is not shown, and why, says ``domain/mapping.py``.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from domain.actors import Actor
from domain.directory import Unit
from domain.divisions import Divisions
from domain.map_filters import MapAsked
from domain.mapping import LEAST, Area, Count, GridCell, MapPart, joined_areas, merged_cells
from domain.written import WrittenLetter
from services.matters.topics import months_between
from services.office import Office

__all__ = ["LetterMap", "MapAsked", "MapFeature", "letter_map"]

K = TypeVar("K")


@dataclass(frozen=True, slots=True)
class MapFeature:
    """A place with its letters: a grid cell, or a unit, or with ``is_rest`` what is left of one."""

    letters: int
    cell: GridCell | None = None
    unit: Unit | None = None
    is_rest: bool = False


@dataclass(frozen=True, slots=True)
class LetterMap:
    """``withheld`` letters are of places with fewer than ``least``; ``unplaced`` have no point.

    Both are None where they are fewer than ``least`` themselves, and not none.
    """

    part: MapPart
    least: int
    features: tuple[MapFeature, ...]
    withheld: int | None
    unplaced: int | None


@dataclass(slots=True)
class _Counting:
    """Letters counted by place, as they come."""

    cells: dict[GridCell, Count] = field(default_factory=dict)
    places: dict[tuple[str | None, str | None], Count] = field(default_factory=dict)
    unplaced: int = 0
    city: str = ""


async def letter_map(
    office: Office, asked: MapAsked, part: MapPart, actor: Actor, now: datetime
) -> LetterMap:
    """The map for whoever asks; ``InvalidInput`` for no months or too many of them."""
    counting = await _counted(office, asked, part, actor, now)
    least = 1 if actor.works_on_cases else LEAST
    if part is MapPart.GRID:
        cells, withheld = merged_cells(counting.cells, least)
        features = tuple(MapFeature(letters, cell=cell) for cell, letters in sorted(cells.items()))
    else:
        areas, withheld = joined_areas(counting.places, counting.city, part, least)
        features = await _named(office, areas)
    withheld_told, unplaced = _told(withheld, least), _told(counting.unplaced, least)
    return LetterMap(part, least, features, withheld_told, unplaced)


async def _counted(
    office: Office, asked: MapAsked, part: MapPart, actor: Actor, now: datetime
) -> _Counting:
    months = months_between(asked.first, asked.last, "filter.to")
    divisions = Divisions(await office.directory.divisions())
    counting = _Counting()
    for month in months:
        letters = await office.written.of_month(month, actor, now)
        roots = {letter.category[0] for letter in letters if letter.category}
        found = await office.directory.categories_by_id(roots)
        networks = {one.id: one.network for one in found.values()}
        for letter in letters:
            is_meant = asked.matches(letter, networks)
            _count(counting, letter, part, divisions, is_meant=is_meant)
        await asyncio.sleep(0)  # others are served between two months
    return counting


def _count(
    counting: _Counting,
    letter: WrittenLetter,
    part: MapPart,
    divisions: Divisions,
    *,
    is_meant: bool,
) -> None:
    one = Count(letters=1) if is_meant else Count(others=1)
    place = letter.place
    if part is not MapPart.GRID:
        counting.city = letter.mailbox_path[0]
        _add(counting.places, divisions.locate(letter), one)
    elif place.longitude is not None and place.latitude is not None:
        _add(counting.cells, GridCell.of(place.longitude, place.latitude), one)
    else:
        counting.unplaced += is_meant


def _add(counts: dict[K, Count], key: K, one: Count) -> None:
    counts[key] = counts.get(key, Count()) + one


async def _named(office: Office, areas: Mapping[Area, int]) -> tuple[MapFeature, ...]:
    """The areas as features, in the order of the directory's lists; the city's rest first."""
    units = await office.directory.units_by_code({area.unit for area in areas})
    ordered = sorted(areas, key=lambda area: (units[area.unit].order, area.is_rest))
    return tuple(
        MapFeature(areas[area], unit=units[area.unit], is_rest=area.is_rest) for area in ordered
    )


def _told(letters: int, least: int) -> int | None:
    return None if 0 < letters < least else letters
