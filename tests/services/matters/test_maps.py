"""The map of letters, on a database: which letters, where, and what the public sees of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from domain.actors import ANONYMOUS, Actor
from domain.bulletins import Month
from domain.map_filters import MapAsked
from domain.mapping import MapPart
from domain.refusals import Forbidden
from domain.words import Channel, LetterKind, MailboxLevel, Network, Role
from services.matters.geojson import feature_collection
from services.matters.maps import LetterMap, letter_map
from services.office import Office
from tests.services.offices import (
    CITY,
    CLERK,
    DISTRICT,
    DISTRICT_HEAD,
    MAYOR,
    NEXT_DISTRICT,
    REVIEWER,
    SMOG,
    TOWNSHIP,
    at,
    category,
    person,
)
from tests.services.writing import write

pytestmark = pytest.mark.ring("test")

NOW = at("2019-03-15 12:00")
MARCH = MapAsked(Month(2019, 3), Month(2019, 3))
SQUARE: dict[str, Any] = {"longitude": 104.0651, "latitude": 30.6571}
FAR: dict[str, Any] = {"longitude": 103.61, "latitude": 31.0}
NOWHERE: dict[str, Any] = {"address": None}


async def found(
    office: Office, part: MapPart = MapPart.GRID, actor: Actor = REVIEWER, **asked: object
) -> LetterMap:
    given = replace(MARCH, **asked)  # type: ignore[arg-type]  # its fields, by name
    return await letter_map(office, given, part, actor, NOW)


def by_unit(shown: LetterMap) -> dict[tuple[str, bool], int]:
    return {(one.unit.code, one.is_rest): one.letters for one in shown.features if one.unit}


async def test_ten_letters_of_a_place_are_a_cell_and_four_are_not(office: Office) -> None:
    await write(office, "2019-03", 10, **SQUARE)
    await write(office, "2019-03", 4, **FAR)
    await write(office, "2019-03", 6)
    public = await found(office, actor=ANONYMOUS)
    assert [(one.cell and one.cell.bounds, one.letters) for one in public.features] == [
        ((104.06, 30.65, 104.07, 30.66), 10)
    ]
    # the four are the sum less the ten, unless the six are not told either
    assert (public.withheld, public.unplaced, public.least) == (None, None, 10)
    staff = await found(office)
    assert sorted(one.letters for one in staff.features) == [4, 10]
    assert (staff.withheld, staff.unplaced, staff.least) == (0, 6, 1)


async def test_the_public_map_is_of_all_letters(
    office: Office,
) -> None:
    smog = category(SMOG)
    await write(office, "2019-03", 14, smog, **SQUARE)
    await write(office, "2019-03", 3, smog, confidential=True, **SQUARE)
    shown = [
        sum(one.letters for one in (await found(office, actor=actor)).features)
        for actor in (ANONYMOUS, CLERK, REVIEWER)
    ]
    assert shown == [17, 14, 17]


async def test_the_address_says_where_a_letter_to_the_city_belongs(office: Office) -> None:
    await write(office, "2019-03", 5, address="青羊区某路")
    await write(office, "2019-03", 6, **NOWHERE)
    await write(office, "2019-03", 7, mailbox=DISTRICT_HEAD, **NOWHERE)
    assert by_unit(await found(office, MapPart.DISTRICT)) == {
        (CITY, True): 6,
        (DISTRICT, False): 7,
        (NEXT_DISTRICT, False): 5,
    }


async def test_townships_with_few_letters_are_the_rest_of_their_district(office: Office) -> None:
    await write(office, "2019-03", 12, address="锦江区锦官驿街道")
    await write(office, "2019-03", 11, address="锦江区某路")
    await write(office, "2019-03", 3, address="青羊区草市街街道")
    public = await found(office, MapPart.TOWNSHIP, ANONYMOUS)
    assert by_unit(public) == {(CITY, True): 26}
    await write(office, "2019-03", 7, **NOWHERE)
    later = await letter_map(office, MARCH, MapPart.TOWNSHIP, ANONYMOUS, NOW + timedelta(days=1))
    assert by_unit(later) == {(DISTRICT, True): 11, (TOWNSHIP, False): 12, (CITY, True): 10}
    assert by_unit(await found(office, MapPart.TOWNSHIP, REVIEWER))[("510105001", False)] == 3


@pytest.mark.parametrize(
    ("asked", "letters"),
    [
        ({"kind": LetterKind.PRAISE}, 6),
        ({"channel": Channel.SMS}, 6),
        ({"level": MailboxLevel.DISTRICT}, 6),
        ({"level": MailboxLevel.TOWNSHIP}, 0),
        ({"mailbox": DISTRICT_HEAD}, 6),
        ({"mailbox": MAYOR}, 5),
        ({"category": "smog"}, 5),
        ({"network": Network.SAFETY}, 5),
        ({"network": Network.SERVICE}, 0),
        ({"unit": DISTRICT}, 11),
        ({"unit": NEXT_DISTRICT}, 0),
        ({"first": Month(2019, 2)}, 16),
        ({}, 11),
    ],
)
async def test_the_filter_is_what_is_counted(
    office: Office, asked: dict[str, object], letters: int
) -> None:
    smog = category(SMOG)
    other: dict[str, Any] = {
        "kind": LetterKind.PRAISE,
        "channel": Channel.SMS,
        "mailbox": DISTRICT_HEAD,
    }
    await write(office, "2019-02", 5, **SQUARE)
    await write(office, "2019-03", 5, smog, **SQUARE)
    await write(office, "2019-03", 6, **other, **SQUARE)
    given: dict[str, Any] = {**asked, "category": smog[:5]} if "category" in asked else asked
    shown = await found(office, **given)
    assert sum(one.letters for one in shown.features) == letters


@pytest.mark.parametrize(
    "asked", [{"kind": LetterKind.PRAISE}, {"unit": DISTRICT}, {"network": Network.SAFETY}]
)
async def test_nobody_in_public_maps_some_of_the_letters(
    office: Office, asked: dict[str, Any]
) -> None:
    with pytest.raises(Forbidden):
        await found(office, actor=ANONYMOUS, **asked)


async def test_months_together_are_told_as_each_of_them_is(office: Office) -> None:
    """Else the months together less one of them would be the other's few letters."""
    await write(office, "2019-02", 8, **SQUARE)
    await write(office, "2019-02", 4, **FAR)
    await write(office, "2019-03", 10, **SQUARE)
    both = await found(office, actor=ANONYMOUS, first=Month(2019, 2))
    assert ([one.letters for one in both.features], both.withheld) == ([10], 12)


