"""How often one may write to the official account, and what operators see of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio

from api.schema import schema
from domain.words import Role
from infra.outside.channels import ChannelSettings
from infra.outside.told import OutsideSettings
from infra.post.outbox import OutboxPost
from storage import mongo
from tests.api.actions import case_id
from tests.api.channels import (
    APP,
    LETTER,
    OPENID,
    WECHAT,
    letters,
    proof_in,
    said,
    twice,
    whole_letter,
)
from tests.api.clients import Town
from tests.api.conftest import open_town
from tests.api.providers import TOKEN, query, xml
from tests.api.test_metrics import scraped, value
from tests.services.functions.delivering import delivered

pytestmark = pytest.mark.ring("all")

PLAIN = OutsideSettings(channels=ChannelSettings(TOKEN, APP))
MINUTE = timedelta(minutes=1)
TOO_MANY = "操作过于频繁"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(mongo_uri: str, driver: mongo.Driver) -> AsyncIterator[Town]:
    async for one in open_town(mongo_uri, driver, outside=PLAIN):
        yield one


@pytest_asyncio.fixture(loop_scope="module")
async def strict(town: Town, mongo_uri: str, driver: mongo.Driver) -> AsyncIterator[Town]:
    """A town of few words: two letters an hour, three wrong codes, sixty requests a minute."""
    few = {"letter_limit": 2, "guesses_per_address": 3, "guesses_per_number": 5}
    async for one in open_town(mongo_uri, driver, outside=PLAIN, rate_limit=60, **few):
        yield one


async def test_a_sender_s_letters_are_limited_and_no_other_s(strict: Town) -> None:
    sender = OPENID.format("H")
    for _ in range(2):
        assert "查询码" in await whole_letter(strict, sender)
        strict.clock.later += timedelta(minutes=2)
    for text in LETTER:
        await said(strict, xml(text, sender))
    assert TOO_MANY in await twice(strict, "确认", sender)
    assert len(await letters(strict, "WECHAT")) == 2
    strict.clock.later += timedelta(minutes=2)
    assert "查询码" in await whole_letter(strict, OPENID.format("I"))
    strict.clock.later += timedelta(hours=1)
    assert "查询码" in await whole_letter(strict, sender)


async def test_after_wrong_codes_a_sender_is_locked_out_and_no_other(strict: Town) -> None:
    guesser, writer = OPENID.format("J"), OPENID.format("K")
    number, code = proof_in(await whole_letter(strict, writer))
    right, wrong = f"查询 {number} {code}", f"查询 {number} AAAA-AAAA-AAAA-AAAA"
    assert number in await said(strict, xml(right, guesser))
    for _ in range(3):
        assert "不符" in await said(strict, xml(wrong, guesser))
    for text in (wrong, right, f"评价 {number} {code} 5"):
        assert TOO_MANY in await said(strict, xml(text, guesser))
    assert number in await said(strict, xml(right, writer))
    strict.clock.later += timedelta(minutes=16)
    assert number in await said(strict, xml(right, guesser))


async def test_after_wrong_codes_of_many_a_number_is_locked(strict: Town) -> None:
    writer = OPENID.format("L")
    number, code = proof_in(await whole_letter(strict, writer))
    for place in range(5):
        wrong = f"查询 {number} AAAA-AAAA-AAAA-AAAA"
        assert "不符" in await said(strict, xml(wrong, OPENID.format(f"M{place}")))
    assert TOO_MANY in await said(strict, xml(f"查询 {number} {code}", writer))


async def test_wechat_s_own_address_has_its_limit_too(strict: Town) -> None:
    body = xml("帮助", OPENID.format("N"))
    now = strict.clock()
    for _ in range(60):
        wrong = query(now, signature="0" * 40)
        assert (await strict.http.post(WECHAT, params=wrong, content=body)).status_code == 403
    refused = await strict.http.post(WECHAT, params=query(now), content=body)
    assert (refused.status_code, refused.content) == (429, b"")
    assert int(refused.headers["Retry-After"]) >= 1


# What operators see


async def test_a_message_is_counted_logged_and_has_an_id(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", logger="lizheng.requests")
    name = 'lizheng_request_seconds_count{{operation="WeChat message",status="{}"}}'
    before = await scraped(town)
    body = xml("帮助", OPENID.format("O")).encode()
    good = await town.http.post(WECHAT, params=query(town.clock()), content=body)
    await town.http.post(WECHAT, params=query(town.clock(), signature="0"), content="")
    after = await scraped(town)
    for status in (200, 403):
        counted = name.format(status)
        assert value(after, counted) == value(before, counted) + 1
    told = [one.fields for one in caplog.records]  # type: ignore[attr-defined]
    assert [(one["operation"], one["status"]) for one in told] == [
        ("WeChat message", 200),
        ("WeChat message", 403),
    ]
    assert told[0]["requestId"] == good.headers["X-Request-Id"]


async def test_an_openid_is_shown_to_nobody_and_masked_in_the_outbox(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG", logger="lizheng")
    sender = OPENID.format("P")
    await whole_letter(town, sender)
    case = (await letters(town, "WECHAT"))[-1]
    assert case["writer"]["openid"] is not None
    assert "openid" not in schema.as_str().lower()
    given = {"caseId": case_id(case["_id"]), "purpose": "核实地址"}
    shown = await town.person(Role.INTAKE).do("revealWriter", **given)
    assert (shown["errors"], shown["writer"]["name"]) == ([], None)
    post: Any = OutboxPost(town.office.outbox, town.clock)
    entry = await delivered(town.office, post, town.clock().replace(microsecond=0) + MINUTE)
    assert entry.counts.failed == 0
    told = await town.person(Role.OPS).ask("{ outbox(first: 50) { edges { node { medium to } } } }")
    by_wechat = [one["node"]["to"] for one in told["outbox"]["edges"]]
    assert f"{'*' * (len(sender) - 4)}{sender[-4:]}" in by_wechat
    assert sender not in str(told)
    assert sender not in str(entry)
    assert sender not in caplog.text
