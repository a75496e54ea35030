"""Where letters are, for any filter: by district, by township, by grid cell.

What the public is not shown, and why, says ``domain/mapping.py``.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.actors import Actor
from domain.bulletins import Month
from domain.directory import Unit
from domain.divisions import Divisions
from domain.map_filters import MapAsked
from domain.mapping import Area, GridCell, MapPart, Placed, joined_areas, merged_cells
from domain.refusals import Forbidden
from domain.written import WrittenLetter
from services.figures.days import moment_for
from services.matters.topics import months_between
from services.office import Office

__all__ = ["LetterMap", "MapAsked", "MapFeature", "letter_map"]


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

    They are None where one of them would tell of a few.
    """

    part: MapPart
    least: int
    features: tuple[MapFeature, ...]
    withheld: int | None
    unplaced: int | None


async def letter_map(
    office: Office, asked: MapAsked, part: MapPart, actor: Actor, now: datetime
) -> LetterMap:
    """The map for whoever asks: what is told of several months is told of each of them.

    Raises ``InvalidInput`` for no months or too many of them, and ``Forbidden`` for a filter in
    public: a map of some letters beside one of all would tell of the few between them.
    """
    if asked.has_filter and not actor.works_on_cases:
        raise Forbidden(
            "按条件筛选的地图仅供工作人员使用。",
            "A map of some of the letters is for those who work on cases.",
        )
    now = await moment_for(office, actor, now)
    least = 1 if actor.works_on_cases else office.minimum
    divisions = Divisions(await office.directory.divisions())
    cells: Placed[GridCell] = Placed({})
    areas: Placed[Area] = Placed({})
    for month in months_between(asked.first, asked.last, "filter.to"):
        letters = await _letters(office, asked, month, actor, now)
        if part is MapPart.GRID:
            cells += _in_cells(letters, least)
        elif letters:
            places = Counter(divisions.locate(letter) for letter in letters)
            areas += joined_areas(places, letters[0].mailbox_path[0], part, least)
        await asyncio.sleep(0)  # others are served between two months
    if part is not MapPart.GRID:
        named = await _named(office, areas.shown)
        return LetterMap(part, least, named, areas.withheld, areas.unplaced)
    features = tuple(MapFeature(count, cell=cell) for cell, count in sorted(cells.shown.items()))
    return LetterMap(part, least, features, cells.withheld, cells.unplaced)


def _in_cells(letters: Sequence[WrittenLetter], least: int) -> Placed[GridCell]:
    places = [letter.place for letter in letters]
    found = Counter(
        GridCell.of(one.longitude, one.latitude)
        for one in places
        if one.longitude is not None and one.latitude is not None
    )
    return merged_cells(found, least, len(places) - found.total())


async def _letters(
    office: Office, asked: MapAsked, month: Month, actor: Actor, now: datetime
) -> list[WrittenLetter]:
    """Those of the month that are meant."""
    letters = await office.written.of_month(month, actor, now)
    roots = {letter.category[0] for letter in letters if letter.category}
    found = await office.directory.categories_by_id(roots)
    networks = {one.id: one.network for one in found.values()}
    return [letter for letter in letters if asked.matches(letter, networks)]


async def _named(office: Office, areas: Mapping[Area, int]) -> tuple[MapFeature, ...]:
    """The areas as features, in the order of the directory's lists; the city's rest first."""
    units = await office.directory.units_by_code({area.unit for area in areas})
    ordered = sorted(areas, key=lambda area: (units[area.unit].order, area.is_rest))
    return tuple(
        MapFeature(areas[area], unit=units[area.unit], is_rest=area.is_rest) for area in ordered
    )
