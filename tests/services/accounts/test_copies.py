"""What goes besides the message: to the account's devices, and to its telephone if it wishes."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.accounts import Platform
from domain.actors import ANONYMOUS, Actor
from domain.media import Medium
from domain.refusals import (
    ActionNotAllowed,
    Duplicate,
    Forbidden,
    InvalidInput,
    NotFound,
    Unauthenticated,
)
from domain.runs import RunState
from domain.words import Channel
from services.accounts.desk import AccountDesk
from services.accounts.devices import (
    devices_of,
    prefer,
    preferences_of,
    register_device,
    remove_device,
)
from services.accounts.sessions import sign_out
from services.office import Office
from storage import mongo
from tests.services.accounts.people import Devices, actor_of, desk_of, signed_in
from tests.services.functions.delivering import BUSY, UNKNOWN, Letterbox, delivered, refuses, states
from tests.services.offices import CLERK, MONDAY, TO_CALLBACK, documents, sent, walked

pytestmark = pytest.mark.ring("test")

SOON = MONDAY + timedelta(minutes=1)
ADDRESS = "arn:FCM:token of li"
OTHERS_PHONE = "13911112222"


async def with_device(office: Office, desk: AccountDesk | None = None) -> Actor:
    desk = desk or desk_of(office)
    li = actor_of(await signed_in(office, desk))
    await register_device(office, desk, Platform.FCM, "token of li", "d", li, MONDAY)
    return li


async def test_a_device_is_told_after_the_telephone(office: Office) -> None:
    li = await with_device(office)
    letter = await sent(office, by=li)
    post = Letterbox()
    await delivered(office, post, SOON)
    assert [(one.medium, one.to) for one in post.taken] == [
        (Medium.SMS, "+8613800138000"),
        (Medium.PUSH, ADDRESS),
    ]
    assert post.taken[1].id.startswith(f"{post.taken[0].id}-push-")
    assert letter.case.number in post.taken[1].text
    again = Letterbox()
    await delivered(office, again, SOON + timedelta(minutes=1))
    assert again.taken == []


async def test_a_lock_screen_shows_nothing_of_the_reply(office: Office) -> None:
    li = await with_device(office)
    letter = await sent(office, by=li)
    case = await walked(office, letter.case, TO_CALLBACK)
    post = Letterbox()
    await delivered(office, post, case.updated_at + timedelta(minutes=1))
    replies = [one for one in post.taken if one.about == "APPROVE_REPLY"]
    [text] = [one.text for one in replies if one.medium is Medium.SMS]
    [push] = [one.text for one in replies if one.medium is Medium.PUSH]
    assert "油烟净化设施已安装" in text
    assert "油烟净化设施已安装" not in push
    assert letter.case.number in push


@pytest.mark.parametrize(
    ("push", "sms_copy", "to"),
    [
        (True, False, [f"+86{OTHERS_PHONE}", ADDRESS]),
        (False, False, [f"+86{OTHERS_PHONE}"]),
        (False, True, [f"+86{OTHERS_PHONE}", "+8613800138000"]),
        (True, True, [f"+86{OTHERS_PHONE}", ADDRESS, "+8613800138000"]),
    ],
)
async def test_preferences_say_what_goes_besides(
    office: Office, push: bool, sms_copy: bool, to: list[str]
) -> None:
    li = await with_device(office)
    await prefer(office, push, sms_copy, li)
    await sent(office, by=li, phone=OTHERS_PHONE)
    post = Letterbox()
    await delivered(office, post, SOON)
    assert [one.to for one in post.taken] == to
    assert len({one.id for one in post.taken}) == len(to)


async def test_no_second_text_goes_to_the_same_telephone(office: Office) -> None:
    li = await with_device(office)
    await prefer(office, False, True, li)
    await sent(office, by=li)
    post = Letterbox()
    await delivered(office, post, SOON)
    assert len(post.taken) == 1


async def test_nor_where_a_text_had_to_go_because_wechat_does_not_know_the_writer_any_more(
    office: Office,
) -> None:
    li = await with_device(office)
    await prefer(office, False, True, li)
    await sent(office, by=li, channel=Channel.WECHAT, openid="oLi")
    post = Letterbox(refuses(Medium.WECHAT, UNKNOWN))
    await delivered(office, post, SOON)
    assert [(one.medium, one.to) for one in post.taken] == [(Medium.SMS, "+8613800138000")]


async def test_whoever_gave_no_number_is_told_on_the_device(
    office: Office, database: mongo.Database
) -> None:
    li = await with_device(office)
    letter = await sent(office, by=li, phone=None)
    post = Letterbox()
    await delivered(office, post, SOON)
    assert [one.to for one in post.taken] == [ADDRESS]
    assert letter.case.number in post.taken[0].text
    assert set((await states(database)).values()) == {"LEFT_OUT"}


async def test_a_device_whose_app_is_gone_is_forgotten(office: Office) -> None:
    li = await with_device(office)
    await sent(office, by=li)
    entry = await delivered(office, Letterbox(refuses(Medium.PUSH, UNKNOWN)), SOON)
    assert entry.state is RunState.SUCCEEDED
    assert await devices_of(office, li) == []


async def test_a_device_that_cannot_be_reached_now_stays_and_holds_nothing_up(
    office: Office, database: mongo.Database
) -> None:
    li = await with_device(office)
    await sent(office, by=li)
    await delivered(office, Letterbox(refuses(Medium.PUSH, BUSY)), SOON)
    assert set((await states(database)).values()) == {"SENT"}
    assert len(await devices_of(office, li)) == 1


async def test_nothing_is_copied_before_the_message_itself_is_out(office: Office) -> None:
    li = await with_device(office)
    await sent(office, by=li)
    post = Letterbox(refuses(Medium.SMS, BUSY))
    await delivered(office, post, SOON)
    assert post.taken == []


async def test_nobody_else_is_told_of_a_letter(office: Office) -> None:
    await with_device(office)
    await sent(office)
    post = Letterbox()
    await delivered(office, post, SOON)
    assert [one.medium for one in post.taken] == [Medium.SMS]


async def test_a_device_that_cannot_be_read_holds_nothing_up(
    office: Office, database: mongo.Database
) -> None:
    li = await with_device(office)
    await database["devices"].update_one({}, {"$unset": {"address": ""}})
    await sent(office, by=li)
    entry = await delivered(office, Letterbox(), SOON)
    assert (entry.state, entry.counts.changed) == (RunState.SUCCEEDED, 1)


# Devices


async def test_registering_again_is_the_same_device(office: Office) -> None:
    desk = desk_of(office)
    li = await with_device(office, desk)
    later = MONDAY + timedelta(days=30)
    await register_device(office, desk, Platform.FCM, "token of li", "other", li, later)
    [device] = await devices_of(office, li)
    assert (device.registered_at, device.address) == (later, ADDRESS)


async def test_a_device_is_its_last_owners(office: Office) -> None:
    desk = desk_of(office)
    li = await with_device(office, desk)
    zhao = actor_of(await signed_in(office, desk, "13900139000"))
    await register_device(office, desk, Platform.FCM, "token of li", "d", zhao, MONDAY)
    assert await devices_of(office, li) == []
    assert len(await devices_of(office, zhao)) == 1


async def test_a_device_that_signs_out_is_told_no_more(office: Office) -> None:
    desk = desk_of(office)
    li = await with_device(office, desk)
    await sign_out(office, desk, None, li, SOON)
    assert await devices_of(office, li) == []
    assert isinstance(desk.devices, Devices)
    assert desk.devices.forgotten == [ADDRESS]


async def test_an_account_has_twenty_devices_at_most(office: Office) -> None:
    desk = desk_of(office)
    li = await with_device(office, desk)
    for n in range(20):
        now = MONDAY + timedelta(minutes=n + 1)
        await register_device(office, desk, Platform.APNS, f"token-{n:02}", f"k{n}", li, now)
    left = await devices_of(office, li)
    assert len(left) == 20
    assert ADDRESS not in {one.address for one in left}


async def test_an_address_does_not_lie_in_clear(office: Office, database: mongo.Database) -> None:
    await with_device(office)
    assert "token of li" not in str(await documents(database, "devices"))


async def test_only_ones_own_device_is_removed(office: Office) -> None:
    desk = desk_of(office)
    li = await with_device(office, desk)
    [device] = await devices_of(office, li)
    zhao = actor_of(await signed_in(office, desk, "13900139000"))
    for key in (device.id, "nobody", "\ud800"):
        with pytest.raises(NotFound):
            await remove_device(office, desk, key, zhao)
    await remove_device(office, desk, device.id, li)
    with pytest.raises(NotFound):
        await remove_device(office, desk, device.id, li)


async def test_what_is_no_device_is_refused(office: Office) -> None:
    desk = desk_of(office)
    li = actor_of(await signed_in(office, desk))
    for token in ("bad token", "short", "x" * 5000, "two\nlines of token"):
        with pytest.raises(InvalidInput) as refused:
            await register_device(office, desk, Platform.FCM, token, token[:9], li, MONDAY)
        assert refused.value.field == "token"
    with pytest.raises(ActionNotAllowed):
        await register_device(office, AccountDesk(), Platform.FCM, "good token", "k", li, MONDAY)
    await register_device(office, desk, Platform.FCM, "good token", "one key", li, MONDAY)
    with pytest.raises(Duplicate):
        await register_device(office, desk, Platform.FCM, "other token", "one key", li, MONDAY)


@pytest.mark.parametrize(("actor", "refusal"), [(ANONYMOUS, Unauthenticated), (CLERK, Forbidden)])
async def test_only_citizens_are_told(
    office: Office, actor: Actor, refusal: type[Exception]
) -> None:
    desk = desk_of(office)
    for work in (
        lambda: register_device(office, desk, Platform.FCM, "good token", "k", actor, MONDAY),
        lambda: remove_device(office, desk, "d", actor),
        lambda: devices_of(office, actor),
        lambda: preferences_of(office, actor),
        lambda: prefer(office, True, True, actor),
    ):
        with pytest.raises(refusal):
            await work()


async def test_what_is_left_out_of_the_preferences_stays(office: Office) -> None:
    li = actor_of(await signed_in(office, desk_of(office)))
    await prefer(office, False, None, li)
    await prefer(office, None, True, li)
    wanted = await preferences_of(office, li)
    assert (wanted.push, wanted.sms_copy) == (False, True)
