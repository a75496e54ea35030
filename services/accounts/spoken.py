"""What somebody with an account wrote by message: text messages from its number, WeChat of its
letters. Shown to its owner, and erased with the account."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from domain.case import Case
from domain.refusals import Text
from domain.words import Channel
from services.conversations.keys import sender_key
from services.office import Office
from storage.spoken import Answered

ERASED = Text("此消息的内容已删除。", "What this message said was erased.")


@dataclass(frozen=True, slots=True)
class Spoken:
    """A sender's messages; ``draft`` is the letter that was begun, ``led`` what it came to."""

    channel: Channel
    messages: Sequence[Answered] = field(repr=False)
    draft: object = field(repr=False)
    led: Sequence[object] = field(repr=False)


async def spoken_by(
    office: Office, phone: str | None, cases: Sequence[Case], now: datetime
) -> list[Spoken]:
    """What is known of an account's own conversations.

    Whoever types the account's number into WeChat is somebody else until their letter was claimed:
    their words are not shown.
    """
    spoken = []
    for channel, sender in _senders(office, phone, await _openids(office, cases)):
        said = await office.outside.conversations.of(sender, now)
        messages = await office.outside.spoken.of(sender)
        if messages or said.version:
            begun = said.draft or said.forgotten
            draft = json.loads(begun) if begun else None
            led = [json.loads(one) for one in said.moves.values()]
            spoken.append(Spoken(channel, messages, draft, led))
    return spoken


async def erase_spoken(office: Office, phone: str | None, cases: Sequence[Case]) -> None:
    """Leaves nothing of it but that messages came; of whoever gave the number on WeChat, too."""
    openids = await _openids(office, cases)
    if phone is not None:
        openids |= set(await office.outside.spoken.openids_under(phone))
    senders = [sender for _, sender in _senders(office, phone, openids)]
    await office.outside.spoken.erase(senders, f"{ERASED.zh}\n{ERASED.en}")


async def _openids(office: Office, cases: Sequence[Case]) -> set[str]:
    """Of the writers of these letters, as far as they came over WeChat."""
    ids = [case.id for case in cases if case.letter.channel is Channel.WECHAT]
    writers = await office.cases.writers_of(ids) if ids else {}
    return {one.openid for one in writers.values() if one.openid is not None}


def _senders(office: Office, phone: str | None, openids: set[str]) -> list[tuple[Channel, str]]:
    addresses = [(Channel.SMS, phone)] if phone is not None else []
    addresses += [(Channel.WECHAT, openid) for openid in sorted(openids)]
    return [(channel, sender_key(office.access, channel, one)) for channel, one in addresses]
