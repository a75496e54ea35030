"""Who may see which case: every reader of the access table, by every way that leads to a case."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest
import pytest_asyncio

from domain.words import Role
from domain.workflow import Action
from tests.api.actions import (
    BUREAU,
    CITY,
    DISTRICT,
    EDUCATION,
    HILL,
    RIVER,
    SQUAD,
    unit_id,
)
from tests.api.clients import Client, Letter, Town

pytestmark = [pytest.mark.ring("test"), pytest.mark.drivers]

Letters = Mapping[str, Letter]

ALL = "new river involving hill secret"
INTAKE, REVIEWER, SUPERVISOR = (Role.INTAKE,), (Role.REVIEWER,), (Role.SUPERVISOR,)
HANDLER, APPROVER = (Role.HANDLER,), (Role.APPROVER,)

#    roles                         unit       sees
STAFF = (
    (INTAKE, None, "new river involving hill"),
    (REVIEWER, None, ALL),
    (SUPERVISOR, None, ALL),
    (HANDLER, None, ALL),
    (APPROVER, None, ALL),
    ((Role.INTAKE, Role.REVIEWER), None, ALL),
    (INTAKE, CITY, "new river involving hill"),
    (REVIEWER, CITY, ALL),
    (INTAKE, RIVER, "river involving"),
    (REVIEWER, RIVER, "river involving secret"),
    (SUPERVISOR, RIVER, "river involving secret"),
    (HANDLER, RIVER, "river involving secret"),
    (APPROVER, RIVER, "river involving secret"),
    (HANDLER, DISTRICT, "river involving hill secret"),  # a unit above
    (INTAKE, DISTRICT, "river involving hill"),
    (HANDLER, HILL, "hill"),  # a unit beside
    (HANDLER, SQUAD, ""),  # a unit below
    (HANDLER, BUREAU, ""),
    (HANDLER, EDUCATION, "involving"),  # a unit that was involved
    (APPROVER, EDUCATION, "involving"),
    (HANDLER, "nowhere", ""),
    ((Role.HANDLER, Role.OPS), HILL, "hill"),
    ((Role.HANDLER, Role.CITIZEN), HILL, "hill"),
    ((Role.SYSTEM,), None, ALL),
)
#    who             account   code                sees by node(id:)
OTHERS = (
    ("anonymous", None, (), "UNAUTHENTICATED", ""),
    ("the writer", "li", (Role.CITIZEN,), "FORBIDDEN", ALL),
    ("another account", "zhao", (Role.CITIZEN,), "FORBIDDEN", ""),
    ("operations", "ops", (Role.OPS,), "FORBIDDEN", ""),
    ("operations with the writer's name", "li", (Role.OPS,), "FORBIDDEN", ""),
)

LIST = """query($filter: CaseFilter) { cases(filter: $filter, first: 100) {
    totalCount edges { node { number } } } }"""
CASE = "query($number: String!) { case(number: $number) { number body } }"
NODE = "query($id: ID!) { node(id: $id) { id ... on Case { number body } } }"
MINE = "{ viewer { subject cases(first: 100) { totalCount edges { node { number } } } } }"
TRACKED = """query($number: String!, $queryCode: String!) {
    trackedCase(number: $number, queryCode: $queryCode) { number body } }"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def letters(town: Town) -> AsyncIterator[Letters]:
    """Five cases of one account: a new one, and others with units; one is confidential."""
    li = town.person(Role.CITIZEN, subject="li")
    names = ALL.split()
    found = {name: await town.letter(li, title=f"关于{name}的来信") for name in names}
    for name in names[1:]:
        await town.walk(found[name], "ACCEPT")
        unit = HILL if name == "hill" else RIVER
        await town.act(
            found[name], Action.REVIEW, unitId=unit_id(unit), confidential=name == "secret"
        )
    await town.walk(found["involving"], "SIGN_FOR RECORD_CONTACT INVOLVE_UNIT")
    yield found


def _names(letters: Letters, edges: list[Any]) -> set[str]:
    numbers = [edge["node"]["number"] for edge in edges]
    assert len(set(numbers)) == len(numbers)
    return {name for name, letter in letters.items() if letter.number in numbers}


async def _seen_as_node(reader: Client, letters: Letters) -> set[str]:
    seen = set()
    for name, letter in letters.items():
        node = (await reader.ask(NODE, id=letter.id))["node"]
        assert node is None or node["number"] == letter.number
        seen |= {name} if node else set()
    return seen


@pytest.mark.parametrize(("roles", "unit", "sees"), STAFF, ids=str)
async def test_staff_see_their_cases_by_every_way_and_no_others(
    town: Town, letters: Letters, roles: tuple[Role, ...], unit: str | None, sees: str
) -> None:
    reader, expected = town.person(*roles, unit=unit), set(sees.split())
    listed = (await reader.ask(LIST))["cases"]
    assert _names(letters, listed["edges"]) == expected
    assert listed["totalCount"] == len(expected)
    assert await _seen_as_node(reader, letters) == expected
    for name, letter in letters.items():
        by_number = (await reader.ask(CASE, number=letter.number))["case"]
        assert (by_number is not None) == (name in expected), name
        for search in (letter.number, f"关于{name}的来信"):
            found = (await reader.ask(LIST, filter={"search": search}))["cases"]
            assert found["totalCount"] == (name in expected), (name, search)


