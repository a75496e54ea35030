"""What somebody wrote by message goes with the account; that it came stays, so it counts once."""

from __future__ import annotations

from datetime import timedelta
from itertools import count

import pytest

from services.accounts.erasing import erase_my_account
from services.accounts.spoken import ERASED
from services.conversations.handling import answer_message, key_of
from services.conversations.keys import sender_key
from services.office import Office
from storage import mongo
from storage.conversations import Left, answer_place
from tests.services.accounts.leavers import (
    OPENID,
    Killed,
    claimed,
    dying,
    swept,
    written_by_sms,
    written_on_wechat,
)
from tests.services.accounts.people import E164, PHONE, actor_of, desk_of, signed_in
from tests.services.conversations.writing import LINE, by_sms, by_wechat, letter_by_wechat, said
from tests.services.offices import MONDAY, documents

pytestmark = pytest.mark.ring("test")

LATER = MONDAY + timedelta(minutes=10)
DAY = timedelta(days=1)
STRANGER = "oStranger000000000000000001"


def says_erased(answer: str) -> bool:
    return ERASED.zh in answer and ERASED.en in answer


async def test_a_text_message_is_forgotten_and_its_repeat_is_no_second_letter(
    office: Office, database: mongo.Database
) -> None:
    li = actor_of(await signed_in(office, desk_of(office)))
    proof = await written_by_sms(office, "one")
    await erase_my_account(office, desk_of(office), li, LATER)
    [left] = await documents(database, "received_messages")
    assert left.keys() == {"_id", "at", "answer", "sent"}
    again = by_sms(LINE, E164, "one")
    # Later than any idempotency key is kept: the digest alone knows of it.
    assert says_erased(await answer_message(office, again, LATER + 2 * DAY))
    assert [one["number"] for one in await documents(database)] == [proof.number]
    assert await office.outside.conversations.is_sent(key_of(office, again)), "no message goes out"


@pytest.mark.ring("all")
async def test_a_message_that_nobody_was_done_with_is_not_taken_up(
    office: Office, database: mongo.Database
) -> None:
    li = actor_of(await signed_in(office, desk_of(office)))
    message = by_sms(LINE, E164, "one")
    key, sender = key_of(office, message), sender_key(office.access, message.channel, E164)
    left = Left(key, "with number and text", MONDAY)
    await office.outside.conversations.record(key, left, sender)
    await erase_my_account(office, desk_of(office), li, LATER)
    assert not await office.outside.conversations.has_left(LATER + DAY)
    assert says_erased(await answer_message(office, message, LATER))
    assert await documents(database) == []


async def test_a_claimed_letters_conversation_on_wechat_is_forgotten(
    office: Office, database: mongo.Database
) -> None:
    li = actor_of(await signed_in(office, desk_of(office)))
    await claimed(office, await written_on_wechat(office, "跳过"), li)
    await said(office, "写信", MONDAY, OPENID)  # another one is begun
    sender = sender_key(office.access, "WECHAT", OPENID)
    await office.outside.conversations.keep_survey(sender, "a case", 1)
    await erase_my_account(office, desk_of(office), li, LATER)
    assert await documents(database, "conversations") == []
    assert await documents(database, "surveys_by_sender") == []
    received = await documents(database, "received_messages")
    assert len(received) == 8
    for one in received:
        assert "sender" not in one
        assert says_erased(await office.personal.revealed(one["answer"], answer_place(one["_id"])))


@pytest.mark.ring("all")
async def test_whoever_gave_the_number_on_wechat_is_forgotten_too(
    office: Office, database: mongo.Database
) -> None:
    li = actor_of(await signed_in(office, desk_of(office)))
    await written_on_wechat(office, PHONE)
    await erase_my_account(office, desk_of(office), li, LATER)
    assert await documents(database, "conversations") == []


@pytest.mark.ring("all")
async def test_killed_before_any_call_nothing_is_left_of_them(
    office: Office, database: mongo.Database
) -> None:
    li = actor_of(await signed_in(office, desk_of(office)))
    wechat, sms = await written_on_wechat(office, "跳过"), await written_by_sms(office, "one")
    await claimed(office, wechat, li)
    for killed in count():
        try:
            await erase_my_account(dying(office, killed), desk_of(office), li, LATER)
            break
        except Killed:
            continue
    assert killed > 10
    assert await documents(database, "conversations") == []
    received = await documents(database, "received_messages")
    assert len(received) == 8
    for one in received:
        assert "sender" not in one
        assert says_erased(await office.personal.revealed(one["answer"], answer_place(one["_id"])))
    numbers = {one["number"] for one in await documents(database)}
    assert numbers == {wechat.number, sms.number}


async def test_others_conversations_go_on(office: Office, database: mongo.Database) -> None:
    li = actor_of(await signed_in(office, desk_of(office)))
    await said(office, "写信", MONDAY, STRANGER)
    await letter_by_wechat(office, MONDAY, "oSomebodyElse", "13900139000")
    await written_by_sms(office, "theirs", "+8613900139000")
    names = ("conversations", "received_messages")
    before = [await documents(database, name) for name in names]
    await erase_my_account(office, desk_of(office), li, LATER)
    assert [await documents(database, name) for name in names] == before


@pytest.mark.ring("all")
async def test_whoever_writes_again_is_taken_for_somebody_new(
    office: Office, database: mongo.Database
) -> None:
    li = actor_of(await signed_in(office, desk_of(office)))
    await claimed(office, await written_on_wechat(office, "跳过"), li)
    await erase_my_account(office, desk_of(office), li, LATER)
    told = await answer_message(office, by_wechat("写信", OPENID), LATER)
    assert "1" in told
    [conversation] = await documents(database, "conversations")
    assert conversation["version"] == 1


async def test_messages_in_the_outbox_to_the_number_go(
    office: Office, database: mongo.Database
) -> None:
    li = actor_of(await signed_in(office, desk_of(office)))
    await signed_in(office, desk_of(office), "13900139000")
    assert len(await documents(database, "outbox")) == 2
    await erase_my_account(office, desk_of(office), li, LATER)
    [left] = await office.outbox.newest(10)
    assert left.to == "+8613900139000"
    assert (await swept(office, None, LATER)).error is None
