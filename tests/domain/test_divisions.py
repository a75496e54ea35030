"""In which district and township a letter's matter is."""

from __future__ import annotations

import pytest

from domain.city import build_city
from domain.divisions import NOWHERE, Divisions
from tests.domain.tables import small_city
from tests.domain.written import written

pytestmark = pytest.mark.ring("test")

EAST, RIVER, HILL, WEST = "5101", "510101", "510102", "5102"
MORE = """+ 5102,西区,West District,51,district
510201,河街道,River Subdistrict,5102,township
510202,湖镇,Lake Town,5102,township"""
DIVISIONS = Divisions(build_city(small_city(divisions=MORE)).units)


@pytest.mark.parametrize(
    ("address", "located"),
    [
        ("蓉市东区河街道12号", (EAST, RIVER)),
        ("西区河街道", (WEST, "510201")),
        ("湖镇菜市场", (WEST, "510202")),
        ("河街道", NOWHERE),  # both districts have one
        ("东区某小区", (EAST, None)),
        ("东区与西区交界处", (EAST, None)),
        ("某小区", NOWHERE),
        ("", NOWHERE),
    ],
)
def test_an_address_names_its_district_and_township(
    address: str, located: tuple[str | None, str | None]
) -> None:
    assert DIVISIONS.named_in(address) == located


def test_the_address_comes_before_the_unit() -> None:
    letter = written(address="西区湖镇", path=("51", EAST, RIVER))
    assert DIVISIONS.locate(letter) == (WEST, "510202")


def test_the_responsible_unit_comes_before_the_mailbox() -> None:
    letter = written(path=("51", EAST, RIVER, "510101-CGZ"), mailbox_path=("51", WEST))
    assert DIVISIONS.locate(letter) == (EAST, RIVER)


def test_a_bureau_of_the_city_leaves_it_to_the_mailbox() -> None:
    letter = written(path=("51", "51-JYJ"), mailbox_path=("51", WEST))
    assert DIVISIONS.locate(letter) == (WEST, None)


def test_a_unit_adds_the_township_to_an_address_in_its_district() -> None:
    inside = written(address="东区某小区", path=("51", EAST, HILL))
    outside = written(address="西区某小区", path=("51", EAST, HILL))
    assert DIVISIONS.locate(inside) == (EAST, HILL)
    assert DIVISIONS.locate(outside) == (WEST, None)


def test_a_letter_to_the_city_without_a_place_is_in_no_district() -> None:
    assert DIVISIONS.locate(written()) == NOWHERE
