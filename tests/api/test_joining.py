"""Letters that are joined to another: they get its reply, and nothing of it leaks or is lost."""

from __future__ import annotations

import pytest

from domain.words import Role
from domain.workflow import Action
from tests.api.clients import Town

pytestmark = pytest.mark.ring("test")

REPLY = """
query ($number: String!, $queryCode: String!) {
  trackedCase(number: $number, queryCode: $queryCode) {
    outcome reply { text } replyDue { state } timeline { action note }
  }
}
"""
BY_ID = "query ($id: ID!) { node(id: $id) { ... on Case { number reply { text } } } }"
FOUND = """
query ($search: String!) {
  cases(first: 50, filter: {search: $search}) { edges { node { number } } }
}
"""
TO_CALLBACK = "ACCEPT REVIEW SIGN_FOR RECORD_CONTACT SUBMIT_REPLY APPROVE_REPLY"


async def test_the_main_cases_reply_keeps_the_promise_to_the_joined_writer(town: Town) -> None:
    main, joined = await town.letter(), await town.letter()
    await town.act(joined, Action.JOIN, mainCaseId=main.id)
    before = (await town.citizen.ask(REPLY, **joined.proof))["trackedCase"]
    assert (before["reply"], before["replyDue"]["state"]) == (None, "RUNNING")
    assert before["timeline"][-1]["note"]

    await town.walk(main, TO_CALLBACK)
    after = (await town.citizen.ask(REPLY, **joined.proof))["trackedCase"]
    mine = (await town.citizen.ask(REPLY, **main.proof))["trackedCase"]
    assert after["reply"] == mine["reply"]
    assert (after["outcome"], after["replyDue"]["state"]) == ("MERGED", "MET")


async def test_a_main_case_is_not_withdrawn_from_under_the_letters_joined_to_it(town: Town) -> None:
    main, joined = await town.letter(), await town.letter()
    await town.act(joined, Action.JOIN, mainCaseId=main.id)
    refused = await town.act(main, Action.WITHDRAW)
    assert [error["code"] for error in refused["errors"]] == ["ACTION_NOT_ALLOWED"]


async def test_a_confidential_reply_does_not_reach_a_clerk_through_a_joined_case(
    town: Town,
) -> None:
    main, joined = await town.letter(), await town.letter()
    await town.act(joined, Action.JOIN, mainCaseId=main.id)
    await town.walk(main, "ACCEPT")
    await town.act(main, Action.REVIEW, confidential=True)
    await town.walk(main, "SIGN_FOR RECORD_CONTACT SUBMIT_REPLY APPROVE_REPLY")
    clerk, reviewer = town.person(Role.INTAKE), town.person(Role.REVIEWER)
    assert (await clerk.ask(BY_ID, id=main.id))["node"] is None
    assert (await clerk.ask(BY_ID, id=joined.id))["node"]["reply"] is None
    assert (await reviewer.ask(BY_ID, id=joined.id))["node"]["reply"]["text"]


async def test_the_clockwork_sees_writers_masked_like_everybody_else(town: Town) -> None:
    letter = await town.letter(writer={"name": "王小明", "phone": "13800138000"})
    document = "query ($id: ID!) { node(id: $id) { ... on Case { writer { name phone } } } }"
    seen = await town.person(Role.SYSTEM).ask(document, id=letter.id)
    assert seen["node"]["writer"] == {"name": "王**", "phone": "**********8000"}


async def test_the_history_does_not_name_the_writers_account(town: Town) -> None:
    writer = town.person(Role.CITIZEN, subject="zhang.wei@example.com")
    letter = await town.letter(by=writer)
    await town.walk(letter, "ACCEPT")
    document = "query ($number: String!) { case(number: $number) { history { action subject } } }"
    history = (await town.person(Role.INTAKE).ask(document, number=letter.number))["case"]
    assert [entry["subject"] for entry in history["history"]] == [None, "intake"]


async def test_a_single_sign_is_found_wherever_it_stands(town: Town) -> None:
    letter = await town.letter(title="小区门口路灯不亮", body="晚上出门什么也看不见，请修一修。")
    for sign in ("灯", "亮", "修"):
        found = await town.person(Role.INTAKE).ask(FOUND, search=sign)
        assert letter.number in [edge["node"]["number"] for edge in found["cases"]["edges"]], sign
