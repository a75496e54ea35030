"""The official account's address: what it lets in, in which order, how often, and what it tells."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from xml.etree import ElementTree as ET

import httpx
import pytest
import pytest_asyncio
from wechatpy.crypto import WeChatCrypto  # type: ignore[import-untyped]

from api.flat_xml import read_fields
from api.wechat import _rendered
from infra.outside.channels import ChannelSettings
from infra.outside.told import OutsideSettings
from storage import mongo
from tests.api.actions import CITY, mailbox_id
from tests.api.channels import (
    AES,
    APP,
    LETTER,
    OPENID,
    WECHAT,
    letters,
    proof_in,
    said,
    trace,
    twice,
    whole_letter,
)
from tests.api.clients import Town
from tests.api.conftest import open_town
from tests.api.providers import TOKEN, query, xml

pytestmark = pytest.mark.ring("test")

PLAIN = OutsideSettings(channels=ChannelSettings(TOKEN, APP))
SEALED = OutsideSettings(channels=ChannelSettings(TOKEN, APP, AES))
MINUTE = timedelta(minutes=1)
TOO_MANY = "操作过于频繁"
Request = tuple[dict[str, str], str]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(mongo_uri: str, driver: mongo.Driver) -> AsyncIterator[Town]:
    async for one in open_town(mongo_uri, driver, outside=PLAIN):
        yield one


async def handed_on(town: Town, request: Request) -> httpx.Response:
    params, body = request
    return await town.http.post(WECHAT, params=params, content=body.encode())


def plain(town: Town, text: str, sender: str) -> Request:
    return query(town.clock()), xml(text, sender)


def sealed(town: Town, text: str, sender: str) -> Request:
    params = query(town.clock())
    crypto = WeChatCrypto(TOKEN, AES, APP)
    body = crypto.encrypt_message(xml(text, sender), params["nonce"], params["timestamp"])
    params["msg_signature"] = ET.fromstring(body).findtext("MsgSignature") or ""
    return params, body


# What was recorded, and is sent again


@pytest.mark.parametrize(
    ("outside", "made"), [(PLAIN, plain), (SEALED, sealed)], ids=["plain", "encrypted"]
)
async def test_a_recorded_conversation_replayed_is_one_letter_and_later_nothing(
    town: Town,
    mongo_uri: str,
    driver: mongo.Driver,
    outside: OutsideSettings,
    made: Callable[[Town, str, str], Request],
) -> None:
    async for one in open_town(mongo_uri, driver, outside=outside):
        sender = OPENID.format("A")
        recorded = [made(one, text, sender) for text in (*LETTER, "确认")]
        for _ in range(2):
            for request in recorded:
                assert (await handed_on(one, request)).status_code == 200
        assert len(await letters(one, "WECHAT")) == 1
        before = await trace(one)
        one.clock.later += timedelta(seconds=31)
        for request in recorded:
            refused = await handed_on(one, request)
            assert (refused.status_code, refused.content) == (403, b"")
        assert await trace(one) == before


Change = Callable[[Request, datetime], Request]
REFUSED: dict[str, tuple[Change, int]] = {
    "nothing is signed": (lambda one, _: ({}, one[1]), 403),
    "a wrong signature": (lambda one, _: ({**one[0], "signature": "0" * 40}, one[1]), 403),
    "no signature": (lambda one, _: ({**one[0], "signature": ""}, one[1]), 403),
    "another nonce": (lambda one, _: ({**one[0], "nonce": "other"}, one[1]), 403),
    "another time": (
        lambda one, now: ({**one[0], "timestamp": str(int(now.timestamp()) + 1)}, one[1]),
        403,
    ),
    "six minutes ago": (lambda one, now: (query(now - timedelta(minutes=6)), one[1]), 403),
    "six minutes ahead": (lambda one, now: (query(now + timedelta(minutes=6)), one[1]), 403),
    "another text under a nonce that was used": (
        lambda one, _: (one[0], one[1].replace("写信", "帮助")),
        403,
    ),
    "another sender under a nonce that was used": (
        lambda one, _: (one[0], one[1].replace("oWriter", "oOthers")),
        403,
    ),
    "no message": (lambda one, now: (query(now), ""), 400),
    "no sender": (lambda one, now: (query(now), one[1].replace("FromUserName", "From")), 400),
    "an envelope where none is expected": (
        lambda one, now: (query(now), "<xml><Encrypt>AAAA</Encrypt></xml>"),
        403,
    ),
    "too long": (lambda one, now: (query(now), one[1] + " " * 70_000), 413),
}


@pytest.mark.parametrize("name", REFUSED)
async def test_what_is_not_to_be_believed_is_a_4xx_and_nothing_else(town: Town, name: str) -> None:
    good = plain(town, "写信", OPENID.format("B"))
    assert (await handed_on(town, good)).status_code == 200
    before = await trace(town)
    change, status = REFUSED[name]
    refused = await handed_on(town, change(good, town.clock()))
    assert (refused.status_code, refused.content) == (status, b"")
    assert await trace(town) == before


# One after the other


async def test_a_letter_sent_in_one_breath_is_one_letter_in_the_order_it_was_sent(
    town: Town,
) -> None:
    sender, before = OPENID.format("C"), len(await letters(town, "WECHAT"))
    texts = (*LETTER, "确认")
    answers = await asyncio.gather(*(said(town, xml(text, sender)) for text in texts))
    assert "查询码" in answers[-1]
    cases = await letters(town, "WECHAT")
    assert len(cases) == before + 1
    letter = cases[-1]["letter"]
    assert (letter["title"], letter["body"]) == (LETTER[2], LETTER[3])


async def test_one_message_many_times_at_once_is_one_message(town: Town) -> None:
    sender, before = OPENID.format("D"), len(await letters(town, "WECHAT"))
    for text in LETTER:
        await said(town, xml(text, sender))
    body = xml("确认", sender)
    answers = await asyncio.gather(*(said(town, body) for _ in range(8)))
    assert len(set(answers)) == 1
    assert len(await letters(town, "WECHAT")) == before + 1


async def test_senders_at_once_do_not_get_into_each_other_s_letters(town: Town) -> None:
    senders = [OPENID.format(f"E{place}") for place in range(4)]
    answers = await asyncio.gather(*(whole_letter(town, one) for one in senders))
    assert len({proof_in(one) for one in answers}) == 4


# Mailboxes by name


@pytest.mark.parametrize(
    ("search", "answer"),
    [
        ("教育局", "标题"),  # one: it is chosen
        ("东区", "1. 东区区长信箱\n2. 东区城管局局长信箱\n3. 东区河街道办事处主任信箱"),
        ("西区", "没有找到这样的信箱"),
        ("99", "请回复列表中的数字"),
        (f"{CITY}/HEAD", "标题"),
        (mailbox_id(f"{CITY}/HEAD"), "标题"),
    ],
)
async def test_a_mailbox_is_found_by_its_name(town: Town, search: str, answer: str) -> None:
    sender = OPENID.format(f"F{search.partition('/')[0]}")
    assert "写给哪个信箱" in await said(town, xml("写信", sender))
    assert answer in await twice(town, search, sender)


async def test_a_mailbox_is_found_in_the_message_that_begins_a_letter(town: Town) -> None:
    assert "标题" in await twice(town, "写信 教育局", OPENID.format("F1"))
    assert "2. 东区城管局" in await twice(town, "写信：东区", OPENID.format("F2"))


async def test_a_letter_goes_to_the_mailbox_that_was_found(town: Town) -> None:
    sender = OPENID.format("G")
    for text in ("写信 东区", "2", *LETTER[2:], "确认"):
        await said(town, xml(text, sender))
    assert (await letters(town, "WECHAT"))[-1]["mailbox"] == "5101-CGJ/HEAD"


# What nobody said


def event(sender: str, name: str, kind: str = "event") -> str:
    return f"""<xml><ToUserName><![CDATA[gh_7f083739789a]]></ToUserName>
