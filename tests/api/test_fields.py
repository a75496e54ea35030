"""What a reader may see of a case that they see: names, notes, history, and what they can do."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from domain.words import Role
from domain.workflow import Action
from tests.api.actions import (
    EDUCATION,
    RIVER,
    SQUAD,
    TO_HANDLING,
    TO_TRANSFER,
    unit_id,
)
from tests.api.clients import Client, Letter, Town
from tests.api.selections import STAFF_ONLY, everything

pytestmark = pytest.mark.ring("test")

WHOLE = everything("Case", 4)
AFFORDABLE = everything("Case", 4, without=["similarCases", "children"])
WRITERS = everything("Case", 3, without=STAFF_ONLY)
BY_ID = "query($id: ID!) {{ node(id: $id) {{ ... on Case {selected} }} }}"
BY_CODE = """query($number: String!, $queryCode: String!) {{
    trackedCase(number: $number, queryCode: $queryCode) {selected} }}"""
BY_NUMBER = "query($number: String!) {{ case(number: $number) {selected} }}"
MINE = "{{ viewer {{ cases(first: 10) {{ edges {{ node {selected} }} }} }} }}"
QUEUE = "{{ cases(first: 10) {{ edges {{ node {selected} }} }} }}"
WRITER = "{ number writer { name phone anonymous } }"

CLEAR = {"name": "张小明", "phone": "+8613880001234", "anonymous": False}
MASKED = {"name": "张**", "phone": "**********1234", "anonymous": False}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def letter(town: Town) -> AsyncIterator[Letter]:
    """A letter of li's, in HANDLING with RIVER, involving EDUCATION."""
    letter = await town.letter(town.person(Role.CITIZEN, subject="li"))
    await town.walk(letter, f"{TO_HANDLING} INVOLVE_UNIT")
    yield letter


async def test_a_writer_reads_every_field_of_their_own(town: Town, letter: Letter) -> None:
    li = town.person(Role.CITIZEN, subject="li")
    tracked = await town.citizen.ask(BY_CODE.format(selected=WRITERS), **letter.proof)
    node = await li.ask(BY_ID.format(selected=WRITERS), id=letter.id)
    (mine,) = (await li.ask(MINE.format(selected=WRITERS)))["viewer"]["cases"]["edges"]
    for case in (tracked["trackedCase"], node["node"], mine["node"]):
        assert case["number"] == letter.number
        assert case["writer"] == CLEAR
        assert case["body"].startswith("每天晚上")


async def test_staff_read_every_field_of_a_case_and_of_those_like_it(
    town: Town, letter: Letter
) -> None:
    await town.letter()
    handler = town.person(Role.HANDLER)
    node = await handler.ask(BY_ID.format(selected=WHOLE), id=letter.id)
    case = await handler.ask(BY_NUMBER.format(selected=WHOLE), number=letter.number)
    queue = await handler.ask(QUEUE.format(selected=AFFORDABLE))
    listed = [one["node"] for one in queue["cases"]["edges"]]
    assert case["case"] == node["node"]
    assert {**case["case"], "category": None, "similarCases": None} in [
        {**one, "category": None, "similarCases": None} for one in listed
    ]
    assert case["case"]["writer"] == MASKED
    (similar,) = case["case"]["similarCases"]["edges"]
    assert similar["node"]["writer"] == MASKED
    assert similar["node"]["timeline"]


@pytest.mark.parametrize("field", STAFF_ONLY)
async def test_a_writer_is_refused_what_is_for_staff(
    town: Town, letter: Letter, field: str
) -> None:
    asked = {
        "history": "history { note }",
        "confidential": "confidential",
        "similarCases": "similarCases(first: 1) { totalCount }",
        "supervision": "supervision { rung at }",
        "hold": "hold { reason }",
        "suggestedCategory": "suggestedCategory { words }",
        "replyWarnings": "replyWarnings { code }",
        "partner": "partner",
    }[field]
    selected = f"{{ number {asked} }}"
    li = town.person(Role.CITIZEN, subject="li")
    handler = town.person(Role.HANDLER)
    answers = (
        await town.citizen.send(BY_CODE.format(selected=selected), **letter.proof),
        # Whoever opens a case by its code reads it as its writer, whatever else they are.
        await handler.send(BY_CODE.format(selected=selected), **letter.proof),
        await li.send(BY_ID.format(selected=selected), id=letter.id),
    )
    for answer in answers:
        assert answer.code == "FORBIDDEN"
        (case,) = answer.data.values()
        assert case == {"number": letter.number, field: None}