async def test_staff_of_a_unit_see_its_letters(office: Office) -> None:
    smog = category(SMOG)
    await write(office, "2019-03", 1, smog, **SQUARE)
    await write(office, "2019-03", 2, smog, unit=NEXT_DISTRICT, **SQUARE)
    shown = await found(office, actor=person(Role.HANDLER, unit=NEXT_DISTRICT))
    assert [one.letters for one in shown.features] == [2]


async def test_geojson_has_closed_rings_that_turn_left_and_units_without_geometry(
    office: Office,
) -> None:
    await write(office, "2019-03", 5, mailbox=DISTRICT_HEAD, **SQUARE)
    west, south, east, north = 104.06, 30.65, 104.07, 30.66
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    assert feature_collection(await found(office), "en") == {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "geometry": {"type": "Polygon", "coordinates": [ring]},
                "properties": {"letters": 5},
            }
        ],
        "minimumLetters": 1,
        "withheld": 0,
        "unplaced": 0,
    }
    by_district = feature_collection(await found(office, MapPart.DISTRICT), "zh")
    assert by_district["features"] == [
        {
            "type": "Feature",
            "geometry": None,
            "properties": {
                "letters": 5,
                "unit": DISTRICT,
                "name": "锦江区",
                "level": "DISTRICT",
                "isRest": False,
            },
        }
    ]
