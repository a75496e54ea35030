"""An erased account is gone; its letters stay, whole and provable, and belong to nobody."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from domain.accounts import Platform
from domain.actors import ANONYMOUS, Actor
from domain.refusals import Forbidden, Unauthenticated
from domain.words import Role
from schema.timeline import history_of
from services.accounts.claiming import claim_case
from services.accounts.devices import prefer, register_device
from services.accounts.erasing import erase_my_account
from services.accounts.exporting import export_data
from services.accounts.sessions import SignedIn, refresh
from services.office import Office
from services.process import Proof
from services.verification import verify_all
from storage import mongo
from tests.services.accounts.people import (
    E164,
    PHONE,
    actor_of,
    asked,
    desk_of,
    signed_in,
)
from tests.services.functions.archiving import AUTUMN, Cellar, concluded
from tests.services.functions.archiving import delivered as all_told
from tests.services.functions.delivering import Letterbox, delivered
from tests.services.offices import (
    CLERK,
    MONDAY,
    TO_CALLBACK,
    documents,
    person,
    sent,
    walked,
)

pytestmark = pytest.mark.ring("test")

LATER = MONDAY + timedelta(days=2)


async def problems(office: Office) -> list[str | None]:
    return [one.problem async for one in verify_all(office) if one.problem]


async def settled_in(office: Office) -> tuple[SignedIn, Actor]:
    """Somebody who has all that an account can have."""
    desk = desk_of(office)
    signed = await signed_in(office, desk)
    li = actor_of(signed)
    await register_device(office, desk, Platform.FCM, "token of li", "d", li, MONDAY)
    await prefer(office, None, True, li)
    return signed, li


async def test_nothing_is_left_of_an_account(office: Office, database: mongo.Database) -> None:
    signed, li = await settled_in(office)
    letter = await sent(office, by=li)
    assert await erase_my_account(office, desk_of(office), li, LATER) == 1
    for collection in ("accounts", "preferences", "devices", "sign_in_codes"):
        assert await documents(database, collection) == []
    [session] = await documents(database, "sessions")
    assert session.keys() == {"_id", "ended_at", "forget_at"}
    assert await office.outside.sessions.is_ended(signed.session.id, LATER)
    with pytest.raises(Unauthenticated):
        await refresh(office, desk_of(office), signed.refresh_token, LATER)
    assert await office.cases.by_id(letter.case.id, li) is None
    again = await office.cases.by_number(letter.case.number, CLERK)
    assert again is not None
    assert (again.account, again.letter) == (None, letter.case.letter)
    assert await problems(office) == []


@pytest.mark.ring("all")
async def test_repeating_it_is_safe(office: Office, database: mongo.Database) -> None:
    _, li = await settled_in(office)
    await sent(office, by=li)
    await erase_my_account(office, desk_of(office), li, LATER)
    before = await documents(database)
    assert await erase_my_account(office, desk_of(office), li, LATER) == 0
    assert await documents(database) == before
    assert await problems(office) == []


async def test_the_name_goes_at_once_and_the_number_when_the_case_is_over(
    office: Office, database: mongo.Database
) -> None:
    _, li = await settled_in(office)
    letter = await sent(office, by=li)
    await erase_my_account(office, desk_of(office), li, LATER)
    writer = (await office.cases.writers_of([letter.case.id]))[letter.case.id]
    assert (writer.name, writer.phone) == (None, E164)
    case = await office.cases.by_number(letter.case.number, CLERK)
    assert case is not None
    case = await walked(office, case, TO_CALLBACK)
    post = Letterbox()
    now = case.updated_at + timedelta(minutes=1)
    await delivered(office, post, now)
    assert E164 in [message.to for message in post.taken], "the promised reply arrives"
    assert await office.outside.ownership.forget_phones() == []
    await database["cases"].update_one({}, {"$set": {"stage": "CONCLUSION"}})
    await delivered(office, post, now + timedelta(minutes=1))
    [document] = await documents(database)
    assert (document["writer"]["name"], document["writer"]["phone"]) == (None, None)
    assert {"name", "phone"}.isdisjoint(document["writer"]["salts"])
    assert "leaving" not in document


@pytest.mark.ring("all")
async def test_a_case_that_is_over_keeps_neither(office: Office, database: mongo.Database) -> None:
    _, li = await settled_in(office)
    told = await concluded(office, by=li)
    await all_told(office)
    await erase_my_account(office, desk_of(office), li, LATER)
    writer = (await office.cases.writers_of([told.id]))[told.id]
    assert (writer.name, writer.phone) == (None, None)
    assert await problems(office) == []


@pytest.mark.ring("all")
async def test_letters_in_the_archive_are_given_up_too(office: Office, tmp_path: Path) -> None:
    _, li = await settled_in(office)
    told = await concluded(office, by=li)
    await all_told(office)
    await Cellar(office, tmp_path).run()
    assert await erase_my_account(office, desk_of(office), li, AUTUMN + timedelta(days=1)) == 1
    case = await office.cases.by_number(told.number, CLERK)
    assert case is not None
    assert (case.keeping.is_tombstone, case.account) == (True, None)
    assert await problems(office) == [], "the tombstone's seal fits what it says now"
    new = actor_of(await signed_in(office, desk_of(office), now=AUTUMN + timedelta(days=2)))
    claimed = await claim_case(
        office, Proof(told.number, told.code), "k", new, AUTUMN + timedelta(days=2)
    )
    assert claimed.account == new.subject
    assert await problems(office) == []


@pytest.mark.ring("all")
async def test_a_claim_goes_into_the_archive_with_its_letter(
    office: Office, tmp_path: Path
) -> None:
    told = await concluded(office)
    await all_told(office)
    li = actor_of(await signed_in(office, desk_of(office)))
    await claim_case(office, Proof(told.number, told.code), "k", li, LATER)
    cellar = Cellar(office, tmp_path)
    await cellar.run()
    [line] = await cellar.lines()
    assert (line["account"], line["ownership"]["account"]) == (li.subject, li.subject)
    case = await office.cases.by_id(told.id, li)
    assert case is not None
    assert case.keeping.is_tombstone
    assert await problems(office) == []


async def test_whoever_signs_in_again_has_another_account_and_can_claim(office: Office) -> None:
    _, li = await settled_in(office)
    letter = await sent(office, by=li)
    await erase_my_account(office, desk_of(office), li, LATER)
    new = actor_of(await signed_in(office, desk_of(office), now=LATER))
    assert new.subject != li.subject
    proof = Proof(letter.case.number, letter.query_code)
    assert (await claim_case(office, proof, "k", new, LATER)).account == new.subject
    assert await problems(office) == []


@pytest.mark.ring("all")
async def test_an_erasure_that_was_cut_off_is_completed_by_the_next_sign_in(
    office: Office, database: mongo.Database
) -> None:
    _, li = await settled_in(office)
    await sent(office, by=li)
    assert li.subject is not None
    await office.outside.accounts.leave(li.subject, LATER)  # killed after its first write
    new = actor_of(await signed_in(office, desk_of(office), now=LATER))
    assert new.subject != li.subject
    assert [one["account"] for one in await documents(database)] == [None]
    assert [one["_id"] for one in await documents(database, "accounts")] == [new.subject]


@pytest.mark.ring("all")
async def test_it_goes_together_with_work_on_the_letters(office: Office) -> None:
    _, li = await settled_in(office)
    letters = [await sent(office, f"k{n}", by=li) for n in range(4)]
    work = [walked(office, one.case, "ACCEPT REVIEW SIGN_FOR") for one in letters]
    await asyncio.gather(erase_my_account(office, desk_of(office), li, LATER), *work)
    found = [await office.cases.by_number(one.case.number, CLERK) for one in letters]
    assert [(case.account, case.version) for case in found if case] == [(None, 4)] * 4
    assert await problems(office) == []


async def test_others_keep_what_is_theirs(office: Office) -> None:
    _, li = await settled_in(office)
    zhao = await signed_in(office, desk_of(office), "13900139000")
    letter = await sent(office, by=actor_of(zhao))
    await erase_my_account(office, desk_of(office), li, LATER)
    assert await office.cases.by_id(letter.case.id, actor_of(zhao)) is not None
    await refresh(office, desk_of(office), zhao.refresh_token, LATER)


async def test_a_history_does_not_tell_staff_whose_a_letter_was(office: Office) -> None:
    _, li = await settled_in(office)
    letter = await sent(office, by=li)
    await erase_my_account(office, desk_of(office), li, LATER)
    case = await office.cases.by_number(letter.case.number, CLERK)
    assert case is not None
    assert [entry.subject for entry in history_of(case)] == [None]


@pytest.mark.parametrize(("actor", "refusal"), [(ANONYMOUS, Unauthenticated), (CLERK, Forbidden)])
async def test_only_an_account_is_erased_and_exported(
    office: Office, actor: Actor, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        await erase_my_account(office, desk_of(office), actor, LATER)
    with pytest.raises(refusal):
        await export_data(office, actor, LATER)


async def test_everything_that_is_kept_is_exported_and_nothing_of_others(office: Office) -> None:
    signed, li = await settled_in(office)
    letter = await sent(office, by=li)
    await sent(
        office, "another", by=actor_of(await signed_in(office, desk_of(office), "13900139000"))
    )
    data: dict[str, Any] = await export_data(office, li, LATER)
    assert data["account"]["phone"] == E164
    assert [one["id"] for one in data["sessions"]] == [signed.session.id]
    assert [one["platform"] for one in data["devices"]] == ["FCM"]
    assert data["notificationPreferences"] == {"push": True, "smsCopy": True}
    [one] = data["letters"]
    assert (one["number"], one["body"]) == (letter.case.number, letter.case.letter.body)
    assert one["writer"] == {"name": "陈小禾", "phone": E164, "anonymous": False}
    assert one["submittedAt"] == "2017-03-06T09:00:00.000+08:00"
    assert [event["what"] for event in data["events"]] == ["DATA_EXPORTED"]
    assert "13900139000" not in str(data)


@pytest.mark.ring("all")
async def test_an_account_of_another_issuer_is_exported_and_erased_too(office: Office) -> None:
    wang = person(Role.CITIZEN, subject="wang")
    await sent(office, by=wang)
    data: dict[str, Any] = await export_data(office, wang, LATER)
    assert (data["account"]["phone"], len(data["letters"])) == (None, 1)
    assert await erase_my_account(office, desk_of(office), wang, LATER) == 1
    assert await problems(office) == []


async def test_a_code_under_way_goes_with_the_account(
    office: Office, database: mongo.Database
) -> None:
    _, li = await settled_in(office)
    await asked(office, desk_of(office), PHONE, LATER)
    await erase_my_account(office, desk_of(office), li, LATER)
    assert await documents(database, "sign_in_codes") == []
