"""WeChat and SMS as their providers send them: each message twice, one letter."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from xml.etree import ElementTree as ET

import httpx
import pytest
import pytest_asyncio
from wechatpy.crypto import WeChatCrypto  # type: ignore[import-untyped]

from api.app import create_app
from infra.outside.channels import ChannelSettings
from infra.outside.told import OutsideSettings
from storage import mongo
from tests.api.channels import (
    AES,
    APP,
    LETTER,
    OPENID,
    SMS,
    WECHAT,
    hand_on,
    letters,
    said,
    stored,
    twice,
)
from tests.api.clients import Town
from tests.api.conftest import open_town
from tests.api.providers import HOSTS, TOKEN, TOPIC, Authority, query, xml

pytestmark = pytest.mark.ring("test")


@pytest.fixture(scope="module")
def authority() -> Iterator[Authority]:
    authority = Authority()
    yield authority
    authority.server.shutdown()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(mongo_uri: str, driver: mongo.Driver, authority: Authority) -> AsyncIterator[Town]:
    told = ChannelSettings(TOKEN, APP, None, TOPIC, authority.url)
    async for one in open_town(mongo_uri, driver, outside=OutsideSettings(channels=told)):
        yield one


async def test_a_letter_step_by_step_each_message_twice_is_one_letter(town: Town) -> None:
    sender, before = OPENID.format("A"), len(await letters(town, "WECHAT"))
    for text in LETTER:
        answer = await twice(town, text, sender)
    assert "路灯不亮" in answer
    assert "确认" in answer
    answer = await twice(town, "确认", sender)
    number, code = answer.split("编号 ")[1].split("，")[0], answer.split("查询码 ")[1][:19]
    assert len(await letters(town, "WECHAT")) == before + 1
    assert number in await twice(town, f"查询 {number} {code}", sender)
    assert "不符" in await twice(town, f"查询 {number} AAAA-AAAA-AAAA-AAAA", sender)
    assert len(answer) <= 600


async def test_a_letter_goes_on_after_a_restart(town: Town, mongo_uri: str) -> None:
    sender, before = OPENID.format("B"), len(await letters(town, "WECHAT"))
    for text in LETTER[:3]:
        await said(town, xml(text, sender))
    app = create_app(town.settings, mongo_uri, town.clock)
    other = httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app), base_url="http://lizheng.test"
    )
    async with app.router.lifespan_context(app), other:
        for text in (*LETTER[3:], "确认"):
            answer = await said(town, xml(text, sender), other)
    assert "查询码" in answer
    assert len(await letters(town, "WECHAT")) == before + 1


async def test_killed_before_it_was_answered_a_repeat_completes_it(town: Town) -> None:
    sender, before = OPENID.format("C"), len(await letters(town, "WECHAT"))
    for text in LETTER:
        await said(town, xml(text, sender))
    body = xml("确认", sender)
    first = await said(town, body)
    # As it lies when the process ends between the letter and the answer.
    await town.database["received_messages"].update_many({}, {"$set": {"answer": None}})
    await said(town, xml("帮助", sender))
    assert await said(town, body) == first
    assert len(await letters(town, "WECHAT")) == before + 1


async def test_half_an_hour_later_a_draft_is_forgotten(town: Town) -> None:
    sender = OPENID.format("D")
    assert "信箱" in await said(town, xml("写信", sender))
    town.clock.later += timedelta(minutes=31)
    assert "群众来信平台" in await said(town, xml("1", sender))


async def test_english_is_answered_in_english_and_cancel_leaves(town: Town) -> None:
    sender = OPENID.format("E")
    assert "To which mailbox" in await said(town, xml("write", sender))
    assert "figure of the list" in await said(town, xml("99", sender))
    assert "nothing was kept" in await said(town, xml("cancel", sender))


async def test_what_is_not_signed_or_stale_is_a_403_and_leaves_no_trace(town: Town) -> None:
    before, now = await stored(town), town.clock()
    body = xml("写信", OPENID.format("F"))
    for params in (
        {},
        query(now, signature="0" * 40),
        query(now, signature="é"),
        query(now - timedelta(minutes=6)),
        query(now + timedelta(minutes=6)),
        {**query(now), "nonce": "other"},
        {**query(now), "timestamp": "9" * 12},
    ):
        assert (await town.http.post(WECHAT, params=params, content=body)).status_code == 403
        assert (await town.http.get(WECHAT, params=params)).status_code == 403
    assert await stored(town) == before


async def test_a_nonce_is_good_for_one_message_and_its_repeats(town: Town) -> None:
    params, body = query(town.clock()), xml("帮助", OPENID.format("G")).encode()
    assert (await town.http.post(WECHAT, params=params, content=body)).status_code == 200
    assert (await town.http.post(WECHAT, params=params, content=body)).status_code == 200
    other = body.replace("帮助".encode(), "写信".encode())
    before = await stored(town)
    assert (await town.http.post(WECHAT, params=params, content=other)).status_code == 403
    town.clock.later += timedelta(seconds=31)
    assert (await town.http.post(WECHAT, params=params, content=body)).status_code == 403
    assert await stored(town) == before


async def test_the_account_is_verified_by_its_echo(town: Town) -> None:
    params = query(town.clock(), echostr="5838479218127813673")
    answer = await town.http.get(WECHAT, params=params)
    assert (answer.status_code, answer.text) == (200, "5838479218127813673")
    assert answer.headers["content-type"].startswith("text/plain")


async def test_entities_are_refused_at_once(town: Town) -> None:
    lines = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'<!DOCTYPE xml [<!ENTITY l0 "lol">{lines}]><xml><Content>&l9;</Content></xml>'
    began = time.perf_counter()
    params = query(town.clock())
    answer = await town.http.post(WECHAT, params=params, content=bomb)
    assert answer.status_code == 400
    assert time.perf_counter() - began < 1
    for body in (b"", b"<xml>", b"\xff\xfe", b"<a>" * 20_000, b"{}"):
        params = query(town.clock())
        answer = await town.http.post(WECHAT, params=params, content=body)
        assert answer.status_code == 400


async def test_encrypted_messages_are_answered_encrypted(mongo_uri: str, town: Town) -> None:
    channels = replace(town.settings.outside.channels, wechat_aes_key=AES)
    settings = replace(town.settings, outside=OutsideSettings(channels=channels))
    app = create_app(settings, mongo_uri, town.clock)
    http_ = httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app), base_url="http://lizheng.test"
    )

    async def post(app_id: str, *, whole: bool = True, plain: bool = False) -> httpx.Response:
        params, inner = query(town.clock()), xml("帮助", OPENID.format("H"))
        crypto = WeChatCrypto(TOKEN, AES, app_id)
        outer = crypto.encrypt_message(inner, params["nonce"], params["timestamp"])
        signature = ET.fromstring(outer).findtext("MsgSignature") or ""
        params["msg_signature"] = signature if whole else "0" * 40
        body = inner if plain else outer
        return await http_.post(WECHAT, params=params, content=body.encode())

    async with app.router.lifespan_context(app), http_:
        answer = await post(APP)
        assert answer.status_code == 200
        told = {one.tag: one.text or "" for one in ET.fromstring(answer.text)}
        signed = (told["MsgSignature"], told["TimeStamp"], told["Nonce"])
        opened = WeChatCrypto(TOKEN, AES, APP).decrypt_message(answer.text, *signed)
        assert "群众来信平台" in opened
        before = await stored(town)
        assert (await post("wxanotherapp")).status_code == 403
        assert (await post(APP, whole=False)).status_code == 403
        assert (await post(APP, plain=True)).status_code == 403
        assert await stored(town) == before


@pytest.mark.parametrize("version", ["1", "2"])
async def test_an_sms_twice_is_one_letter_and_one_answer(
    town: Town, authority: Authority, version: str
) -> None:
    before = len(await letters(town, "SMS"))
    await town.database["outbox"].delete_many({})
    text = "写信 路灯不亮。人民路上的路灯坏了三天。"
    envelope = authority.envelope(town.clock(), text, version)
    assert await hand_on(town, envelope) == 204
    assert await hand_on(town, envelope) == 204
    assert len(await letters(town, "SMS")) == before + 1
    assert await town.database["outbox"].count_documents({}) == 1, "no second answer"
    (answer,) = await town.office.outbox.newest(1)
    assert answer.to == "+8613880001234"
    number, code = (
        answer.text.split("编号 ")[1].split("，")[0],
        answer.text.split("查询码 ")[1][:19],
    )
    asking = authority.envelope(town.clock() + timedelta(seconds=1), f"查询 {number} {code}")
    town.clock.later += timedelta(seconds=2)
    assert await hand_on(town, asking) == 204
    (status,) = await town.office.outbox.newest(1)
    assert status.text.startswith(f"编号 {number}")


async def test_an_sms_that_is_not_sns_s_is_refused_and_leaves_no_trace(
    town: Town, authority: Authority
) -> None:
    before, now = await stored(town), town.clock()
    good = authority.envelope(now, "写信 路灯不亮。人民路上的路灯坏了三天。")
    path = "/SimpleNotificationService-0123456789abcdef.pem"
    asked = len(authority.asked)
    wrong = [
        {**good, "Message": good["Message"].replace("路灯", "井盖")},
        {**good, "Signature": "AAAA"},
        {**good, "SignatureVersion": "3"},
        authority.envelope(now - timedelta(hours=25), "帮助"),
        authority.envelope(now, "帮助", TopicArn=TOPIC + "2"),
        authority.envelope(now, "帮助", Type="UnsubscribeConfirmation"),
    ]
    wrong += [authority.envelope(now, "帮助", SigningCertURL=host + path) for host in HOSTS]
    for url in (authority.url + "/other.pem", "https://["):
        wrong.append(authority.envelope(now, "帮助", SigningCertURL=url))
    assert [await hand_on(town, one) for one in wrong] == [403] * len(wrong)
    assert {await hand_on(town, one) for one in ({}, {"Type": 1}, {**good, "Signature": ""})} == {
        400
    }
    assert await stored(town) == before
    assert set(authority.asked[asked:]) <= {path}


async def test_only_this_topic_is_confirmed(town: Town, authority: Authority) -> None:
    def confirming(url: str) -> dict[str, str]:
        given = {"Type": "SubscriptionConfirmation", "Token": "2336412f37", "SubscribeURL": url}
        return authority.envelope(town.clock(), "", **given)

    right = f"{authority.url}/?Action=ConfirmSubscription&TopicArn={TOPIC}&Token=2336412f37"
    assert await hand_on(town, confirming(right)) == 204
    assert authority.asked[-1].startswith("/?Action=ConfirmSubscription")
    for url in (
        "http://169.254.169.254/latest",
        right + "2&TopicArn=x",
        f"{authority.url}/?Action=X",
    ):
        assert await hand_on(town, confirming(url)) == 403


async def test_nothing_personal_lies_or_is_logged_in_clear(
    town: Town, authority: Authority, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG", logger="lizheng")
    sender = OPENID.format("Z")
    for text in LETTER:
        await said(town, xml(text, sender))
    await hand_on(town, authority.envelope(town.clock(), "帮助"))
    lying = ""
    for name in ("conversations", "received_messages", "channel_nonces", "outbox"):
        lying += repr([one async for one in town.database[name].find()])
    for secret in (sender, "13880001234", "人民路上", "路灯不亮"):
        assert secret not in lying
        assert secret not in caplog.text


async def test_without_settings_there_is_no_channel(town: Town, mongo_uri: str) -> None:
    app = create_app(replace(town.settings, outside=OutsideSettings()), mongo_uri, town.clock)
    with suppress(StopAsyncIteration):
        assert {WECHAT, SMS} & {getattr(route, "path", "") for route in app.routes} == set()
