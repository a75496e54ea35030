"""Hot issues, as a client asks for them."""

from __future__ import annotations

from typing import Any

import pytest

from domain.calendar import city_date
from domain.words import Role
from tests.api.clients import Client, Town

pytestmark = pytest.mark.ring("test")

ISSUES = """query HotIssues($from: Date!, $to: Date!, $first: Int!, $after: String) {
    hotIssues(from: $from, to: $to, first: $first, after: $after) {
        totalCount edges { node { title letters writers trend firstSeenAt lastSeenAt places
            keywords cases(first: 3) { edges { node { number title } } } } } } }"""


async def asked(town: Town, reader: Client, **more: Any) -> Any:
    day = city_date(town.clock()).isoformat()
    given = {"from": day, "to": day, "first": 10, **more}
    return (await reader.ask(ISSUES, **given))["hotIssues"]


async def test_nothing_is_hot_where_nobody_writes(town: Town) -> None:
    assert await asked(town, town.citizen) == {"totalCount": 0, "edges": []}


async def test_a_page_of_none_and_days_that_are_none_are_refused(town: Town) -> None:
    day = city_date(town.clock()).isoformat()
    for more in ({"first": 0}, {"first": 101}, {"to": "1999-01-01"}, {"after": "x"}):
        given = {"from": day, "to": day, "first": 10, **more}
        answer = await town.citizen.send(ISSUES, **given)
        assert answer.body["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


async def test_the_public_reads_the_issue_and_none_of_its_letters(town: Town) -> None:
    for n in range(4):
        await town.letter(
            title=f"丽景新城小区旁边的搅拌站噪音扰民{'吗' * n}", body="搅拌站粉尘噪音"
        )
    public = (await asked(town, town.citizen))["edges"]
    staff = (await asked(town, town.person(Role.REVIEWER)))["edges"]
    assert all(one["node"]["cases"]["edges"] == [] for one in public)
    assert [one["node"]["letters"] for one in public] == [one["node"]["letters"] for one in staff]
