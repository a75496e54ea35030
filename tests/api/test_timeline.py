"""The public timeline: units, never persons; reasons for the writer, never internal notes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from domain.words import Role
from domain.workflow import Action
from tests.api.actions import TO_CALLBACK, TO_TRANSFER, USUAL_ROLE
from tests.api.clients import Client, Letter, Town
from tests.api.selections import STAFF_ONLY, everything

pytestmark = pytest.mark.ring("test")

WRITERS = everything("Case", 3, without=STAFF_ONLY)
TRACKED = f"""query($number: String!, $queryCode: String!) {{
    trackedCase(number: $number, queryCode: $queryCode) {WRITERS} }}"""
HISTORY = "query($number: String!) { case(number: $number) { history { action note details } } }"

# What staff type into every field that is theirs; all of it says that it is internal.
TYPED: dict[Action, dict[str, object]] = {
    Action.REFUSE: {"reason": "内部：不属于本单位"},
    Action.RECORD_CONTACT: {"summary": "内部：来信人很激动"},
    Action.STOP_CLOCK: {"reason": "内部：等待检测机构"},
    Action.NOTE_PROGRESS: {"text": "内部：已约谈店主"},
    Action.REQUEST_EXTENSION: {"reason": "内部：人手不足"},
    Action.SEND_BACK_REPLY: {"reason": "内部：答复不具体"},
    Action.REVIEW_DISPATCH: {"reason": "内部：直派无误"},
    Action.ADJUDICATE: {"reason": "内部：就近办理"},
}
LONG = (
    "ACCEPT RETURN_TO_INTAKE ACCEPT REVIEW REFUSE REVIEW REFUSE ADJUDICATE RECORD_CONTACT"
    " STOP_CLOCK RESTART_CLOCK NOTE_PROGRESS INVOLVE_UNIT REQUEST_EXTENSION DECIDE_EXTENSION"
    " SUPERVISE SUBMIT_REPLY SEND_BACK_REPLY SUBMIT_REPLY APPROVE_REPLY RECORD_CALLBACK"
    " APPEAL DECIDE_APPEAL"
)
WALKS = (LONG, "DISPATCH_DIRECTLY REVIEW_DISPATCH SUBMIT_REPLY APPROVE_REPLY ANSWER_SURVEY")


def _wang(town: Town, action: Action) -> Client | None:
    """A person with a name for every staff action, somebody else for each role."""
    role = USUAL_ROLE[action]
    return None if role is Role.CITIZEN else town.person(role, subject=f"wang.{role.lower()}")


async def _walk(town: Town, walk: str) -> Letter:
    letter = await town.letter()
    for name in walk.split():
        action = Action[name]
        who = _wang(town, action)
        note = {"note": f"内部：{name}"} if who else {}
        payload = await town.act(letter, action, who, **TYPED.get(action, {}), **note)
        assert payload["errors"] == [], name
    return letter


async def test_what_staff_write_down_never_reaches_the_writer(town: Town) -> None:
    for walk in WALKS:
        letter = await _walk(town, walk)
        answer = await town.citizen.send(TRACKED, **letter.proof)
        assert answer.errors == []
        assert len(answer.data["trackedCase"]["timeline"]) == 1 + len(walk.split())
        assert "内部" not in answer.response.text
        assert "wang" not in answer.response.text


async def test_staff_read_all_of_it(town: Town) -> None:
    for walk in WALKS:
        letter = await _walk(town, walk)
        answer = await town.person(Role.SUPERVISOR).send(HISTORY, number=letter.number)
        entries = answer.data["case"]["history"]
        noted = [entry["action"] for entry in entries if entry["note"]]
        assert noted == [name for name in walk.split() if USUAL_ROLE[Action[name]] != Role.CITIZEN]
        for action, typed in TYPED.items():
            if action in walk.split():
                details = [entry["details"] for entry in entries if entry["action"] == action]
                assert all(one.items() >= typed.items() for one in details)


async def _timeline(town: Town, letter: Letter, language: str = "en") -> list[dict[str, Any]]:
    reader = Client(town.http, language=language)
    found = await reader.ask(TRACKED, **letter.proof)
    timeline: list[dict[str, Any]] = found["trackedCase"]["timeline"]
    return timeline


async def test_an_entry_is_by_the_writer_the_system_or_a_unit(town: Town) -> None:
    letter = await town.walked(f"{TO_CALLBACK} ANSWER_SURVEY")
    town.clock.later = timedelta(days=20)
    await town.walk(letter, "ARCHIVE")
    told = [(entry["action"], entry["by"]) for entry in await _timeline(town, letter)]
    river = "River Subdistrict, East District"
    assert told == [
        (None, "writer"),
        ("ACCEPT", "Rong"),
        ("REVIEW", "Rong"),
        ("SIGN_FOR", river),
        ("RECORD_CONTACT", river),
        ("SUBMIT_REPLY", river),
        ("APPROVE_REPLY", river),
        ("ANSWER_SURVEY", "writer"),
        ("ARCHIVE", "system"),
    ]
    assert {entry["by"] for entry in await _timeline(town, letter, "zh")} == {
        *("writer", "system", "蓉市", "东区河街道"),
    }


async def test_a_refusal_is_by_the_unit_that_refused(town: Town) -> None:
    letter = await town.walked(f"{TO_TRANSFER} REFUSE")
    assert (await _timeline(town, letter))[-1]["by"] == "River Subdistrict, East District"


async def test_the_writer_reads_the_reasons_that_are_addressed_to_them(town: Town) -> None:
    rejected = await town.letter()
    await town.act(rejected, Action.REJECT, reason="不属于受理范围", advice="请拨打12345")
    assert (await _timeline(town, rejected))[-1]["note"] == "不属于受理范围\n请拨打12345"

    longer = await town.walked(f"{TO_TRANSFER} SIGN_FOR RECORD_CONTACT")
    await town.act(longer, Action.REQUEST_EXTENSION, workingDays=3)
    await town.act(longer, Action.DECIDE_EXTENSION, granted=True, reason="需要检测")
    assert (await _timeline(town, longer))[-1]["note"] == "3 more working days.\n需要检测"
    await town.act(longer, Action.REQUEST_EXTENSION, workingDays=2)
    await town.act(longer, Action.DECIDE_EXTENSION, granted=False)
    notes = [entry["note"] for entry in await _timeline(town, longer, "zh")]
    assert notes[-1] == "未予延期。"
    assert notes[-3] == "延期3个工作日。\n需要检测"

    appealed = await town.walked(f"{TO_CALLBACK} ANSWER_SURVEY APPEAL")
    await town.act(appealed, Action.DECIDE_APPEAL, granted=False, reason="维持原结论")
    assert (await _timeline(town, appealed))[-1]["note"] == "维持原结论"


async def test_a_rejection_counts_as_the_reply(town: Town) -> None:
    letter = await town.walked("REJECT")
    found = (await town.citizen.ask(TRACKED, **letter.proof))["trackedCase"]
    assert (found["stage"], found["outcome"]) == ("CONCLUSION", "REJECTED")
    assert found["reply"]["text"] == "不属于受理范围\n请拨打12345"
    assert found["replyDue"]["state"] == "MET"
    assert found["reply"]["unit"] is None
