"""Topics over time and rising topics, as a client asks for them."""

from __future__ import annotations

from typing import Any

import pytest

from domain.calendar import city_date
from domain.words import Role
from tests.api.actions import CITY, unit_id
from tests.api.clients import Client, Town

pytestmark = pytest.mark.ring("test")

TOPICS = """query Topics($from: String!, $to: String!, $by: TopicLevel, $network: Network,
        $unit: ID, $first: Int) {
    topics(from: $from, to: $to, by: $by, network: $network, unitId: $unit, first: $first) {
        minimumLetters all { month letters share }
        series { name network category { id name network } total
            months { month letters share } } } }"""
RISING = """query Rising($month: String!, $unit: ID, $first: Int) {
    risingTopics(month: $month, unitId: $unit, first: $first) {
        category { name } network letters usual ratio atLeast } }"""


def this_month(town: Town) -> str:
    return city_date(town.clock()).strftime("%Y-%m")


async def topics(town: Town, reader: Client, **asked: Any) -> Any:
    month = this_month(town)
    return (await reader.ask(TOPICS, **{"from": month, "to": month, **asked}))["topics"]


async def test_the_public_is_told_of_large_topics_and_staff_of_all(town: Town) -> None:
    for _ in range(10):
        await town.walked("ACCEPT REVIEW")
    public = await topics(town, town.citizen)
    assert public["minimumLetters"] == 10
    assert [(one["name"], one["total"]) for one in public["series"]] == [("Construction", 10)]
    await town.letter()
    assert await topics(town, town.citizen) == public, "the same all day"
    staff = await topics(town, town.person(Role.REVIEWER))
    assert staff["minimumLetters"] == 0
    assert [(one["name"], one["network"], one["total"]) for one in staff["series"]] == [
        ("Construction", "LIVELIHOOD", 10),
        ("Uncategorised", None, 1),
    ]
    assert staff["all"] == [{"month": this_month(town), "letters": 11, "share": 1.0}]


async def test_the_three_networks_are_a_level_of_their_own(town: Town) -> None:
    await town.walked("ACCEPT REVIEW")
    reviewer = town.person(Role.REVIEWER)
    (network, *_) = (await topics(town, reviewer, by="NETWORK", network="LIVELIHOOD"))["series"]
    assert (network["name"], network["category"]) == ("Livelihood", None)
    assert (await topics(town, reviewer, by="SECOND", network="LIVELIHOOD"))["series"] == []
    assert len((await topics(town, reviewer, first=1))["series"]) == 1


async def test_nothing_rises_without_a_past(town: Town) -> None:
    found = await town.citizen.ask(RISING, month=this_month(town))
    assert found == {"risingTopics": []}


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"from": "2019-13"}, "from"),
        ({"to": "tomorrow"}, "to"),
        ({"from": "2010-01", "to": "2012-01"}, "to"),
        ({"from": "2012-02", "to": "2012-01"}, "to"),
        ({"first": 0}, "first"),
        ({"first": 101}, "first"),
        ({"unit": "?"}, "unitId"),
    ],
)
async def test_what_cannot_be_asked_names_its_field(
    town: Town, changed: dict[str, Any], field: str
) -> None:
    month = this_month(town)
    answer = await town.citizen.send(TOPICS, **{"from": month, "to": month, **changed})
    assert answer.code == "BAD_USER_INPUT"
    assert answer.errors[0]["extensions"]["field"] == field


async def test_one_units_topics_are_for_staff(town: Town) -> None:
    month = this_month(town)
    for document in (TOPICS, RISING):
        asked = {"month": month} if document is RISING else {"from": month, "to": month}
        refused = await town.citizen.send(document, **asked, unit=unit_id(CITY))
        assert refused.code == "FORBIDDEN"
        answer = await town.person(Role.REVIEWER).send(document, **asked, unit=unit_id(CITY))
        assert answer.errors == []