<FromUserName><![CDATA[{sender}]]></FromUserName><CreateTime>1795403439</CreateTime>
<MsgType><![CDATA[{kind}]]></MsgType><Event><![CDATA[{name}]]></Event>
<Latitude>30.66</Latitude></xml>"""


@pytest.mark.parametrize(
    "name",
    ["LOCATION", "unsubscribe", "TEMPLATESENDJOBFINISH", "SCAN", "VIEW", "MASSSENDJOBFINISH", "?"],
)
async def test_what_wechat_tells_by_itself_is_taken_and_moves_nothing(
    town: Town, name: str
) -> None:
    sender = OPENID.format(f"H{name}")
    await said(town, xml("write", sender))
    before = await trace(town)
    for body in (event(sender, name), event(sender, "", kind="device_event")):
        taken = await handed_on(town, (query(town.clock()), body))
        assert (taken.status_code, taken.text) == (200, "success")
    assert await trace(town) == before


@pytest.mark.parametrize("name", ["subscribe", "CLICK"])
async def test_who_presses_a_button_gets_the_menu_in_the_language_they_write(
    town: Town, name: str
) -> None:
    sender = OPENID.format(f"I{name}")
    assert "群众来信平台" in await said(town, event(sender, name))
    await said(town, xml("write 教育局", sender))
    other = event(sender, name).replace("1795403439", "1795403440")
    await said(town, xml("status", sender))
    assert "letter office" in await said(town, other)


def test_what_would_end_a_section_of_the_answer_comes_back_as_it_was() -> None:
    fields = {"ToUserName": "gh_1]]><Content>forged", "FromUserName": "o1]]>2"}
    read = read_fields(_rendered("见 a[b[0]]>1 与 ]]>", fields).encode())
    assert read["Content"] == "见 a[b[0]]>1 与 ]]>"
    assert (read["FromUserName"], read["ToUserName"]) == tuple(fields.values())
