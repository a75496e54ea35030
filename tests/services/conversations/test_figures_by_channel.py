"""Letters by messages are in the month's figures like all others, under their own channel."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.bulletins import Month
from domain.definitions import FigureName
from domain.words import Channel
from services.conversations.by_sms import answer_sms
from services.conversations.handling import answer_message
from services.figures.bulletins import ToldBulletin, bulletin_of
from services.office import Office
from storage.mongo import Database
from tests.services.conversations.writing import (
    LINE,
    Proof,
    by_sms,
    letter_by_wechat,
    proof_in,
    said,
)
from tests.services.functions.delivering import Letterbox
from tests.services.months import came, froze
from tests.services.offices import CLERK, MONDAY, SUPERVISOR, TO_CALLBACK, walked

pytestmark = pytest.mark.ring("test")

MARCH = Month(2017, 3)
SENDERS = ("oWriter00000000000000000001", "oWriter00000000000000000002")


async def told(office: Office) -> ToldBulletin:
    return await bulletin_of(office, MARCH, MONDAY + timedelta(days=2), reader=SUPERVISOR)


def channels(bulletin: ToldBulletin) -> dict[Channel, int]:
    return {channel: count for channel, count in bulletin.by_channel.items() if count}


async def by_every_way(office: Office) -> Proof:
    """Two by WeChat, three by SMS, one by the app; the first one's proof."""
    proofs = [await letter_by_wechat(office, MONDAY, sender) for sender in SENDERS]
    for _ in range(3):
        message = by_sms(LINE)
        for _ in range(2):  # as a provider repeats it
            await answer_sms(office, message, MONDAY, Letterbox().send)
    await came(office, channel=Channel.APP)
    return proofs[0]


async def test_each_channel_has_its_letters(office: Office) -> None:
    await by_every_way(office)
    found = await told(office)
    assert found.letters == 6
    assert channels(found) == {Channel.WECHAT: 2, Channel.SMS: 3, Channel.APP: 1}


async def test_a_frozen_edition_says_the_same(office: Office, database: Database) -> None:
    await by_every_way(office)
    live = channels(await told(office))
    await froze(office, database, MARCH)
    await letter_by_wechat(office, MONDAY + timedelta(hours=1))
    found = await told(office)
    assert found.edition == 1
    assert channels(found) == live == {Channel.WECHAT: 2, Channel.SMS: 3, Channel.APP: 1}


async def test_reply_and_satisfaction_are_counted_with_the_others(office: Office) -> None:
    proof = await by_every_way(office)
    case = await office.cases.by_number(proof.number, CLERK)
    assert case is not None
    await walked(office, case, TO_CALLBACK)
    now = MONDAY + timedelta(hours=1)
    assert "感谢" in await said(office, f"评价 {proof.number} {proof.code} 5", now)
    figures = {one.name: one for one in (await told(office)).figures}
    reply = figures[FigureName.REPLY_RATE]
    assert (reply.numerator, reply.denominator) == (1, 6)
    satisfaction = figures[FigureName.SATISFACTION_RATE]
    assert (satisfaction.numerator, satisfaction.denominator) == (1, 1)


async def test_what_is_no_letter_is_not_counted(office: Office) -> None:
    for text in ("帮助", "查询 1 2", "写信", "取消", "5"):
        await said(office, text, MONDAY)
        await answer_message(office, by_sms("帮助"), MONDAY)
    assert (await told(office)).letters == 0


async def test_the_proof_that_was_told_is_the_case_s(office: Office) -> None:
    post = Letterbox()
    await answer_sms(office, by_sms(LINE), MONDAY, post.send)
    proof = proof_in(post.taken[-1].text)
    case = await office.cases.by_number(proof.number, CLERK)
    assert case is not None
    assert case.letter.channel is Channel.SMS
