"""Sessions: exchanged tokens are void, stolen ones end them, lost answers lock nobody out."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from domain.actors import ANONYMOUS
from domain.refusals import Forbidden, InvalidInput, NotFound, Unauthenticated
from services.accounts.codes import Asking
from services.accounts.sessions import (
    SigningIn,
    refresh,
    sessions_of,
    sign_in,
    sign_out,
    sign_out_everywhere,
)
from services.office import Office
from storage import mongo
from storage.personal import MisplacedCiphertext
from storage.sessions import SessionRepository
from tests.services.accounts.people import actor_of, asked, codes_sent, desk_of, signed_in
from tests.services.offices import CLERK, MONDAY, documents

pytestmark = [pytest.mark.ring("test"), pytest.mark.drivers]

SECOND, MINUTE, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(days=1)


async def test_a_telephone_has_one_account_however_often_it_signs_in(office: Office) -> None:
    desk = desk_of(office)
    first = await signed_in(office, desk)
    again = await signed_in(office, desk, now=MONDAY + MINUTE)
    other = await signed_in(office, desk, "13900139000")
    assert first.session.account == again.session.account != other.session.account
    assert first.session.id != again.session.id
    assert first.access_expires_at == MONDAY + 15 * MINUTE
    assert first.session.expires_at == MONDAY + 60 * DAY


async def test_a_refresh_token_is_exchanged_for_the_next_one(office: Office) -> None:
    desk = desk_of(office)
    first = await signed_in(office, desk)
    second = await refresh(office, desk, first.refresh_token, MONDAY + DAY)
    third = await refresh(office, desk, second.refresh_token, MONDAY + 2 * DAY)
    assert len({first.refresh_token, second.refresh_token, third.refresh_token}) == 3
    assert first.session.id == third.session.id
    assert third.session.expires_at == MONDAY + 62 * DAY


async def test_an_exchanged_token_ends_the_session_and_is_recorded(office: Office) -> None:
    desk = desk_of(office)
    first = await signed_in(office, desk)
    second = await refresh(office, desk, first.refresh_token, MONDAY + DAY)
    third = await refresh(office, desk, second.refresh_token, MONDAY + 2 * DAY)
    with pytest.raises(Unauthenticated):
        await refresh(office, desk, first.refresh_token, MONDAY + 3 * DAY)
    with pytest.raises(Unauthenticated):
        await refresh(office, desk, third.refresh_token, MONDAY + 3 * DAY)
    told = await office.audit.of_account(first.session.account)
    assert told == [(MONDAY + 3 * DAY, "REFRESH_TOKEN_REUSED", first.session.id)]
    assert await office.outside.sessions.is_ended(first.session.id, MONDAY + 3 * DAY)


async def test_a_lost_answer_is_given_again_for_half_a_minute(office: Office) -> None:
    desk = desk_of(office)
    first = await signed_in(office, desk)
    lost = await refresh(office, desk, first.refresh_token, MONDAY + DAY)
    again = await refresh(office, desk, first.refresh_token, MONDAY + DAY + 30 * SECOND)
    assert again.refresh_token == lost.refresh_token
    await refresh(office, desk, again.refresh_token, MONDAY + DAY + MINUTE)


async def test_after_half_a_minute_it_is_a_stolen_one(office: Office) -> None:
    desk = desk_of(office)
    first = await signed_in(office, desk)
    second = await refresh(office, desk, first.refresh_token, MONDAY + DAY)
    with pytest.raises(Unauthenticated):
        await refresh(office, desk, first.refresh_token, MONDAY + DAY + 31 * SECOND)
    with pytest.raises(Unauthenticated):
        await refresh(office, desk, second.refresh_token, MONDAY + DAY + 32 * SECOND)


async def test_several_who_exchange_it_at_once_get_the_same(office: Office) -> None:
    desk = desk_of(office)
    first = await signed_in(office, desk)
    got = await asyncio.gather(
        *(refresh(office, desk, first.refresh_token, MONDAY + DAY) for _ in range(5))
    )
    assert len({one.refresh_token for one in got}) == 1
    session = await office.outside.sessions.by_id(first.session.id)
    assert session is not None
    assert session.generation == 2


async def test_a_session_that_is_not_used_ends(office: Office) -> None:
    desk = desk_of(office)
    first = await signed_in(office, desk)
    with pytest.raises(Unauthenticated):
        await refresh(office, desk, first.refresh_token, MONDAY + 60 * DAY)


async def test_no_other_token_is_believed(office: Office) -> None:
    desk = desk_of(office)
    mine = (await signed_in(office, desk)).refresh_token
    session, generation, secret = mine.split(".")
    other = (await signed_in(office, desk, "13900139000")).session.id
    for token in (
        *("", ".", "..", "a.1.b", f"{session}.1", f"{session}.x.{secret}", mine + "x"),
        *(f"{session}.2.{secret}", f"{session}.01.{secret}", f"{other}.1.{secret}"),
        *(f"{session}.{'9' * 150}.{secret}", "€.1.€", "\ud800.1.x", "x" * 10_000),
        *(f"{session}.{generation}.{secret[:-1]}", f"{session}.٣.{secret}"),
    ):
        with pytest.raises(Unauthenticated):
            await refresh(office, desk, token, MONDAY)
    await refresh(office, desk, mine, MONDAY)  # nothing of that ended it


async def test_signing_out_ends_one_session(office: Office) -> None:
    desk = desk_of(office)
    one = await signed_in(office, desk)
    other = await signed_in(office, desk, now=MONDAY + MINUTE)
    now = MONDAY + 2 * MINUTE
    await sign_out(office, desk, None, actor_of(one), now)
    with pytest.raises(Unauthenticated):
        await refresh(office, desk, one.refresh_token, now)
    assert [s.id for s in await sessions_of(office, actor_of(other), now)] == [other.session.id]
    await sign_out(office, desk, other.session.id, actor_of(other), now)
    await sign_out(office, desk, other.session.id, actor_of(other), now)


async def test_signing_out_everywhere_ends_all_of_the_account(office: Office) -> None:
    desk = desk_of(office)
    mine = [await signed_in(office, desk, now=MONDAY + n * MINUTE) for n in range(3)]
    other = await signed_in(office, desk, "13900139000")
    now = MONDAY + 4 * MINUTE
    assert await sign_out_everywhere(office, desk, actor_of(mine[0]), now) == 3
    for one in mine:
        with pytest.raises(Unauthenticated):
            await refresh(office, desk, one.refresh_token, now)
    await refresh(office, desk, other.refresh_token, now)


async def test_nobody_ends_somebody_elses(office: Office) -> None:
    desk = desk_of(office)
    mine, other = await signed_in(office, desk), await signed_in(office, desk, "13900139000")
    for wanted in (mine.session.id, "s0", "\ud800"):
        with pytest.raises(NotFound):
            await sign_out(office, desk, wanted, actor_of(other), MONDAY)
    with pytest.raises(Unauthenticated):
        await sign_out(office, desk, mine.session.id, ANONYMOUS, MONDAY)
    with pytest.raises(Forbidden):
        await sign_out(office, desk, mine.session.id, CLERK, MONDAY)
    await refresh(office, desk, mine.refresh_token, MONDAY)


async def test_another_process_learns_within_two_seconds_of_an_end(
    office: Office, database: mongo.Database
) -> None:
    desk = desk_of(office)
    signed = await signed_in(office, desk)
    elsewhere, key = SessionRepository(database), signed.session.id
    assert not await elsewhere.is_ended(key, MONDAY)
    await sign_out(office, desk, None, actor_of(signed), MONDAY + SECOND)
    assert await office.outside.sessions.is_ended(key, MONDAY + SECOND)
    assert await elsewhere.is_ended(key, MONDAY + 3 * SECOND)
    assert await SessionRepository(database).is_ended(key, MONDAY + 15 * MINUTE)
    # By then every access token of it has expired.
    assert not await elsewhere.is_ended(key, MONDAY + 18 * MINUTE)


async def test_whoever_asks_while_a_process_learns_of_the_ends_waits_for_it(
    office: Office, database: mongo.Database
) -> None:
    desk = desk_of(office)
    signed = await signed_in(office, desk)
    await sign_out(office, desk, None, actor_of(signed), MONDAY)
    begun, key = SessionRepository(database), signed.session.id
    assert all(await asyncio.gather(*(begun.is_ended(key, MONDAY) for _ in range(5))))


async def test_nothing_that_is_shown_to_programmers_tells_a_token_or_a_code(
    office: Office,
) -> None:
    signed = await signed_in(office, desk_of(office))
    told = (
        repr(signed) + repr(SigningIn("13800138000", "271828")) + repr(Asking("13800138000", "k"))
    )
    for secret in (signed.access_token, signed.refresh_token, "271828", "13800138000"):
        assert secret not in told


async def test_no_token_lies_in_the_database(office: Office, database: mongo.Database) -> None:
    desk = desk_of(office)
    signed = await refresh(office, desk, (await signed_in(office, desk)).refresh_token, MONDAY)
    lying = str(await documents(database, "sessions"))
    assert signed.session.id in lying
    assert signed.refresh_token.rpartition(".")[2] not in lying


async def test_the_fifty_first_session_ends_the_one_that_was_used_longest_ago(
    office: Office,
) -> None:
    desk = desk_of(office)
    first = await signed_in(office, desk)
    for n in range(49):
        more = replace(first.session, id=f"s{n}", used_at=MONDAY + MINUTE)
        await office.outside.sessions.add(more)
    newest = await signed_in(office, desk, now=MONDAY + 2 * MINUTE)
    left = await sessions_of(office, actor_of(newest), MONDAY + 2 * MINUTE)
    assert len(left) == 50
    assert first.session.id not in {one.id for one in left}


@pytest.mark.parametrize("name", ["x" * 101, "two\nlines", "bell\a"])
async def test_a_device_is_called_something_short(office: Office, name: str) -> None:
    desk = desk_of(office)
    await asked(office, desk)
    [code] = await codes_sent(office)
    with pytest.raises(InvalidInput):
        await sign_in(office, desk, SigningIn("13800138000", code, name), MONDAY)
    await sign_in(office, desk, SigningIn("13800138000", code, "  "), MONDAY)


async def test_a_session_opens_no_account_that_was_put_into_it(
    office: Office, database: mongo.Database
) -> None:
    desk = desk_of(office)
    thief, victim = await signed_in(office, desk), await signed_in(office, desk, "13900139000")
    account = {"account": victim.session.account}
    await database["sessions"].update_one({"_id": thief.session.id}, {"$set": account})
    with pytest.raises(Unauthenticated):
        await refresh(office, desk, thief.refresh_token, MONDAY + DAY)


async def test_nobody_signs_in_to_an_account_that_a_number_was_put_beside(
    office: Office, database: mongo.Database
) -> None:
    desk = desk_of(office)
    victim, thief = await signed_in(office, desk, "13900139000"), await signed_in(office, desk)
    [own] = [o for o in await documents(database, "accounts") if o["_id"] == thief.session.account]
    await database["accounts"].delete_one({"_id": own["_id"]})
    stolen = ({"phone_index": own["phone_index"]}, {"phone": own["phone"]})
    for days, theirs in enumerate(stolen, 1):
        await database["accounts"].update_one({"_id": victim.session.account}, {"$set": theirs})
        with pytest.raises(MisplacedCiphertext):
            await signed_in(office, desk, now=MONDAY + days * DAY)
