"""The map of letters, as a client asks for it."""

from __future__ import annotations

from typing import Any

import pytest

from domain.calendar import city_date
from domain.words import Role
from tests.api.actions import CITY, DISTRICT, RIVER, category_id, mailbox_id, unit_id
from tests.api.clients import Client, Town

pytestmark = pytest.mark.ring("test")

MAP = """query Map($filter: LetterMapFilter!, $by: MapPart!) {
    letterMap(filter: $filter, by: $by) {
        minimumLetters withheld unplaced geojson
        features { letters isRest unit { code name } bounds { west south east north } } } }"""
PLACE = {"address": "东区河街道", "longitude": 104.0651, "latitude": 30.6571}


def this_month(town: Town) -> dict[str, str]:
    month = city_date(town.clock()).strftime("%Y-%m")
    return {"from": month, "to": month}


async def letter_map(town: Town, reader: Client, part: str, **asked: Any) -> Any:
    answer = await reader.ask(MAP, filter={**this_month(town), **asked}, by=part)
    return answer["letterMap"]


async def test_the_public_sees_places_of_ten_letters_and_staff_all(town: Town) -> None:
    far = {"longitude": 103.61, "latitude": 31.0}
    for _ in range(10):
        await town.letter(place=PLACE)
    public = await letter_map(town, town.citizen, "GRID")
    bounds = {"west": 104.06, "south": 30.65, "east": 104.07, "north": 30.66}
    assert public["features"] == [{"letters": 10, "isRest": False, "unit": None, "bounds": bounds}]
    assert (public["minimumLetters"], public["withheld"], public["unplaced"]) == (10, 0, 0)
    await town.letter(place=far, kind="PRAISE")
    assert await letter_map(town, town.citizen, "GRID") == public, "the same all day"
    refused = await town.citizen.send(MAP, filter={**this_month(town), "kind": "PRAISE"}, by="GRID")
    assert refused.code == "FORBIDDEN"
    staff = await letter_map(town, town.person(Role.REVIEWER), "GRID")
    assert sorted(one["letters"] for one in staff["features"]) == [1, 10]
    praise = await letter_map(town, town.person(Role.REVIEWER), "GRID", kind="PRAISE")
    assert [one["letters"] for one in praise["features"]] == [1]


async def test_units_are_features_with_names_and_without_geometry(town: Town) -> None:
    await town.letter(place=PLACE)
    found = await letter_map(town, town.person(Role.REVIEWER), "TOWNSHIP")
    townships = [one["unit"]["code"] for one in found["features"]]
    assert RIVER in townships
    told = [one for one in found["geojson"]["features"] if one["properties"]["unit"] == RIVER]
    assert [one["geometry"] for one in told] == [None]
    assert told[0]["properties"]["name"] == "River Subdistrict, East District"


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"from": "soon"}, "filter.from"),
        ({"to": "2999-01"}, "filter.to"),
        ({"from": "2010-01", "to": "2012-01"}, "filter.to"),
        ({"categoryId": unit_id(CITY)}, "filter.categoryId"),
        ({"unitId": mailbox_id(CITY)}, "filter.unitId"),
        ({"mailboxId": category_id("01")}, "filter.mailboxId"),
    ],
)
async def test_what_cannot_be_asked_names_its_field(
    town: Town, asked: dict[str, str], field: str
) -> None:
    reviewer = town.person(Role.REVIEWER)
    answer = await reviewer.send(MAP, filter={**this_month(town), **asked}, by="GRID")
    assert answer.code == "BAD_USER_INPUT"
    assert answer.errors[0]["extensions"]["field"] == field


async def test_a_filter_narrows_what_is_counted(town: Town) -> None:
    await town.walked("ACCEPT REVIEW", place=PLACE)
    reviewer = town.person(Role.REVIEWER)

    async def counted(**asked: Any) -> int:
        found = await letter_map(town, reviewer, "DISTRICT", **asked)
        return sum(one["letters"] for one in found["features"])

    assert await counted(categoryId=category_id("01"), unitId=unit_id(DISTRICT)) == 1
    assert await counted(categoryId=category_id("02")) == 0
    assert await counted(network="LIVELIHOOD", level="CITY_GOVERNMENT", channel="APP") == 1
    assert await counted(network="LIVELIHOOD", mailboxId=mailbox_id(f"{DISTRICT}/HEAD")) == 0