@pytest.mark.parametrize(
    ("role", "unit"),
    [
        *((role, None) for role in (Role.INTAKE, Role.REVIEWER, Role.SUPERVISOR, Role.HANDLER)),
        *((role, RIVER) for role in (Role.HANDLER, Role.APPROVER, Role.SUPERVISOR)),
        (Role.HANDLER, EDUCATION),
    ],
    ids=str,
)
async def test_staff_see_writers_masked_and_notes_whole(
    town: Town, letter: Letter, role: Role, unit: str | None
) -> None:
    reader = town.person(role, unit=unit)
    selected = "{ writer { name phone anonymous } history { action subject } }"
    case = (await reader.ask(BY_NUMBER.format(selected=selected), number=letter.number))["case"]
    assert case["writer"] == MASKED
    assert [entry["action"] for entry in case["history"]][:2] == [None, "ACCEPT"]
    assert case["history"][1]["subject"] == "intake"


async def test_an_anonymous_writers_name_is_shown_to_nobody_else(town: Town) -> None:
    writer = {"name": "赵无名", "phone": "13880005678", "anonymous": True}
    letter = await town.letter(writer=writer)
    own = await town.citizen.ask(BY_CODE.format(selected=WRITER), **letter.proof)
    assert own["trackedCase"]["writer"]["name"] == "赵无名"
    clerk = town.person(Role.INTAKE)
    seen = await clerk.ask(BY_NUMBER.format(selected=WRITER), number=letter.number)
    assert seen["case"]["writer"] == {"name": None, "phone": "**********5678", "anonymous": True}
    revealed = await clerk.do("revealWriter", caseId=letter.id, purpose="联系来信人")
    assert revealed["writer"] == {"name": None, "phone": "+8613880005678", "anonymous": True}


async def test_a_letter_without_a_name_shows_none(town: Town) -> None:
    letter = await town.letter(writer={"name": "  ", "phone": ""})
    clerk = town.person(Role.INTAKE)
    seen = await clerk.ask(BY_NUMBER.format(selected=WRITER), number=letter.number)
    assert seen["case"]["writer"] == {"name": None, "phone": None, "anonymous": False}


# Actions: what a reader may do now


ACTIONS: tuple[tuple[tuple[Role, ...], str | None, str], ...] = (
    ((Role.INTAKE,), None, ""),
    ((Role.REVIEWER,), None, ""),
    ((Role.SUPERVISOR,), None, "SUPERVISE"),
    (
        (Role.HANDLER,),
        RIVER,
        "NOTE_PROGRESS INVOLVE_UNIT REQUEST_EXTENSION SUBMIT_REPLY STOP_CLOCK",
    ),
    (
        (Role.HANDLER,),
        None,
        "NOTE_PROGRESS INVOLVE_UNIT REQUEST_EXTENSION SUBMIT_REPLY STOP_CLOCK",
    ),
    ((Role.HANDLER,), EDUCATION, ""),  # involved: it sees, it does not decide
    ((Role.APPROVER,), RIVER, ""),
    ((Role.SYSTEM,), None, "SUPERVISE"),
)


@pytest.mark.parametrize(("roles", "unit", "expected"), ACTIONS, ids=str)
async def test_the_buttons_are_the_readers_own(
    town: Town, letter: Letter, roles: tuple[Role, ...], unit: str | None, expected: str
) -> None:
    reader = town.person(*roles, unit=unit)
    selected = "{ availableActions }"
    case = (await reader.ask(BY_NUMBER.format(selected=selected), number=letter.number))["case"]
    assert set(case["availableActions"]) == set(expected.split())


async def test_a_writer_can_take_the_letter_back(town: Town, letter: Letter) -> None:
    tracked = BY_CODE.format(selected="{ availableActions }")
    for reader in (town.citizen, town.person(Role.CITIZEN, subject="li")):
        case = (await reader.ask(tracked, **letter.proof))["trackedCase"]
        assert case["availableActions"] == ["WITHDRAW"]


async def test_every_button_that_is_shown_works(town: Town) -> None:
    """A handler and an approver press each button of a case; none of them is refused."""
    for walk in (
        TO_TRANSFER,
        f"{TO_TRANSFER} SIGN_FOR",
        TO_HANDLING,
        f"{TO_HANDLING} SUBMIT_REPLY",
    ):
        buttons = await _buttons(town, await town.walked(walk))
        assert len(buttons) >= 2, walk
        for who, action in buttons:
            letter = await town.walked(walk)
            unit = SQUAD if action is Action.PASS_DOWN else EDUCATION
            given = {"unitId": unit_id(unit)} if action in _NAMES_A_UNIT else {}
            payload = await town.act(letter, action, who, **given)
            assert payload["errors"] == [], (walk, action)


_NAMES_A_UNIT = {Action.PASS_DOWN, Action.INVOLVE_UNIT}


async def _buttons(town: Town, letter: Letter) -> list[tuple[Client, Action]]:
    found: list[tuple[Client, Action]] = []
    document = BY_NUMBER.format(selected="{ availableActions }")
    for role in (Role.HANDLER, Role.APPROVER, Role.SUPERVISOR):
        reader = town.person(role)
        case: Any = (await reader.ask(document, number=letter.number))["case"]
        found += [(reader, Action[name]) for name in case["availableActions"]]
    return found
