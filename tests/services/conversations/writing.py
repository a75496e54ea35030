"""People at a telephone, who write to the official account or send text messages."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from datetime import datetime

from domain.words import Channel
from services.conversations.handling import Received, answer_message
from services.office import Office

OPENID = "oWriter00000000000000000001"
PHONE = "+8613880001234"
LETTER = ("写信", "1", "路灯不亮", "人民路上的路灯坏了三天。", "跳过", "跳过", "确认")
LINE = "写信 路灯不亮。人民路上的路灯坏了三天。"
_ids = itertools.count(1)
_PROOF = re.compile(r"编号 ([^，]+)，查询码 (.{19})")


@dataclass(frozen=True)
class Proof:
    """What a letter's writer is told."""

    number: str
    code: str


def by_wechat(text: str, sender: str = OPENID, id_: str | None = None) -> Received:
    return Received(Channel.WECHAT, id_ or f"wechat {next(_ids)}", sender, text)


def by_sms(text: str, sender: str = PHONE, id_: str | None = None) -> Received:
    return Received(Channel.SMS, id_ or f"sms {next(_ids)}", sender, text)


def proof_in(answer: str) -> Proof:
    """Number and query code, as an answer tells them."""
    found = _PROOF.search(answer)
    assert found is not None, answer
    return Proof(found[1], found[2])


async def said(office: Office, text: str, now: datetime, sender: str = OPENID) -> str:
    """What one message to the official account is answered."""
    return await answer_message(office, by_wechat(text, sender), now)


async def letter_by_wechat(
    office: Office, now: datetime, sender: str = OPENID, phone: str = "跳过"
) -> Proof:
    """A letter, message by message."""
    for text in (*LETTER[:-2], phone, LETTER[-1]):
        answer = await said(office, text, now, sender)
    return proof_in(answer)
