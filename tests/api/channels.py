"""Providers that bring people's messages to a town, and what lies there afterwards."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree as ET

import httpx

from storage import mongo
from tests.api.clients import Town
from tests.api.providers import query, xml

APP, AES = "wx1234567890abcdef", "a" * 43
WECHAT, SMS = "/channels/wechat", "/channels/sms"
OPENID = "oWriter0000000000000000000{}"
LETTER = ("写信", "1", "路灯不亮", "帮助我们：人民路上的路灯坏了三天。", "跳过", "13880001234")
LINE = "写信 路灯不亮。人民路上的路灯坏了三天。"
KEPT = ("conversations", "received_messages", "channel_nonces", "cases", "outbox", "submissions")


async def said(town: Town, body: str, http_: httpx.AsyncClient | None = None) -> str:
    answer = await (http_ or town.http).post(
        WECHAT, params=query(town.clock()), content=body.encode()
    )
    assert answer.status_code == 200, answer.text
    return ET.fromstring(answer.text).findtext("Content") or ""


async def twice(town: Town, text: str, sender: str) -> str:
    body = xml(text, sender)
    first = await said(town, body)
    assert await said(town, body) == first
    return first


async def letters(town: Town, channel: str) -> list[mongo.Document]:
    return [one async for one in town.database["cases"].find({"channel": channel})]


async def stored(town: Town) -> int:
    names = ("conversations", "received_messages", "channel_nonces", "cases")
    return sum([await town.database[name].count_documents({}) for name in names])


async def hand_on(town: Town, envelope: dict[str, Any]) -> int:
    content = json.dumps(envelope, ensure_ascii=False).encode()
    headers = {"content-type": "text/plain; charset=UTF-8"}
    return (await town.http.post(SMS, content=content, headers=headers)).status_code


async def whole_letter(town: Town, sender: str) -> str:
    """What the last message of a letter is answered."""
    for text in (*LETTER, "确认"):
        answer = await said(town, xml(text, sender))
    return answer


def proof_in(answer: str) -> tuple[str, str]:
    """Number and query code, as an answer tells them."""
    number, _, rest = answer.partition("编号 ")[2].partition("，")
    return number, rest.partition("查询码 ")[2][:19]


async def trace(town: Town) -> Mapping[str, list[mongo.Document]]:
    """All that messages leave behind, as it lies there."""
    return {name: [one async for one in town.database[name].find().sort("_id", 1)] for name in KEPT}
