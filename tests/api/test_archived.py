"""An archived case answers its writer as before, and staff with what is left of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from api.app import now
from api.documents import trusted_documents
from domain.runs import RunState
from domain.words import Role
from domain.workflow import Action
from services.archive.restoring import restore_case
from tests.api.actions import TO_CALLBACK, TO_CONCLUSION, TO_HANDLING
from tests.api.clients import Letter, Town
from tests.api.selections import STAFF_ONLY, everything
from tests.services.functions.archiving import Cellar, delivered
from tests.services.offices import SUPERVISOR

pytestmark = pytest.mark.ring("test")

STATUS = next(text for text in trusted_documents().values() if "query CaseStatus" in text)
BY_CODE = """query($number: String!, $queryCode: String!) {{
    trackedCase(number: $number, queryCode: $queryCode) {selected} }}"""
BY_NUMBER = "query($number: String!) {{ case(number: $number) {selected} }}"
LATER = timedelta(days=400)

LIVES: dict[str, str] = {
    "answered": TO_CONCLUSION,
    "not accepted": "REJECT",
    "taken back": "ACCEPT WITHDRAW",
    "directly": "DISPATCH_DIRECTLY REVIEW_DISPATCH SUBMIT_REPLY APPROVE_REPLY ANSWER_SURVEY",
    "with more time": f"{TO_HANDLING} STOP_CLOCK RESTART_CLOCK REQUEST_EXTENSION DECIDE_EXTENSION"
    " NOTE_PROGRESS INVOLVE_UNIT SUPERVISE SUBMIT_REPLY SEND_BACK_REPLY SUBMIT_REPLY"
    " APPROVE_REPLY RECORD_CALLBACK",
    "appealed in vain": f"{TO_CONCLUSION} APPEAL DECIDE_APPEAL!",
    "opened again": f"{TO_CONCLUSION} APPEAL DECIDE_APPEAL REVIEW SIGN_FOR RECORD_CONTACT"
    " SUBMIT_REPLY APPROVE_REPLY ANSWER_SURVEY",
    "not satisfied": f"{TO_CALLBACK} ANSWER_SURVEY! SUBMIT_REPLY APPROVE_REPLY ANSWER_SURVEY!"
    " DECIDE_CALLBACK",
    "refused twice": "ACCEPT REVIEW REFUSE REVIEW REFUSE ADJUDICATE RECORD_CONTACT SUBMIT_REPLY"
    " APPROVE_REPLY ANSWER_SURVEY",
}
"""Walks; with ``!`` an action goes the other way."""
OTHERWISE: dict[str, dict[str, Any]] = {
    "ANSWER_SURVEY": {
        "resolved": False,
        "satisfaction": 1,
        "reason": "没有解决",
        "comment": "失望",
    },
    "DECIDE_APPEAL": {"granted": False},
}


async def lived(town: Town, walk: str) -> Letter:
    letter = await town.letter()
    for name in walk.split():
        given = OTHERWISE[name[:-1]] if name.endswith("!") else {}
        given |= {"note": "内部备注"} if name == "NOTE_PROGRESS" else {}
        payload = await town.act(letter, Action[name.rstrip("!")], **given)
        assert payload["errors"] == [], name
    return letter


async def status(town: Town, letter: Letter, language: str = "zh") -> dict[str, Any]:
    client = town.citizen
    object.__setattr__(client, "language", language)
    case: dict[str, Any] = (await client.ask(STATUS, **letter.proof))["trackedCase"]
    return case


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def letters(town: Town) -> AsyncIterator[dict[str, Letter]]:
    """One that lived each of the lives, and one that was joined to an answered one."""
    found = {name: await lived(town, walk) for name, walk in LIVES.items()}
    found["joined"] = await town.letter()
    payload = await town.act(found["joined"], Action.JOIN, mainCaseId=found["answered"].id)
    assert payload["errors"] == []
    yield found


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def before(town: Town, letters: dict[str, Letter]) -> dict[str, dict[str, Any]]:
    """What each writer is told half a year and more later, before the archive runs."""
    town.clock.later = LATER
    return {name: await status(town, letter) for name, letter in letters.items()}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def cellar(
    town: Town,
    before: dict[str, dict[str, Any]],
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[Cellar]:
    """The archive after its run."""
    cellar = Cellar(town.office, Path(tmp_path_factory.mktemp("archive")))
    await delivered(town.office)
    entry = await cellar.run((now() + LATER).replace(microsecond=0))
    assert (entry.state, entry.counts.changed) == (RunState.SUCCEEDED, len(before))
    yield cellar


@pytest.mark.parametrize("name", [*LIVES, "joined"])
async def test_the_writer_is_told_the_same_as_before(
    town: Town,
    letters: dict[str, Letter],
    before: dict[str, dict[str, Any]],
    cellar: Cellar,
    name: str,
) -> None:
    town.clock.later = LATER
    told, was = await status(town, letters[name]), before[name]
    [*entries, last] = told.pop("timeline")
    assert (last["action"], last["stage"], last["by"]) == ("ARCHIVE", "ARCHIVE", "system")
    assert entries == was.pop("timeline")
    assert told.pop("updatedAt") == last["at"] != was.pop("updatedAt")
    assert (told.pop("stage"), was.pop("stage")) == ("ARCHIVE", "CONCLUSION")
    assert (told.pop("stageName"), was.pop("stageName")) == ("归档", "办结")
    assert told == was
    assert told["replyDue"]["explanation"], "the rows are a part of it"


async def test_a_wrong_code_opens_it_no_more_than_before(
    town: Town, letters: dict[str, Letter], cellar: Cellar
) -> None:
    proof = {**letters["answered"].proof, "queryCode": "0000 0000 0000 0000"}
    assert (await town.citizen.ask(STATUS, **proof))["trackedCase"] is None


async def test_every_field_can_still_be_asked_for(
    town: Town, letters: dict[str, Letter], cellar: Cellar
) -> None:
    writers = everything("Case", 3, without=STAFF_ONLY)
    affordable = everything("Case", 4, without=["similarCases", "children"])
    for letter in letters.values():
        asked = BY_CODE.format(selected=writers)
        own = (await town.citizen.ask(asked, **letter.proof))["trackedCase"]
        assert (own["body"], own["writer"]["phone"]) == (None, None)
        assert own["archivedAt"] == own["updatedAt"]
        assert own["availableActions"] == []
        asked = BY_NUMBER.format(selected=affordable)
        supervisor = town.person(Role.SUPERVISOR)
        case = (await supervisor.ask(asked, number=letter.number))["case"]
        assert {entry["note"] for entry in case["history"]} == {None}
        assert case["hold"] is None


async def test_it_is_found_by_its_title_and_no_more_by_its_body(
    town: Town, letters: dict[str, Letter], cellar: Cellar
) -> None:
    document = "query($q: String!) { cases(first: 50, filter: {search: $q}) { totalCount } }"
    clerk = town.person(Role.SUPERVISOR)
    assert (await clerk.ask(document, q="油烟扰民"))["cases"]["totalCount"] == len(letters)
    assert (await clerk.ask(document, q="无法开窗"))["cases"]["totalCount"] == 0


async def test_a_restored_case_is_whole_and_still_archived(
    town: Town, letters: dict[str, Letter], cellar: Cellar
) -> None:
    letter, store = letters["with more time"], cellar.workshop.store
    await restore_case(town.office, store, letter.number, SUPERVISOR, town.clock())
    asked = BY_CODE.format(selected="{ stage body writer { phone } availableActions archivedAt }")
    case = (await town.citizen.ask(asked, **letter.proof))["trackedCase"]
    assert (case["stage"], case["availableActions"]) == ("ARCHIVE", [])
    assert case["body"].startswith("每天晚上")
    assert case["writer"]["phone"] == "+8613880001234"
    assert case["archivedAt"] is not None
