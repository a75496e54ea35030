"""Conversations cut off in the middle: what was asked for is done, once, and told."""

from __future__ import annotations

import pytest

from domain.words import Channel
from services.conversations.handling import Received, _moved, answer_message, key_of
from services.conversations.wishes import Circumstances
from services.office import Office
from storage import mongo
from tests.services.offices import MONDAY, documents

pytestmark = pytest.mark.ring("test")

SENDER = "oWriter00000000000000000001"
LETTER = ("写信", "1", "路灯不亮", "人民路上的路灯坏了三天。", "跳过", "13880001234")


def message(text: str, id_: str) -> Received:
    return Received(Channel.WECHAT, id_, SENDER, text)


async def written(office: Office) -> None:
    """A letter up to its summary."""
    for place, text in enumerate(LETTER):
        await answer_message(office, message(text, str(place)), MONDAY)


async def cut_off(office: Office, last: Received) -> None:
    """The process ends right after the write that says what the message asks for."""
    key = key_of(office, last)
    await office.outside.conversations.record(key)
    sender = office.access.digest("sender", last.channel, last.sender).hex()
    around = Circumstances(last.channel, sender, key, is_new=True)
    await _moved(office, last, around, MONDAY)


async def test_a_confirmed_letter_that_was_cut_off_goes_with_the_next_message(
    office: Office, database: mongo.Database
) -> None:
    await written(office)
    confirmed = message("确认", "confirmed")
    await cut_off(office, confirmed)
    assert await documents(database) == []
    told = await answer_message(office, message("帮助", "next"), MONDAY)
    (case,) = await documents(database)
    assert case["number"] in told
    assert "查询码" in told
    assert await answer_message(office, confirmed, MONDAY) in told
    assert len(await documents(database)) == 1


async def test_it_is_told_once(office: Office, database: mongo.Database) -> None:
    await written(office)
    await cut_off(office, message("确认", "confirmed"))
    await answer_message(office, message("帮助", "next"), MONDAY)
    (case,) = await documents(database)
    after = await answer_message(office, message("帮助", "after"), MONDAY)
    assert case["number"] not in after
    assert len(await documents(database)) == 1