@pytest.mark.parametrize(("roles", "unit", "sees"), STAFF, ids=str)
async def test_a_filter_by_unit_widens_nothing(
    town: Town, letters: Letters, roles: tuple[Role, ...], unit: str | None, sees: str
) -> None:
    reader = town.person(*roles, unit=unit)
    below_the_city = set(ALL.split())
    listed = (await reader.ask(LIST, filter={"unitId": unit_id(CITY)}))["cases"]
    assert _names(letters, listed["edges"]) == below_the_city & set(sees.split())


@pytest.mark.parametrize(
    ("account", "roles", "code", "sees"), [row[1:] for row in OTHERS], ids=[o[0] for o in OTHERS]
)
async def test_nobody_else_has_a_queue(
    town: Town,
    letters: Letters,
    account: str | None,
    roles: tuple[Role, ...],
    code: str,
    sees: str,
) -> None:
    reader = town.person(*roles, subject=account) if account else town.citizen
    new = letters["new"]
    for document, variables in ((LIST, {}), (CASE, {"number": new.number})):
        answer = await reader.send(document, **variables)
        assert (answer.code, answer.status) == (code, 200)
        assert new.number not in answer.response.text
    assert await _seen_as_node(reader, letters) == set(sees.split())


async def test_an_account_sees_what_it_wrote(town: Town, letters: Letters) -> None:
    mine = (await town.person(Role.CITIZEN, subject="li").ask(MINE))["viewer"]
    assert mine["subject"] == "li"
    assert _names(letters, mine["cases"]["edges"]) == set(letters)
    assert mine["cases"]["totalCount"] == len(letters)


@pytest.mark.parametrize("roles", [(Role.CITIZEN,), (Role.HANDLER,), (Role.OPS,)], ids=str)
async def test_another_account_wrote_nothing(
    town: Town, letters: Letters, roles: tuple[Role, ...]
) -> None:
    mine = (await town.person(*roles, subject="zhao").ask(MINE))["viewer"]
    assert mine["cases"] == {"totalCount": 0, "edges": []}


async def test_nobody_is_viewer_without_an_account(town: Town, letters: Letters) -> None:
    answer = await town.citizen.send(MINE)
    assert (answer.code, answer.data) == ("UNAUTHENTICATED", {"viewer": None})


@pytest.mark.parametrize("roles", [(), (Role.OPS,), (Role.HANDLER,), (Role.CITIZEN,)], ids=str)
async def test_number_and_code_open_the_case_for_whoever_has_both(
    town: Town, letters: Letters, roles: tuple[Role, ...]
) -> None:
    reader = town.person(*roles, subject="zhao", unit=HILL) if roles else town.citizen
    for letter in letters.values():
        found = (await reader.ask(TRACKED, **letter.proof))["trackedCase"]
        assert found["number"] == letter.number


async def test_a_wrong_number_and_a_wrong_code_answer_the_same(
    town: Town, letters: Letters
) -> None:
    new, river = letters["new"], letters["river"]
    wrong = (
        (new.number, river.code),
        (new.number, "AAAA-AAAA-AAAA-AAAA"),
        (new.number, ""),
        ("20260101-000001-0", new.code),
        ("20261122-999999-9", new.code),
        ("", new.code),
        ("", ""),
        (new.id, new.code),
        (new.code, new.number),
    )
    answers = [
        await town.citizen.send(TRACKED, number=number, queryCode=code) for number, code in wrong
    ]
    assert [answer.body for answer in answers] == [answers[0].body] * len(wrong)
    assert (answers[0].data, answers[0].errors) == ({"trackedCase": None}, [])
    assert {answer.status for answer in answers} == {200}


async def test_number_and_code_are_forgiven_how_they_are_typed(
    town: Town, letters: Letters
) -> None:
    new = letters["new"]
    number = new.number.replace("-", " ")
    code = f" {new.code.replace('-', '').lower()} "
    found = await town.citizen.ask(TRACKED, number=number, queryCode=code)
    assert found["trackedCase"]["number"] == new.number


async def test_similar_cases_are_only_those_that_the_reader_sees(
    town: Town, letters: Letters
) -> None:
    document = """query($number: String!) { case(number: $number) {
        similarCases(first: 10) { totalCount edges { node { number } } } } }"""
    for unit, expected in ((None, set(ALL.split())), (RIVER, {"river", "involving", "secret"})):
        reader = town.person(Role.HANDLER, unit=unit)
        case = (await reader.ask(document, number=letters["river"].number))["case"]
        similar = _names(letters, case["similarCases"]["edges"])
        assert similar == expected - {"river"}
        assert case["similarCases"]["totalCount"] == len(similar)
