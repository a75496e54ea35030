"""What ops see of notices over GraphQL: what was given up, and the outbox; nobody's words."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
import pytest_asyncio

from api.app import now
from domain.media import Medium
from domain.words import Role
from infra.post.outbox import OutboxPost
from tests.api.access_cases import client_of, sample_readers
from tests.api.access_matrix import READERS, Class, Gets, Reader, gets
from tests.api.clients import Client, Letter, Town
from tests.services.functions.delivering import UNKNOWN, Letterbox, delivered, queued, survey

pytestmark = pytest.mark.ring("test")

NOTICE = "id caseNumber audience about medium attempts error queuedAt givenUpAt state"
PAGE = "totalCount pageInfo { hasNextPage endCursor }"
GIVEN_UP = f"""query($first: Int, $after: String) {{
    undeliveredNotices(first: $first, after: $after) {{
        {PAGE} edges {{ cursor node {{ {NOTICE} }} }} }} }}"""
OUTBOX = f"""query($first: Int, $after: String) {{
    outbox(first: $first, after: $after) {{
        {PAGE} edges {{ cursor node {{ id medium about to text sentAt }} }} }} }}"""
RETRY = f"""mutation($input: RetryNoticeInput!) {{ retryNotice(input: $input) {{
    notice {{ {NOTICE} }} errors {{ code field message }} }} }}"""
TO_SIGN_FOR, TO_CALLBACK = "ACCEPT REVIEW", "SIGN_FOR RECORD_CONTACT SUBMIT_REPLY APPROVE_REPLY"


@pytest.fixture
def ops(town: Town) -> Client:
    return town.person(Role.OPS)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def letters(town: Town) -> list[Letter]:
    """Three whose receipts were refused for good, and one whose reply lies in the outbox."""
    letters = [await town.letter() for _ in range(3)]
    soon = now() + timedelta(minutes=1)
    await delivered(town.office, Letterbox(lambda _: UNKNOWN), soon)
    noon = datetime.combine(soon.date() + timedelta(days=2), time(4), UTC)
    post: Any = OutboxPost(town.office.outbox, lambda: noon)
    letters.append(await town.walked(TO_SIGN_FOR))
    await delivered(town.office, post, noon - timedelta(hours=1))
    await town.walk(letters[3], TO_CALLBACK)
    case = await town.office.notices.readable([letters[3].key])
    await queued(town.office, town.database, survey(case[letters[3].key], noon))
    await delivered(town.office, post, noon)
    return letters


def nodes(data: Any, name: str) -> list[dict[str, Any]]:
    return [edge["node"] for edge in data[name]["edges"]]


async def test_ops_list_what_was_given_up_page_by_page(ops: Client, letters: list[Letter]) -> None:
    data = await ops.ask(GIVEN_UP, first=2)
    assert data["undeliveredNotices"]["totalCount"] == 3
    cursor = data["undeliveredNotices"]["pageInfo"]["endCursor"]
    found = nodes(data, "undeliveredNotices")
    found += nodes(await ops.ask(GIVEN_UP, first=2, after=cursor), "undeliveredNotices")
    assert {one["caseNumber"] for one in found} == {one.number for one in letters[:3]}
    [first] = [one for one in found if one["caseNumber"] == letters[0].number]
    assert first["id"] == f"{letters[0].key}-1-writer"
    assert (first["audience"], first["about"], first["medium"]) == ("WRITER", "SUBMISSION", "SMS")
    assert (first["attempts"], first["error"], first["state"]) == (1, "no such number", "GIVEN_UP")


async def test_ops_have_one_tried_again_and_a_second_time_it_is_not_there(
    town: Town, ops: Client, letters: list[Letter]
) -> None:
    notice = f"{letters[2].key}-1-writer"
    payload = (await ops.ask(RETRY, input={"noticeId": notice}))["retryNotice"]
    assert (payload["notice"]["state"], payload["errors"]) == ("QUEUED", [])
    entries = await town.office.audit.of_case(letters[2].key)
    assert [(what, who, why) for _, what, who, why in entries] == [("RETRY_NOTICE", "ops", notice)]
    payload = (await ops.ask(RETRY, input={"noticeId": notice}))["retryNotice"]
    assert payload["notice"] is None
    assert [(e["code"], e["field"]) for e in payload["errors"]] == [("NOT_FOUND", "noticeId")]


async def test_the_outbox_shows_no_telephone_no_link_and_no_word_of_a_case(
    town: Town, ops: Client, letters: list[Letter]
) -> None:
    found = {one["id"]: one for one in nodes(await ops.ask(OUTBOX, first=100), "outbox")}
    key = letters[3].key
    receipt, reply = found[f"{key}-1-writer"], found[f"{key}-7-writer"]
    question, mail = found[f"{key}-survey-1"], found[f"{key}-3-unit"]
    assert receipt["to"] == "**********1234"
    assert letters[3].number in receipt["text"]
    assert reply["text"] is None
    assert mail["text"] is None
    assert (mail["medium"], mail["about"]) == (Medium.EMAIL, "REVIEW")
    assert "/survey/…" in question["text"]
    token = town.office.access.survey_token(key, 1)
    answer = (await ops.send(OUTBOX, first=100)).response.text
    for secret in ("13880001234", token, letters[3].code):
        assert secret not in answer
    assert any(token in one.text for one in await town.office.outbox.newest(100))


@pytest.mark.parametrize("reader", sample_readers(READERS), ids=lambda reader: reader.name)
async def test_nobody_but_ops_sees_or_changes_them(
    town: Town, letters: list[Letter], reader: Reader
) -> None:
    client = client_of(town, reader)
    refused = "UNAUTHENTICATED" if not reader.subject else "FORBIDDEN"
    may = gets(Class.OPS, reader) is Gets.YES
    for document in (GIVEN_UP, OUTBOX):
        answer = await client.send(document, first=1)
        assert answer.code == (None if may else refused)
    given = {"noticeId": "nothing"}
    [error] = (await client.ask(RETRY, input=given))["retryNotice"]["errors"]
    assert error["code"] == ("NOT_FOUND" if may else refused)
