"""Places on the map: everything is counted once, and nobody's house can be made out."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.anonymity import MINIMUM
from domain.mapping import (
    LARGEST,
    Area,
    GridCell,
    MapPart,
    Placed,
    joined_areas,
    merged_cells,
)

pytestmark = pytest.mark.ring("test")

LONGITUDES, LATITUDES = st.floats(-180, 180), st.floats(-90, 90)
POINTS = st.tuples(LONGITUDES, LATITUDES)
NEAR = st.tuples(st.floats(103.9, 104.3), st.floats(30.5, 30.9))
SQUARE = (104.0651, 30.6571)
CITY = "51"


def counted(points: list[tuple[float, float]]) -> Counter[GridCell]:
    return Counter(GridCell.of(*point) for point in points)


# Cells


def test_a_cell_is_a_hundredth_of_a_degree() -> None:
    assert GridCell.of(*SQUARE).bounds == (104.06, 30.65, 104.07, 30.66)


@given(POINTS, st.integers(0, LARGEST))
def test_a_cell_and_those_around_it_have_their_point(
    point: tuple[float, float], steps: int
) -> None:
    cell = GridCell.of(*point)
    for _ in range(steps):
        cell = cell.parent
    west, south, east, north = cell.bounds
    tiny = 1e-7  # a centimetre: a point is taken to seven decimals first
    assert west - tiny <= point[0] <= east + tiny
    assert south - tiny <= point[1] <= north + tiny
    assert west < east
    assert south < north
    assert max(-west, east) <= 180
    assert max(-south, north) <= 90


def test_what_lies_on_a_side_belongs_to_the_cell_east_of_it() -> None:
    sides = [hundredths / 100 for hundredths in range(-18000, 18000)]
    assert [GridCell.of(side, 0).bounds[0] for side in sides] == sides


# Merging


def test_ten_letters_are_shown_where_they_are() -> None:
    shown = {GridCell.of(*SQUARE): 10}
    assert merged_cells(counted([SQUARE] * 10), MINIMUM) == Placed(shown, 0, 0)


def test_nine_letters_are_shown_nowhere() -> None:
    assert merged_cells(counted([SQUARE] * 9), MINIMUM) == Placed({}, None, None)


def test_small_cells_side_by_side_are_shown_as_the_one_around_them() -> None:
    beside = (104.0751, 30.6571)
    points = [SQUARE] * 6 + [beside] * 6
    found = merged_cells(counted(points), MINIMUM, unplaced=12)
    assert found == Placed({GridCell.of(*SQUARE).parent: 12}, 0, 12)
    assert GridCell.of(*beside).parent == GridCell.of(*SQUARE).parent


@pytest.mark.parametrize(
    ("far", "unplaced", "shown", "withheld"),
    [
        (0, 0, [50, 20], (0, 0)),
        (10, 0, [50, 20, 10], (0, 0)),
        # a few in one place, and nobody without a place: the smallest place hides them
        (3, 0, [50], (None, None)),
        # those without a place hide the few, and the few them
        (3, 7, [50, 20], (None, None)),
        (3, 30, [50, 20], (None, None)),
        (0, 4, [50], (None, None)),
    ],
)
def test_what_is_left_of_the_citys_letters_is_none_or_enough(
    far: int, unplaced: int, shown: list[int], withheld: tuple[int | None, int | None]
) -> None:
    points = [SQUARE] * 50 + [(103.61, 31.0)] * 20 + [(102.0, 29.0)] * far
    found = merged_cells(counted(points), MINIMUM, unplaced)
    assert sorted(found.shown.values(), reverse=True) == shown
    assert (found.withheld, found.unplaced) == withheld


def test_those_who_work_on_cases_see_every_cell() -> None:
    cell = GridCell.of(*SQUARE)
    assert merged_cells({cell: 1}, 1, unplaced=2) == Placed({cell: 1}, 0, 2)


def test_months_are_added_up_as_each_of_them_is_told() -> None:
    cell, other = GridCell.of(*SQUARE), GridCell.of(103.61, 31.0)
    both = Placed({cell: 10}, 0, 12) + Placed({cell: 11, other: 20}, 0, None)
    assert both == Placed({cell: 21, other: 20}, 0, None)


@given(st.lists(st.one_of(NEAR, POINTS), max_size=60), st.integers(0, 40), st.integers(0, 20))
def test_no_cell_is_small_and_nothing_small_is_left(
    points: list[tuple[float, float]], at_square: int, unplaced: int
) -> None:
    points = points + [SQUARE] * at_square
    found = merged_cells(counted(points), MINIMUM, unplaced)
    assert all(letters >= MINIMUM for letters in found.shown.values())
    left = len(points) + unplaced - sum(found.shown.values())
    assert left == 0 or left >= MINIMUM or not found.shown
    for told in (found.withheld, found.unplaced):
        assert told is None or told == 0 or told >= MINIMUM
    covered = [
        point
        for point in points
        if any(cell in found.shown for cell in _around(GridCell.of(*point)))
    ]
    assert len(covered) >= sum(found.shown.values())


# Units

DISTRICTS = {"A": ["A1", "A2", "A3", None], "B": ["B1", "B2", None]}
LOCATED = [(None, None), *((one, two) for one, below in DISTRICTS.items() for two in below)]


def areas(
    part: MapPart, least: int = MINIMUM, **letters: int
) -> tuple[dict[Area, int], int | None]:
    """``A`` is a district's own, ``A1`` its township's, ``city`` in no district."""
    places: dict[tuple[str | None, str | None], int] = {}
    for name, times in letters.items():
        located = (name[0], name if len(name) > 1 else None)
        places[(None, None) if name == "city" else located] = times
    found = joined_areas(places, CITY, part, least)
    return dict(found.shown), found.withheld


def test_districts_of_enough_letters_are_shown_and_the_others_are_the_citys_rest() -> None:
    assert areas(MapPart.DISTRICT, A1=8, A=6, B1=8, city=4) == (
        {Area("A"): 14, Area(CITY, is_rest=True): 12},
        0,
    )


def test_a_small_rest_of_the_city_takes_the_smallest_district_along() -> None:
    shown = {Area("A"): 20, Area(CITY, is_rest=True): 15}
    assert areas(MapPart.DISTRICT, A1=20, B1=12, city=3) == (shown, 0)
    assert areas(MapPart.DISTRICT, A1=12, B1=3) == ({Area(CITY, is_rest=True): 15}, 0)


def test_what_is_not_enough_for_the_citys_rest_is_withheld() -> None:
    assert areas(MapPart.DISTRICT, A1=6, B1=3) == ({}, None)


def test_townships_of_enough_letters_are_shown_with_the_rest_of_their_district() -> None:
    shown = {Area("A1"): 19, Area("A2"): 12, Area("A", is_rest=True): 10}
    assert areas(MapPart.TOWNSHIP, A1=19, A2=12, A3=6, A=4) == (shown, 0)


def test_a_rest_that_is_too_small_takes_the_smallest_township_along() -> None:
    shown = {Area("A1"): 19, Area("A", is_rest=True): 15}
    assert areas(MapPart.TOWNSHIP, A1=19, A2=12, A3=3) == (shown, 0)


def test_nothing_of_a_district_with_few_letters_is_shown() -> None:
    assert areas(MapPart.TOWNSHIP, A1=4) == ({}, None)


def test_those_who_work_on_cases_see_every_township() -> None:
    shown, withheld = areas(MapPart.TOWNSHIP, least=1, A1=1, A=1, city=1)
    assert shown == {Area("A1"): 1, Area("A", is_rest=True): 1, Area(CITY, is_rest=True): 1}
    assert withheld == 0


@given(st.dictionaries(st.sampled_from(LOCATED), st.integers(0, 25)))
def test_units_show_every_letter_or_withhold_it_and_agree_with_each_other(
    places: dict[tuple[str | None, str | None], int],
) -> None:
    total = sum(places.values())
    districts = joined_areas(places, CITY, MapPart.DISTRICT, MINIMUM)
    townships = joined_areas(places, CITY, MapPart.TOWNSHIP, MINIMUM)
    assert districts.withheld == townships.withheld == (None if 0 < total < MINIMUM else 0)
    for found in (districts.shown, townships.shown):
        assert sum(found.values()) == (total if districts.withheld == 0 else 0)
        assert all(letters >= MINIMUM for letters in found.values())
    for district in DISTRICTS:
        below = [one for area, one in townships.shown.items() if area.unit.startswith(district)]
        assert sum(below) == districts.shown.get(Area(district), 0)


def _around(cell: GridCell) -> list[GridCell]:
    cells = [cell]
    for _ in range(LARGEST):
        cells.append(cells[-1].parent)
    return cells
