"""Places on the map: everything is counted once, and nobody's house can be made out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.mapping import (
    LARGEST,
    LEAST,
    Area,
    Count,
    GridCell,
    MapPart,
    joined_areas,
    merged_cells,
)

pytestmark = pytest.mark.ring("test")

LONGITUDES, LATITUDES = st.floats(-180, 180), st.floats(-90, 90)
POINTS = st.tuples(LONGITUDES, LATITUDES)
NEAR = st.tuples(st.floats(103.9, 104.3), st.floats(30.5, 30.9))
SQUARE = (104.0651, 30.6571)
CITY = "51"


def counted(points: list[tuple[float, float]]) -> dict[GridCell, Count]:
    counts: dict[GridCell, Count] = {}
    for point in points:
        cell = GridCell.of(*point)
        counts[cell] = counts.get(cell, Count()) + Count(1)
    return counts


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


def test_five_letters_are_shown_where_they_are() -> None:
    shown, withheld = merged_cells(counted([SQUARE] * 5), LEAST)
    assert shown == {GridCell.of(*SQUARE): 5}
    assert withheld == 0


def test_four_letters_are_shown_nowhere() -> None:
    assert merged_cells(counted([SQUARE] * 4), LEAST) == ({}, 4)


def test_small_cells_side_by_side_are_shown_as_the_one_around_them() -> None:
    beside = (104.0751, 30.6571)
    shown, withheld = merged_cells(counted([SQUARE] * 3 + [beside] * 3 + [(104.01, 30.6)]), LEAST)
    assert shown == {GridCell.of(*SQUARE).parent: 6}
    assert GridCell.of(*beside).parent == GridCell.of(*SQUARE).parent
    assert withheld == 1


def test_a_large_cell_stays_beside_a_small_one() -> None:
    beside = (104.0751, 30.6571)
    shown, withheld = merged_cells(counted([SQUARE] * 50 + [beside] * 2), LEAST)
    assert (shown, withheld) == ({GridCell.of(*SQUARE): 50}, 2)


def test_the_few_that_a_filter_leaves_out_cannot_be_taken_from_the_whole() -> None:
    cell = GridCell.of(*SQUARE)
    assert merged_cells({cell: Count(9, 1)}, LEAST) == ({}, 9)
    assert merged_cells({cell: Count(9, 5)}, LEAST) == ({cell: 9}, 0)


def test_those_who_work_on_cases_see_every_cell() -> None:
    cell = GridCell.of(*SQUARE)
    assert merged_cells({cell: Count(1, 1)}, 1) == ({cell: 1}, 0)


@given(st.lists(st.one_of(NEAR, POINTS), max_size=60), st.integers(0, 40))
def test_every_letter_is_in_one_cell_or_withheld(
    points: list[tuple[float, float]], at_square: int
) -> None:
    points = points + [SQUARE] * at_square
    shown, withheld = merged_cells(counted(points), LEAST)
    assert sum(shown.values()) + withheld == len(points)
    assert all(letters >= LEAST for letters in shown.values())
    covered = [
        point for point in points if any(cell in shown for cell in _around(GridCell.of(*point)))
    ]
    assert len(covered) >= sum(shown.values())


# Units

DISTRICTS = {"A": ["A1", "A2", "A3", None], "B": ["B1", "B2", None]}
LOCATED = [(None, None), *((one, two) for one, below in DISTRICTS.items() for two in below)]


def areas(part: MapPart, least: int = LEAST, **letters: int) -> tuple[dict[Area, int], int]:
    """``A`` is a district's own, ``A1`` its township's, ``city`` in no district."""
    places: dict[tuple[str | None, str | None], Count] = {}
    for name, times in letters.items():
        located = (name[0], name if len(name) > 1 else None)
        places[(None, None) if name == "city" else located] = Count(times)
    return joined_areas(places, CITY, part, least)


def test_districts_of_enough_letters_are_shown_and_the_others_are_the_citys_rest() -> None:
    assert areas(MapPart.DISTRICT, A1=4, A=3, B1=4, city=2) == (
        {Area("A"): 7, Area(CITY, is_rest=True): 6},
        0,
    )


def test_what_is_not_enough_for_the_citys_rest_is_withheld() -> None:
    assert areas(MapPart.DISTRICT, A1=6, B1=3) == ({Area("A"): 6}, 3)


def test_townships_of_enough_letters_are_shown_with_the_rest_of_their_district() -> None:
    shown = {Area("A1"): 9, Area("A2"): 6, Area("A", is_rest=True): 5}
    assert areas(MapPart.TOWNSHIP, A1=9, A2=6, A3=3, A=2) == (shown, 0)


def test_a_rest_that_is_too_small_takes_the_smallest_township_along() -> None:
    shown = {Area("A1"): 9, Area("A", is_rest=True): 9}
    assert areas(MapPart.TOWNSHIP, A1=9, A2=6, A3=3) == (shown, 0)


def test_nothing_of_a_district_with_few_letters_is_shown() -> None:
    assert areas(MapPart.TOWNSHIP, A1=4) == ({}, 4)


def test_those_who_work_on_cases_see_every_township() -> None:
    shown, withheld = areas(MapPart.TOWNSHIP, least=1, A1=1, A=1, city=1)
    assert shown == {Area("A1"): 1, Area("A", is_rest=True): 1, Area(CITY, is_rest=True): 1}
    assert withheld == 0


@given(
    st.dictionaries(
        st.sampled_from(LOCATED), st.builds(Count, st.integers(0, 12), st.integers(0, 12))
    )
)
def test_units_show_every_letter_or_withhold_it_and_agree_with_each_other(
    places: dict[tuple[str | None, str | None], Count],
) -> None:
    total = sum(count.letters for count in places.values())
    districts, kept_back = joined_areas(places, CITY, MapPart.DISTRICT, LEAST)
    townships, withheld = joined_areas(places, CITY, MapPart.TOWNSHIP, LEAST)
    assert kept_back == withheld
    assert sum(districts.values()) + withheld == sum(townships.values()) + withheld == total
    assert all(letters >= LEAST for letters in (*districts.values(), *townships.values()))
    for district in DISTRICTS:
        below = [letters for area, letters in townships.items() if area.unit.startswith(district)]
        assert sum(below) == districts.get(Area(district), 0)


def _around(cell: GridCell) -> list[GridCell]:
    cells = [cell]
    for _ in range(LARGEST):
        cells.append(cells[-1].parent)
    return cells
