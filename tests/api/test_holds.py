"""Legal holds over the API: laid, shown to staff, lifted."""

from __future__ import annotations

import pytest

from domain.words import Role
from tests.api.actions import CITY
from tests.api.clients import Town

pytestmark = pytest.mark.ring("test")

HOLD = "query($n: String!) { case(number: $n) { hold { reason by at } version } }"


async def test_a_hold_is_shown_to_staff_and_no_part_of_the_history(town: Town) -> None:
    letter, supervisor = await town.letter(), town.person(Role.SUPERVISOR)
    payload = await supervisor.do("holdCase", caseId=letter.id, reason="行政诉讼")
    assert payload["errors"] == []
    assert payload["case"]["version"] == 1
    case = (await town.person(Role.HANDLER).ask(HOLD, n=letter.number))["case"]
    assert (case["hold"]["reason"], case["hold"]["by"]) == ("行政诉讼", "supervisor")
    payload = await supervisor.do("releaseCase", caseId=letter.id, reason="诉讼终结")
    assert payload["errors"] == []
    assert (await supervisor.ask(HOLD, n=letter.number))["case"]["hold"] is None


async def test_its_writer_is_not_told(town: Town) -> None:
    letter = await town.letter()
    document = """query($number: String!, $queryCode: String!) {
        trackedCase(number: $number, queryCode: $queryCode) { hold { reason } } }"""
    answer = await town.citizen.send(document, **letter.proof)
    assert answer.code == "FORBIDDEN"


@pytest.mark.parametrize("mutation", ["holdCase", "releaseCase"])
async def test_only_the_city_s_supervisor_may(town: Town, mutation: str) -> None:
    letter = await town.letter()
    others = [town.person(role) for role in Role if role is not Role.SUPERVISOR]
    others.append(town.person(Role.SUPERVISOR, unit=CITY))
    for person in others:
        payload = await person.do(mutation, caseId=letter.id, reason="行政诉讼")
        assert [error["code"] for error in payload["errors"]] == ["FORBIDDEN"]
    payload = await town.citizen.do(mutation, caseId=letter.id, reason="行政诉讼")
    assert [error["code"] for error in payload["errors"]] == ["UNAUTHENTICATED"]
