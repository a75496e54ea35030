"""A code proves a telephone: once, for five minutes, for five tries, and it is read nowhere."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from domain.refusals import (
    ActionNotAllowed,
    InvalidInput,
    NotFound,
    TooManyAttempts,
)
from services.accounts.codes import Asking, prove_phone, send_code
from services.accounts.desk import AccountDesk, CodeLimits
from services.accounts.sessions import SigningIn, sign_in
from services.office import Office
from storage import mongo
from storage.outbox import Posted
from storage.sign_in_codes import SentCode
from tests.services.accounts.people import (
    E164,
    PHONE,
    ClosedPost,
    Signer,
    asked,
    codes_sent,
    desk_of,
    signed_in,
)
from tests.services.offices import MONDAY, documents

pytestmark = pytest.mark.ring("test")

MINUTE = timedelta(minutes=1)


async def test_a_code_proves_a_telephone_once(office: Office) -> None:
    sent = await asked(office, desk_of(office))
    assert (sent.expires_at, sent.resend_at) == (MONDAY + 5 * MINUTE, MONDAY + MINUTE)
    [code] = await codes_sent(office)
    await prove_phone(office, E164, code, None, MONDAY)
    with pytest.raises(NotFound):
        await prove_phone(office, E164, code, None, MONDAY)


async def test_of_two_who_show_it_at_once_one_is_signed_in(office: Office) -> None:
    desk = desk_of(office)
    await asked(office, desk)
    [code] = await codes_sent(office)
    shown = SigningIn(PHONE, code)
    done = await asyncio.gather(
        *(sign_in(office, desk, shown, MONDAY) for _ in range(2)), return_exceptions=True
    )
    assert sorted(type(one).__name__ for one in done) == ["NotFound", "SignedIn"]


async def test_a_code_is_good_for_five_minutes(office: Office) -> None:
    await asked(office, desk_of(office))
    [code] = await codes_sent(office)
    with pytest.raises(NotFound):
        await prove_phone(office, E164, code, None, MONDAY + 5 * MINUTE)


async def test_five_wrong_tries_void_a_code(office: Office) -> None:
    await asked(office, desk_of(office))
    [code] = await codes_sent(office)
    wrong = f"{(int(code) + 1) % 1_000_000:06}"
    for _ in range(5):
        with pytest.raises(NotFound):
            await prove_phone(office, E164, wrong, None, MONDAY)
    with pytest.raises(NotFound):
        await prove_phone(office, E164, code, None, MONDAY)


async def test_whoever_goes_on_guessing_is_shut_out_with_new_codes_too(office: Office) -> None:
    desk = desk_of(office)
    for again in range(2):
        await asked(office, desk, now=MONDAY + again * MINUTE)
        for _ in range(5):
            with pytest.raises(NotFound):
                await prove_phone(office, E164, "no code", None, MONDAY + again * MINUTE)
    await asked(office, desk, now=MONDAY + 2 * MINUTE)
    code = (await codes_sent(office))[-1]
    with pytest.raises(TooManyAttempts):
        await prove_phone(office, E164, code, None, MONDAY + 2 * MINUTE)


async def test_many_guesses_at_once_get_no_further(office: Office) -> None:
    await asked(office, desk_of(office))
    tries = [prove_phone(office, E164, f"{n:06}", None, MONDAY) for n in range(30)]
    done = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(isinstance(one, NotFound) for one in done) <= 10
    assert all(isinstance(one, NotFound | TooManyAttempts) for one in done if one is not None)


async def test_a_wrong_code_and_an_unknown_telephone_answer_the_same(office: Office) -> None:
    desk = desk_of(office)
    await signed_in(office, desk)
    await asked(office, desk, now=MONDAY + MINUTE)
    with pytest.raises(NotFound) as known:
        await sign_in(office, desk, SigningIn(PHONE, "000000"), MONDAY + MINUTE)
    with pytest.raises(NotFound) as unknown:
        await sign_in(office, desk, SigningIn("13900139000", "000000"), MONDAY + MINUTE)
    assert known.value.text == unknown.value.text


async def test_asking_is_answered_the_same_with_an_account_and_without(office: Office) -> None:
    desk = desk_of(office)
    await signed_in(office, desk)
    with_one = await asked(office, desk, PHONE, MONDAY + MINUTE)
    without = await asked(office, desk, "13900139000", MONDAY + MINUTE)
    assert with_one == without
    assert [one.medium for one in await office.outbox.newest(9)] == ["SMS"] * 3


async def test_the_same_request_sends_one_code(office: Office) -> None:
    desk = desk_of(office)
    first = await asked(office, desk, key="k")
    assert await asked(office, desk, key="k", now=MONDAY + 2 * MINUTE) == first
    assert len(await codes_sent(office)) == 1


async def test_the_same_request_at_once_sends_one_code(office: Office) -> None:
    desk = desk_of(office)
    done = await asyncio.gather(*(asked(office, desk, key="k") for _ in range(5)))
    assert len(set(done)) == 1
    assert len(await codes_sent(office)) == 1


async def test_a_write_that_the_driver_repeats_is_still_the_first(office: Office) -> None:
    codes = office.outside.sign_in_codes
    new = SentCode("phone", b"code", "request", MONDAY, MONDAY + MINUTE)
    assert await codes.put(new, None)
    assert await codes.put(new, None)
    next_one = replace(new, code=b"next")
    assert await codes.put(next_one, new)
    assert await codes.put(next_one, new)
    assert not await codes.put(replace(new, code=b"other"), new)
    assert not await codes.put(replace(new, code=b"other"), None)


async def test_another_code_waits_a_minute_and_voids_the_one_before(office: Office) -> None:
    desk = desk_of(office)
    await asked(office, desk)
    with pytest.raises(TooManyAttempts) as refused:
        await asked(office, desk, now=MONDAY + timedelta(seconds=20))
    assert refused.value.retry_after == 40
    await asked(office, desk, now=MONDAY + MINUTE)
    old, new = await codes_sent(office)
    with pytest.raises(NotFound):
        await prove_phone(office, E164, old, None, MONDAY + MINUTE)
    await prove_phone(office, E164, new, None, MONDAY + MINUTE)


async def test_a_telephone_gets_so_many_codes_an_hour_and_a_day(office: Office) -> None:
    desk = desk_of(office)
    sent, hour = 0, timedelta(hours=1)
    for tries in range(30):
        try:
            await asked(office, desk, now=MONDAY + tries * 10 * MINUTE)
        except TooManyAttempts:
            continue
        sent += 1
        assert sent <= 5 or tries * 10 * MINUTE >= hour
    assert sent == 10
    await asked(office, desk, now=MONDAY + timedelta(days=1))


async def test_an_address_gets_so_many_codes_for_whatever_telephones(office: Office) -> None:
    desk = desk_of(office, CodeLimits(address_hour=3))
    for n in range(3):
        await asked(office, desk, f"1380013800{n}", address="192.0.2.1")
    with pytest.raises(TooManyAttempts):
        await asked(office, desk, "13800138009", address="192.0.2.1")
    await asked(office, desk, "13800138009", address="192.0.2.2")


async def test_neither_code_nor_number_lies_with_what_was_sent(
    office: Office, database: mongo.Database
) -> None:
    await asked(office, desk_of(office))
    [code] = await codes_sent(office)
    lying = str(await documents(database, "sign_in_codes")) + str(
        await documents(database, "attempts")
    )
    assert code not in lying
    assert PHONE not in lying
    assert code not in str(await documents(database, "outbox"))


async def test_ops_do_not_read_a_code(office: Office) -> None:
    await asked(office, desk_of(office))
    [code] = await codes_sent(office)
    [posted] = await office.outbox.newest(1)
    shown: Posted = posted.masked()
    assert code in posted.text
    assert not any(sign.isdigit() for sign in shown.text)
    assert shown.to == "**********8000"


async def test_what_the_post_refuses_can_be_asked_anew_at_once(office: Office) -> None:
    closed = AccountDesk(Signer(), ClosedPost())
    with pytest.raises(ActionNotAllowed):
        await asked(office, closed)
    await asked(office, desk_of(office))


@pytest.mark.parametrize("phone", ["", " ", "123", "call me", "+86 1380013800"])
async def test_it_takes_a_telephone_number(office: Office, phone: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        await asked(office, desk_of(office), phone)
    assert refused.value.field == "phone"


@pytest.mark.parametrize("key", ["", "x" * 129])
async def test_it_takes_a_key(office: Office, key: str) -> None:
    with pytest.raises(InvalidInput):
        await send_code(office, desk_of(office), Asking(PHONE, key), MONDAY)


async def test_without_a_key_or_a_carrier_nobody_signs_in(office: Office) -> None:
    for closed in (AccountDesk(), AccountDesk(signer=Signer())):
        with pytest.raises(ActionNotAllowed):
            await asked(office, closed)
