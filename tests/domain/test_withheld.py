"""How many numbers of a month the public is not told."""

from __future__ import annotations

import pytest

from domain.withheld import count_withheld
from tests.domain.public_city import City
from tests.domain.test_disclosure import TWO_LEVELS, city_of

pytestmark = pytest.mark.ring("test")


def counted(city: City) -> list[tuple[str, int, int]]:
    found = count_withheld(city.cells, 10)
    return [(one.table.en, one.withheld, one.numbers) for one in found]


def test_where_all_are_many_nothing_is_withheld() -> None:
    # the city: letters, two levels, a channel, five figures; of units and levels six each
    assert counted(city_of(P=(60, 50, 60, 50), Q=(60, 50, 60, 50))) == [
        ("city", 0, 9),
        ("units", 0, 12),
        ("levels", 0, 12),
    ]


def test_a_small_unit_is_withheld_with_its_smallest_neighbour() -> None:
    assert counted(city_of(P=(5, 2, 0, 0), Q=(60, 50, 60, 50), R=(90, 80, 60, 50)))[1] == (
        "units",
        12,
        18,
    )


def test_of_few_letters_everything_is_withheld() -> None:
    few = counted(city_of(P=(5, 2, 0, 0)))
    assert few == [("city", 8, 8), ("units", 6, 6), ("levels", 6, 6)]
    assert counted(TWO_LEVELS)[2] == ("levels", 0, 12)
