"""Bad input: a refusal with a code that names the field, in the reader's language."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from domain.words import Role
from domain.workflow import Action
from tests.api.actions import (
    BRIGADE,
    CITY,
    EDUCATION,
    RIVER,
    SQUAD,
    TO_CALLBACK,
    TO_CONCLUSION,
    TO_FEEDBACK,
    TO_HANDLING,
    TO_TRANSFER,
    case_id,
    category_id,
    mailbox_id,
    unit_id,
)
from tests.api.clients import Client, Letter, Town, letter_input

pytestmark = pytest.mark.ring("test")

BAD, MISSING, NO = "INVALID_INPUT", "NOT_FOUND", "ACTION_NOT_ALLOWED"
GONE = case_id("0" * 24)

#    what is different                                       code     field
LETTERS: tuple[tuple[dict[str, Any], str, str], ...] = (
    ({"title": ""}, BAD, "title"),
    ({"title": "短"}, BAD, "title"),
    ({"title": "  短  "}, BAD, "title"),
    ({"title": "长" * 101}, BAD, "title"),
    ({"title": "油烟\x00扰民"}, BAD, "title"),
    ({"title": "油烟\x1b[31m"}, BAD, "title"),
    ({"body": "四个字呢"}, BAD, "body"),
    ({"body": " \n\t  \u3000 "}, BAD, "body"),
    ({"body": "字" * 10_001}, BAD, "body"),
    ({"body": "每天晚上\x00油烟"}, BAD, "body"),
    ({"writer": {"phone": "123"}}, BAD, "writer.phone"),
    ({"writer": {"phone": "not a number"}}, BAD, "writer.phone"),
    ({"writer": {"phone": "+99913880001234"}}, BAD, "writer.phone"),
    ({"writer": {"phone": "\x00"}}, BAD, "writer.phone"),
    ({"writer": {"phone": "1" * 5000}}, BAD, "writer.phone"),
    ({"writer": {"name": "名" * 51}}, BAD, "writer.name"),
    ({"writer": {"name": "名\x00字"}}, BAD, "writer.name"),
    ({"place": {"address": "路" * 201}}, BAD, "place.address"),
    ({"place": {"longitude": 104.06}}, BAD, "place"),
    ({"place": {"latitude": 30.67}}, BAD, "place"),
    ({"place": {"longitude": 180.01, "latitude": 30.67}}, BAD, "place.longitude"),
    ({"place": {"longitude": 104.06, "latitude": -90.01}}, BAD, "place.latitude"),
    ({"mailboxId": mailbox_id("51/NOBODY")}, MISSING, "mailboxId"),
    ({"mailboxId": mailbox_id("\x00")}, MISSING, "mailboxId"),
    ({"mailboxId": mailbox_id("")}, BAD, "mailboxId"),
    ({"mailboxId": unit_id(CITY)}, BAD, "mailboxId"),
    ({"mailboxId": ""}, BAD, "mailboxId"),
    ({"mailboxId": "51/NOBODY"}, MISSING, "mailboxId"),
    ({"mailboxId": "信箱"}, BAD, "mailboxId"),
    ({"mailboxId": "x" * 100_000}, BAD, "mailboxId"),
    ({"idempotencyKey": ""}, BAD, "idempotencyKey"),
    ({"idempotencyKey": "k" * 129}, BAD, "idempotencyKey"),
)

#    stage of the case   action       given                                  code     field
ACTIONS: tuple[tuple[str, Action, dict[str, Any], str, str | None], ...] = (
    ("", Action.ACCEPT, {"caseId": "x"}, BAD, "caseId"),
    ("", Action.ACCEPT, {"caseId": ""}, BAD, "caseId"),
    ("", Action.ACCEPT, {"caseId": unit_id(CITY)}, BAD, "caseId"),
    ("", Action.ACCEPT, {"caseId": GONE}, MISSING, "caseId"),
    ("", Action.ACCEPT, {"caseId": case_id('{"$gt": ""}')}, MISSING, "caseId"),
    ("", Action.ACCEPT, {"version": 0}, "STALE_CASE", "version"),
    ("", Action.ACCEPT, {"version": 2}, "STALE_CASE", "version"),
    ("", Action.ACCEPT, {"version": -(2**31)}, "STALE_CASE", "version"),
    ("", Action.ACCEPT, {"note": "注" * 2001}, BAD, "note"),
    ("", Action.ACCEPT, {"note": "注\x00"}, BAD, "note"),
    ("", Action.REJECT, {"reason": "无"}, BAD, "reason"),
    ("", Action.REJECT, {"reason": "理" * 1001}, BAD, "reason"),
    ("", Action.REJECT, {"advice": "议" * 1001}, BAD, "advice"),
    ("", Action.JOIN, {"mainCaseId": GONE}, MISSING, "mainCaseId"),
    ("", Action.JOIN, {"mainCaseId": "x"}, BAD, "mainCaseId"),
    ("", Action.DISPATCH_DIRECTLY, {"unitId": unit_id(BRIGADE)}, BAD, "unitId"),
    ("", Action.DISPATCH_DIRECTLY, {"unitId": unit_id(CITY)}, BAD, "unitId"),
    ("", Action.REVIEW, {}, NO, None),
    ("", Action.SIGN_FOR, {}, NO, None),
    ("", Action.ARCHIVE, {}, NO, None),
    ("ACCEPT", Action.ACCEPT, {}, NO, None),
    ("ACCEPT", Action.ADJUDICATE, {}, NO, None),
    ("ACCEPT", Action.REVIEW, {"unitId": unit_id("nowhere")}, MISSING, "unitId"),
    ("ACCEPT", Action.REVIEW, {"unitId": category_id("01")}, BAD, "unitId"),
    ("ACCEPT", Action.REVIEW, {"unitId": "x"}, BAD, "unitId"),
    ("ACCEPT", Action.REVIEW, {"categoryId": category_id("99")}, MISSING, "categoryId"),
    ("ACCEPT", Action.REVIEW, {"categoryId": unit_id(CITY)}, BAD, "categoryId"),
    (TO_TRANSFER, Action.PASS_DOWN, {"unitId": unit_id(CITY)}, BAD, "unitId"),
    (TO_TRANSFER, Action.PASS_DOWN, {"unitId": unit_id(RIVER)}, BAD, "unitId"),
    (TO_TRANSFER, Action.REFUSE, {"reason": ""}, BAD, "reason"),
    (TO_HANDLING, Action.STOP_CLOCK, {"until": "2017-01-27T09:00:00+08:00"}, BAD, "until"),
    (TO_HANDLING, Action.STOP_CLOCK, {"until": "0001-01-02T00:00:00Z"}, BAD, "until"),
    (TO_HANDLING, Action.STOP_CLOCK, {"until": "9999-12-31T00:00:00Z"}, BAD, "until"),
    (TO_HANDLING, Action.STOP_CLOCK, {"reason": "等"}, BAD, "reason"),
    (TO_HANDLING, Action.RESTART_CLOCK, {}, NO, None),
    (TO_HANDLING, Action.REQUEST_EXTENSION, {"workingDays": 0}, BAD, "workingDays"),
    (TO_HANDLING, Action.REQUEST_EXTENSION, {"workingDays": 21}, BAD, "workingDays"),
    (TO_HANDLING, Action.REQUEST_EXTENSION, {"workingDays": -1}, BAD, "workingDays"),
    (TO_HANDLING, Action.DECIDE_EXTENSION, {}, NO, None),
    (TO_HANDLING, Action.NOTE_PROGRESS, {"text": " "}, BAD, "text"),
    (TO_HANDLING, Action.INVOLVE_UNIT, {"unitId": unit_id(RIVER)}, BAD, "unitId"),
    (f"{TO_HANDLING} INVOLVE_UNIT", Action.INVOLVE_UNIT, {}, BAD, "unitId"),
    (TO_HANDLING, Action.SUBMIT_REPLY, {"text": "好"}, BAD, "text"),
    (TO_HANDLING, Action.SUBMIT_REPLY, {"text": "好" * 10_001}, BAD, "text"),
    (TO_HANDLING, Action.SUBMIT_REPLY, {"outcome": "MERGED"}, BAD, "outcome"),
    (TO_HANDLING, Action.REVIEW_DISPATCH, {}, NO, None),
    (TO_FEEDBACK, Action.SEND_BACK_REPLY, {"reason": "差"}, BAD, "reason"),
    (TO_FEEDBACK, Action.WITHDRAW, {}, NO, None),
    (TO_CALLBACK, Action.ANSWER_SURVEY, {"satisfaction": 0}, BAD, "satisfaction"),
    (TO_CALLBACK, Action.ANSWER_SURVEY, {"satisfaction": 6}, BAD, "satisfaction"),
    (TO_CALLBACK, Action.ANSWER_SURVEY, {"reason": "因" * 1001}, BAD, "reason"),
    (TO_CALLBACK, Action.ANSWER_SURVEY, {"queryCode": "AAAA"}, MISSING, "queryCode"),
    (TO_CALLBACK, Action.ANSWER_SURVEY, {"number": "20170127-000001-0"}, MISSING, "queryCode"),
    (TO_CALLBACK, Action.ANSWER_SURVEY, {"number": None}, BAD, "number"),
    (TO_CALLBACK, Action.ANSWER_SURVEY, {"queryCode": None}, BAD, "number"),
    (TO_CALLBACK, Action.ANSWER_SURVEY, {"token": "no such token"}, MISSING, "queryCode"),
    (TO_CALLBACK, Action.RECORD_CALLBACK, {"satisfaction": 6}, BAD, "satisfaction"),
    (TO_CALLBACK, Action.DECIDE_CALLBACK, {}, NO, None),
    (TO_CALLBACK, Action.CLOSE_UNANSWERED, {}, NO, None),
    (f"{TO_CALLBACK} SUPERVISE", Action.SUPERVISE, {}, BAD, "rung"),
    (TO_CONCLUSION, Action.ANSWER_SURVEY, {}, NO, None),
    (TO_CONCLUSION, Action.APPEAL, {"reason": "不"}, BAD, "reason"),
    (TO_CONCLUSION, Action.DECIDE_APPEAL, {}, NO, None),
    (TO_CONCLUSION, Action.ARCHIVE, {}, NO, None),
    (TO_CONCLUSION, Action.SUPERVISE, {}, NO, None),
    (TO_CONCLUSION, Action.REVOKE_SUPERVISION, {}, NO, None),
    (TO_CONCLUSION, Action.ANSWER_JOINED, {}, NO, None),
)


def _is_refusal(payload: dict[str, Any], code: str, field: str | None) -> None:
    assert payload["case"] is None
    (error,) = payload["errors"]
    assert (error["code"], error["field"]) == (code, field), error
    assert error["message"]


def _names(rows: Sequence[tuple[Any, ...]]) -> list[str]:
    return [" ".join(str(value) for value in row)[:60] for row in rows]


@pytest.fixture(scope="module")
def standing() -> dict[str, Letter]:
    """Cases by the walk that brought them where they stand; a refusal moves none of them."""
    return {}


@pytest.mark.parametrize(("changed", "code", "field"), LETTERS, ids=_names(LETTERS))
async def test_a_letter_that_cannot_be_taken_names_its_field(
    town: Town, changed: dict[str, Any], code: str, field: str
) -> None:
    payload = await town.citizen.do("submitLetter", **letter_input(**changed))
    _is_refusal(payload, code, field)
    assert payload["queryCode"] is None


async def test_a_letter_within_its_limits_is_taken(town: Town) -> None:
    place = {"address": "路" * 200, "longitude": -180, "latitude": 90}
    for changed in (
        {"title": "两字", "body": "五个字正好"},
        {"title": " 长" + "长" * 98 + "长 ", "body": "字" * 10_000, "place": place},
        {"idempotencyKey": "\x00 键 " + "k" * 124, "writer": {"phone": "+1 650 253 0000"}},
        {"idempotencyKey": "𠀀"},
        {"writer": {"phone": "028-86280000", "name": "名" * 50}, "place": {}},
    ):
        await town.letter(**changed)


@pytest.mark.parametrize(("walk", "action", "given", "code", "field"), ACTIONS, ids=_names(ACTIONS))
async def test_an_action_that_is_refused_says_why_and_changes_nothing(
    town: Town,
    standing: dict[str, Letter],
    walk: str,
    action: Action,
    given: dict[str, Any],
    code: str,
    field: str | None,
) -> None:
    letter = standing.get(walk) or await town.walked(walk)
    standing[walk] = letter
    payload = await town.act(letter, action, **given)
    _is_refusal(payload, code, field)
    assert await _version(town, letter) == 1 + len(walk.split())


async def _version(town: Town, letter: Letter) -> int:
    document = "query($number: String!) { case(number: $number) { version } }"
    case = (await town.person(Role.SUPERVISOR).ask(document, number=letter.number))["case"]
    version: int = case["version"]
    return version


async def test_a_wrong_dispatch_names_the_right_unit(town: Town) -> None:
    letter = await town.walked("DISPATCH_DIRECTLY")
    payload = await town.act(letter, Action.REVIEW_DISPATCH, correct=False)
    _is_refusal(payload, BAD, "unitId")


async def test_a_letter_is_not_joined_to_itself_or_to_a_joined_one(town: Town) -> None:
    main, joined, third = [await town.letter() for _ in range(3)]
    itself = await town.act(main, Action.JOIN, mainCaseId=main.id)
    _is_refusal(itself, BAD, "mainCaseId")
    done = await town.act(joined, Action.JOIN, mainCaseId=main.id)
    assert done["case"]["stage"] == "CONCLUSION"
    chained = await town.act(third, Action.JOIN, mainCaseId=joined.id)
    _is_refusal(chained, BAD, "mainCaseId")


async def test_nobody_releases_a_reply_of_their_own_or_calls_back_on_it(town: Town) -> None:
    letter = await town.walked(TO_HANDLING)
    wang = town.person(Role.HANDLER, Role.APPROVER, Role.INTAKE, subject="wang")
    await town.act(letter, Action.SUBMIT_REPLY, wang)
    _is_refusal(await town.act(letter, Action.APPROVE_REPLY, wang), "FORBIDDEN", None)
    await town.walk(letter, "APPROVE_REPLY")
    _is_refusal(await town.act(letter, Action.RECORD_CALLBACK, wang), "FORBIDDEN", None)
    await town.walk(letter, "RECORD_CALLBACK")


#    roles                  unit        code
WITHOUT_THE_ROLE: tuple[tuple[tuple[Role, ...], str | None, str], ...] = (
    ((), None, "UNAUTHENTICATED"),
    ((Role.CITIZEN,), None, "FORBIDDEN"),
    ((Role.OPS,), None, "FORBIDDEN"),
    ((Role.INTAKE, Role.REVIEWER, Role.APPROVER, Role.SUPERVISOR), None, "FORBIDDEN"),
    ((Role.HANDLER,), EDUCATION, "NOT_FOUND"),  # it does not see the case
    ((Role.HANDLER,), SQUAD, "NOT_FOUND"),  # nor does a unit below
)


@pytest.mark.parametrize(("roles", "unit", "code"), WITHOUT_THE_ROLE, ids=_names(WITHOUT_THE_ROLE))
async def test_only_a_handler_of_the_unit_or_above_signs_for_a_case(
    town: Town, roles: tuple[Role, ...], unit: str | None, code: str
) -> None:
    letter = await town.walked(TO_TRANSFER)
    somebody = town.person(*roles, unit=unit) if roles else town.citizen
    payload = await town.act(letter, Action.SIGN_FOR, somebody)
    _is_refusal(payload, code, "caseId" if code == "NOT_FOUND" else None)


async def test_an_involved_unit_sees_the_case_and_may_not_act_on_it(town: Town) -> None:
    letter = await town.walked(f"{TO_HANDLING} INVOLVE_UNIT")
    handler = town.person(Role.HANDLER, unit=EDUCATION)
    payload = await town.act(letter, Action.NOTE_PROGRESS, handler)
    _is_refusal(payload, "FORBIDDEN", None)


@pytest.mark.parametrize("action", [Action.WITHDRAW, Action.ANSWER_SURVEY, Action.APPEAL])
async def test_only_the_account_that_wrote_acts_without_a_code(town: Town, action: Action) -> None:
    li, zhao = (town.person(Role.CITIZEN, subject=name) for name in ("li", "zhao"))
    letter = await town.letter(li)
    walk = {Action.WITHDRAW: "", Action.ANSWER_SURVEY: TO_CALLBACK, Action.APPEAL: TO_CONCLUSION}
    await town.walk(letter, walk[action])
    refused = await town.act(letter, action, zhao, caseId=letter.id)
    _is_refusal(refused, "NOT_FOUND", "caseId")
    unknown = await town.act(letter, action, town.citizen, caseId=letter.id)
    _is_refusal(unknown, "NOT_FOUND", "caseId")
    done = await town.act(letter, action, li, caseId=letter.id)
    assert done["errors"] == []


async def test_a_message_is_in_the_readers_language(town: Town) -> None:
    messages = []
    for language in ("en", "zh"):
        payload = await Client(town.http, language=language).do(
            "submitLetter", **letter_input(title="短")
        )
        messages.append(payload["errors"][0]["message"])
    assert messages == ["This takes 2 to 100 characters, not 1.", "长度须为2至100个字。"]
