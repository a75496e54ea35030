"""Names and messages in the reader's language, over HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.actions import TO_TRANSFER, mailbox_id
from tests.api.clients import Client, Letter, Town, letter_input

pytestmark = pytest.mark.ring("test")

TRACKED = """query($number: String!, $queryCode: String!) {
    trackedCase(number: $number, queryCode: $queryCode) {
        stageName urgencyName
        mailbox { name levelName } responsibleUnit { name } category { name }
        deadline { stateName } survey { stateName }
        timeline { actionName stageName }
        replyDue { explanation { reason } } } }"""

ZH = {
    "stageName": "转办",
    "urgencyName": "一般",
    "mailbox": {"name": "蓉市市长信箱", "levelName": "市政府信箱"},
    "responsibleUnit": {"name": "东区河街道"},
    "category": {"name": "城乡建设"},
    "deadline": {"stateName": "计时中"},
    "survey": {"stateName": "未回访"},
    "timeline": [
        {"actionName": "来信提交", "stageName": "受理"},
        {"actionName": "受理", "stageName": "审核"},
        {"actionName": "审核转办", "stageName": "转办"},
    ],
}
EN = {
    "stageName": "Transfer",
    "urgencyName": "Normal",
    "mailbox": {"name": "Mailbox of the Mayor, Rong", "levelName": "City government"},
    "responsibleUnit": {"name": "River Subdistrict, East District"},
    "category": {"name": "Construction"},
    "deadline": {"stateName": "Running"},
    "survey": {"stateName": "Not asked"},
    "timeline": [
        {"actionName": "Letter submitted", "stageName": "Acceptance"},
        {"actionName": "Accepted", "stageName": "Review"},
        {"actionName": "Reviewed and sent to a unit", "stageName": "Transfer"},
    ],
}


async def _read(town: Town, letter: Letter, language: str) -> dict[str, Any]:
    reader = Client(town.http, language=language)
    case: dict[str, Any] = (await reader.ask(TRACKED, **letter.proof))["trackedCase"]
    return case


@pytest.mark.parametrize(
    ("header", "names"),
    [("zh", ZH), ("en", EN), ("zh-CN;q=0.5,en;q=0.9", EN), ("tlh", ZH), (";;garbage,,", ZH)],
)
async def test_every_name_is_in_the_readers_language(
    town: Town, header: str, names: dict[str, Any]
) -> None:
    letter = await town.walked(TO_TRANSFER)
    case = await _read(town, letter, header)
    reasons = [row["reason"] for row in case.pop("replyDue")["explanation"]]
    assert case == names
    assert len(reasons) > 10
    assert all(reason.isascii() == (names is EN) for reason in reasons)


async def test_without_a_header_it_is_chinese(town: Town) -> None:
    body = {"query": "{ categories { name } }"}
    response = await town.http.post("/graphql", json=body)
    assert [one["name"] for one in response.json()["data"]["categories"]] == ["城乡建设", "教育"]


@pytest.mark.parametrize(
    ("language", "payload_says", "error_says"),
    [("zh", "没有这个信箱。", "请先登录。"), ("en", "There is no such mailbox.", "Sign in first.")],
)
async def test_refusals_are_in_the_readers_language(
    town: Town, language: str, payload_says: str, error_says: str
) -> None:
    reader = Client(town.http, language=language)
    unknown = letter_input(mailboxId=mailbox_id("51/NOBODY"))
    payload = await reader.do("submitLetter", **unknown)
    assert payload["errors"][0]["message"] == payload_says
    answer = await reader.send("{ viewer { subject } }")
    assert answer.errors[0]["message"] == error_says


@pytest.mark.parametrize(
    ("language", "says"), [("zh", "令牌无效，请重新登录。"), ("en", "This token is not valid.")]
)
async def test_a_broken_request_is_told_so_in_the_readers_language(
    town: Town, language: str, says: str
) -> None:
    answer = await Client(town.http, "no token", language).send("{ viewer { subject } }")
    assert (answer.status, answer.errors[0]["message"]) == (401, says)
