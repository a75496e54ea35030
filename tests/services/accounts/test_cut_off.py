"""Killed between two writes, or overtaken by another request: nothing is left behind."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from domain.accounts import Platform, Preferences, Session
from domain.refusals import Unauthenticated
from services.accounts.claiming import claim_case
from services.accounts.devices import devices_of, prefer, preferences_of, register_device
from services.accounts.erasing import erase_my_account
from services.accounts.sessions import (
    SigningIn,
    refresh,
    sessions_of,
    sign_in,
    sign_out,
)
from services.office import Office
from services.process import Proof
from storage import mongo
from storage.accounts import AccountRepository
from storage.audit import AuditLog
from storage.sessions import SessionRepository
from tests.services.accounts.people import (
    PHONE,
    Devices,
    actor_of,
    asked,
    codes_sent,
    desk_of,
    signed_in,
)
from tests.services.offices import MONDAY, documents, sent

pytestmark = pytest.mark.ring("test")

MINUTE = timedelta(minutes=1)


class Killed(BaseException):
    """The process is gone."""


class DyingDevices(Devices):
    """Dies when it is told to forget a device."""

    async def forget(self, address: str) -> None:
        raise Killed


class DyingAudit(AuditLog):
    """Dies when it is told of an account."""

    async def record_account(self, what: str, account: str, about: str, at: datetime) -> None:
        raise Killed


class DyingSessions(SessionRepository):
    """Dies before a session ends, and after it was erased."""

    async def end(self, session: Session, now: datetime) -> None:
        raise Killed

    async def erase(self, session: Session, now: datetime) -> None:
        await super().erase(session, now)
        raise Killed


def with_outside(office: Office, **parts: Any) -> Office:
    return replace(office, outside=replace(office.outside, **parts))


async def test_a_post_that_fails_keeps_nobody_signed_in(office: Office) -> None:
    desk = desk_of(office)
    li = actor_of(await signed_in(office, desk))
    for token in ("token one", "token two"):
        await register_device(office, desk, Platform.FCM, token, token, li, MONDAY)
    with pytest.raises(Killed):
        await sign_out(office, replace(desk, devices=DyingDevices()), None, li, MONDAY)
    assert await devices_of(office, li) == []
    assert await sessions_of(office, li, MONDAY) == []


async def test_a_session_whose_end_was_cut_off_can_be_ended_again(
    office: Office, database: mongo.Database
) -> None:
    desk = desk_of(office)
    li = actor_of(await signed_in(office, desk))
    for token in ("token one", "token two"):
        await register_device(office, desk, Platform.FCM, token, token, li, MONDAY)
    dying = with_outside(office, sessions=DyingSessions(database))
    with pytest.raises(Killed):
        await sign_out(dying, desk, None, li, MONDAY)
    # As long as a device of it is told something its owner can end it.
    assert [one.id for one in await sessions_of(office, li, MONDAY)] == [li.session]
    await sign_out(office, desk, None, li, MONDAY)
    assert await devices_of(office, li) == []
    assert await sessions_of(office, li, MONDAY) == []


async def test_a_session_that_ended_registers_no_device(office: Office) -> None:
    desk = desk_of(office)
    li = actor_of(await signed_in(office, desk))
    await sign_out(office, desk, None, li, MONDAY)
    # Another process may believe its access token for two seconds more.
    with pytest.raises(Unauthenticated):
        await register_device(office, desk, Platform.FCM, "token one", "key", li, MONDAY)
    assert await devices_of(office, li) == []
    assert isinstance(desk.devices, Devices)
    assert desk.devices.forgotten == ["arn:FCM:token one"]


async def test_an_erased_account_registers_no_device(office: Office) -> None:
    desk = desk_of(office)
    li = actor_of(await signed_in(office, desk))
    await erase_my_account(office, desk, li, MONDAY)
    with pytest.raises(Unauthenticated):
        await register_device(office, desk, Platform.FCM, "token one", "key", li, MONDAY)
    assert await devices_of(office, li) == []


async def test_an_account_that_is_erased_while_it_is_signed_in_to_has_no_session(
    office: Office, database: mongo.Database
) -> None:
    desk = desk_of(office)
    li = actor_of(await signed_in(office, desk))

    class Overtaken(SessionRepository):
        async def add(self, session: Session) -> None:
            await erase_my_account(office, desk, li, MONDAY)
            await super().add(session)

    await asked(office, desk, now=MONDAY + MINUTE)
    code = (await codes_sent(office))[-1]
    slow = with_outside(office, sessions=Overtaken(database))
    with pytest.raises(Unauthenticated):
        await sign_in(slow, desk, SigningIn(PHONE, code), MONDAY + MINUTE)
    assert await sessions_of(office, li, MONDAY + MINUTE) == []


async def test_what_slips_in_during_an_erasure_goes_too(
    office: Office, database: mongo.Database
) -> None:
    desk = desk_of(office)
    li = actor_of(await signed_in(office, desk))

    class Slow(AccountRepository):
        async def erase(self, account: str) -> None:
            await register_device(office, desk, Platform.FCM, "token one", "key", li, MONDAY)
            await sent(office, by=li)
            await super().erase(account)

    slow = with_outside(office, accounts=Slow(database, office.personal))
    await erase_my_account(slow, desk, li, MONDAY)
    assert await devices_of(office, li) == []
    [case] = await documents(database, "cases")
    assert case["account"] is None


async def test_an_erasure_that_was_cut_off_at_its_end_has_taken_the_number(
    office: Office, database: mongo.Database
) -> None:
    desk = desk_of(office)
    li = actor_of(await signed_in(office, desk))
    with pytest.raises(Killed):
        await erase_my_account(
            with_outside(office, sessions=DyingSessions(database)), desk, li, MONDAY
        )
    # Whoever was signed out by it cannot repeat it.
    assert await documents(database, "accounts") == []


async def test_a_claim_is_recorded_even_if_it_was_cut_off(
    office: Office, database: mongo.Database
) -> None:
    letter, li = await sent(office), actor_of(await signed_in(office, desk_of(office)))
    proof = Proof(letter.case.number, letter.query_code)
    with pytest.raises(Killed):
        await claim_case(
            replace(
                office, audit=DyingAudit(database, office.rulebook.chain, are_seals_required=True)
            ),
            proof,
            "key",
            li,
            MONDAY,
        )
    case = await claim_case(office, proof, "key", li, MONDAY)
    told = await office.audit.of_account(li.account or "")
    assert (MONDAY, "CASE_CLAIMED", case.id) in told


async def test_of_two_wishes_at_once_none_is_lost(office: Office) -> None:
    li = actor_of(await signed_in(office, desk_of(office)))
    await prefer(office, True, False, li)
    await asyncio.gather(prefer(office, False, None, li), prefer(office, None, True, li))
    assert await preferences_of(office, li) == Preferences(push=False, sms_copy=True)


async def test_a_token_that_was_used_twice_is_refused_after_its_devices_are_gone(
    office: Office,
) -> None:
    desk = desk_of(office)
    signed = await signed_in(office, desk)
    li = actor_of(signed)
    await register_device(office, desk, Platform.FCM, "token one", "key", li, MONDAY)
    await refresh(office, desk, signed.refresh_token, MONDAY + MINUTE)
    with pytest.raises(Unauthenticated):
        await refresh(office, desk, signed.refresh_token, MONDAY + 3 * MINUTE)
    assert await devices_of(office, li) == []
