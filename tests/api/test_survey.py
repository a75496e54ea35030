"""The survey over GraphQL: its state, the clerk's calls, and answers that come as messages."""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta
from typing import Any

import pytest

from api.app import now
from domain.calendar import CITY_TIME
from domain.words import Role
from domain.workflow import Action
from services.functions.satisfaction_callback import satisfaction_callback
from tests.api.actions import HILL, RIVER, TO_CALLBACK
from tests.api.clients import Client, Letter, Town
from tests.api.selections import everything
from tests.services.functions.jobs import carried_out

pytestmark = pytest.mark.ring("test")

STATE = """query($number: String!, $queryCode: String!) {
  trackedCase(number: $number, queryCode: $queryCode) { stage survey { state askedAt } } }"""
CALLS = """query($awaits: Boolean) {
  cases(filter: {awaitsCall: $awaits, stages: [CALLBACK]}, first: 100) {
    edges { node { number } } } }"""
LONG = 30
"""Days after which every time has passed, whatever holidays are ahead."""
_seconds = itertools.count(1)
_phones = (f"138{number:08d}" for number in itertools.count(12345678))


def day(number: int) -> datetime:
    """Ten o'clock in the city, so many days from tomorrow."""
    local = now().astimezone(CITY_TIME).replace(hour=10, minute=0, second=0, microsecond=0)
    return local + timedelta(days=1 + number)


async def ask(town: Town, number: int = 0) -> None:
    """The callback function, some day at ten."""
    at = day(number) + timedelta(seconds=next(_seconds))
    await carried_out(town.office, satisfaction_callback, at=at)


async def asked(town: Town, phone: str) -> Letter:
    letter = await town.walked(TO_CALLBACK, writer={"name": "张小明", "phone": phone})
    await ask(town)
    return letter


async def survey(town: Town, letter: Letter) -> dict[str, Any]:
    found = (await town.citizen.ask(STATE, **letter.proof))["trackedCase"]
    return {"stage": found["stage"], **found["survey"]}


async def calls(town: Town, awaits: bool, by: Client | None = None) -> set[str]:
    found = await (by or town.person(Role.INTAKE)).ask(CALLS, awaits=awaits)
    return {edge["node"]["number"] for edge in found["cases"]["edges"]}


async def test_the_survey_says_how_far_it_got(town: Town) -> None:
    letter = await town.walked(TO_CALLBACK)
    states = [await survey(town, letter)]
    for number in (0, LONG):
        await ask(town, number)
        states.append(await survey(town, letter))
    assert [one["state"] for one in states][:2] == ["NOT_ASKED", "ASKED"]
    assert (states[0]["askedAt"], states[1]["askedAt"][11:16]) == (None, "10:00")
    assert (states[2]["stage"], states[2]["state"]) == ("CONCLUSION", "NO_ANSWER")
    assert states[2]["askedAt"] == states[1]["askedAt"]


async def test_a_writer_who_was_reminded_is_told_so(town: Town) -> None:
    letter = await town.letter(writer={"name": "张小明", "phone": next(_phones)})
    await town.act(letter, Action.ACCEPT)
    await town.act(letter, Action.REVIEW, urgency="URGENT")
    await town.walk(letter, "SIGN_FOR RECORD_CONTACT SUBMIT_REPLY APPROVE_REPLY")
    await ask(town)
    first = (await survey(town, letter))["askedAt"]
    reminded = await survey(town, letter)
    for number in range(1, LONG):
        if reminded["state"] != "ASKED":
            break
        await ask(town, number)
        reminded = await survey(town, letter)
    assert (reminded["state"], reminded["askedAt"]) == ("REMINDED", first)


async def test_clerks_see_who_is_to_be_telephoned_until_somebody_answers(town: Town) -> None:
    urgent = await town.letter(writer={"name": "张小明", "phone": next(_phones)})
    await town.act(urgent, Action.ACCEPT)
    await town.act(urgent, Action.REVIEW, urgency="URGENT")
    await town.walk(urgent, "SIGN_FOR RECORD_CONTACT SUBMIT_REPLY APPROVE_REPLY")
    normal = await asked(town, next(_phones))
    for number in range(LONG):
        if urgent.number in await calls(town, awaits=True):
            break
        await ask(town, number)
    assert urgent.number in await calls(town, awaits=True)
    assert normal.number not in await calls(town, awaits=True)
    assert urgent.number not in await calls(town, awaits=False)
    assert await calls(town, awaits=True, by=town.person(Role.INTAKE, unit=HILL)) == set()
    done = await town.act(urgent, Action.RECORD_CALLBACK)
    assert done["errors"] == []
    assert urgent.number not in await calls(town, awaits=True)


async def test_the_gateway_hands_a_figure_on_and_it_answers(town: Town) -> None:
    phone = next(_phones)
    letter = await asked(town, phone)
    gateway = town.person(Role.SYSTEM)
    for _ in range(2):
        done = await gateway.do(
            "answerSurveyByMessage", phone=f"+86{phone}", text="５", messageId=f"m-{phone}"
        )
        assert (done["case"]["number"], done["errors"]) == (letter.number, [])
    assert (await survey(town, letter))["state"] == "ANSWERED"
    text = await gateway.do("answerSurveyByMessage", phone=phone, text="好", messageId="m-2")
    assert [(one["code"], one["field"]) for one in text["errors"]] == [("INVALID_INPUT", "text")]
    over = await gateway.do("answerSurveyByMessage", phone=phone, text="5", messageId="m-3")
    assert [(one["code"], one["field"]) for one in over["errors"]] == [("NOT_FOUND", "phone")]


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.SYSTEM])
async def test_nobody_else_brings_messages(town: Town, role: Role) -> None:
    phone = next(_phones)
    await asked(town, phone)
    given = {"phone": phone, "text": "5", "messageId": f"m-{phone}"}
    done = await town.person(role).do("answerSurveyByMessage", **given)
    assert [one["code"] for one in done["errors"]] == ["FORBIDDEN"]
    nobody = await town.citizen.do("answerSurveyByMessage", **given)
    assert [one["code"] for one in nobody["errors"]] == ["UNAUTHENTICATED"]


@pytest.mark.parametrize("role", [Role.HANDLER, Role.APPROVER, Role.INTAKE])
async def test_the_unit_that_is_judged_does_not_answer_whatever_it_holds(
    town: Town, role: Role
) -> None:
    letter = await asked(town, next(_phones))
    link = {"token": town.office.access.survey_token(letter.key, 1)}
    staff = town.person(role, unit=RIVER)
    node = {"caseId": letter.id}  # as a writer they see the letters of their own account only
    for proof, code in ((link, "FORBIDDEN"), (letter.proof, "FORBIDDEN"), (node, "NOT_FOUND")):
        done = await staff.do("answerSurvey", **proof, resolved=True, satisfaction=5)
        assert [one["code"] for one in done["errors"]] == [code]
    assert (await survey(town, letter))["state"] == "ASKED"


async def test_the_link_is_shown_to_nobody_who_works_on_the_case(town: Town) -> None:
    letter = await asked(town, next(_phones))
    whole = everything("Case", 3, without=("similarCases", "mailbox", "category"))
    token = town.office.access.survey_token(letter.key, 1)
    key = town.office.access.token_key(token)
    for role in (Role.HANDLER, Role.APPROVER, Role.SUPERVISOR):
        answer = await town.person(role, unit=RIVER).send(
            f"query($id: ID!) {{ node(id: $id) {{ ... on Case {whole} }} }}", id=letter.id
        )
        assert answer.data["node"]["number"] == letter.number
        assert token not in answer.response.text
        assert key.hex() not in answer.response.text
