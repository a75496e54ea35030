"""What an older version wrote is read, moves, and is believed no more when all has moved."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path

import pytest

from infra.objects import DirectoryStore
from services.anchors import are_forms_closed, closed_at_birth, last_anchor
from services.office import Office, close_office, open_office
from services.sealing import Sealing, close
from services.verification import Finding, verify_all, verify_number
from storage import mongo
from storage.state_seals import SEAL
from tests.services.accounts.people import desk_of, signed_in
from tests.services.offices import KEYS, MONDAY, TO_CALLBACK, documents, sent, walked
from tests.storage.former import encrypt, make_former, make_former_account

pytestmark = pytest.mark.ring("test")


@pytest.fixture
async def older(
    office: Office, client: mongo.Client, database: mongo.Database, driver: mongo.Driver
) -> AsyncIterator[Office]:
    """An office on the same database that still believes what an older version wrote."""
    opened = await open_office(client, database.name, driver, KEYS, are_seals_required=False)
    yield opened
    await close_office(opened)


@pytest.fixture
def store(tmp_path: Path) -> DirectoryStore:
    return DirectoryStore(tmp_path)


async def carried_out(office: Office, store: DirectoryStore) -> Sealing:
    sealing = Sealing(office, store)
    async for _ in sealing.carry_out():
        pass
    return sealing


async def broken(office: Office) -> list[Finding]:
    return [one async for one in verify_all(office) if one.problem]


async def test_a_case_of_an_older_version_is_read_and_worked_on_until_all_has_moved(
    office: Office, older: Office, database: mongo.Database, store: DirectoryStore
) -> None:
    letter = await sent(office)
    case = await walked(office, letter.case, TO_CALLBACK.rpartition(" ")[0])
    await make_former(office, database, case.id)
    key = office.access.key(case.number, letter.query_code)

    assert await office.cases.by_key(key) is None, "it is not believed where all has moved"
    assert await verify_number(office, case.number) == Finding(
        case.number, "the writer's name and phone cannot be read"
    )
    assert await older.cases.by_key(key) == case
    case = await walked(older, case, "APPROVE_REPLY")
    assert (await older.cases.writers_of([case.id]))[case.id].phone == "+8613800138000"
    assert [one.id for one in await older.telephones.waiting_for("+8613800138000")] == [case.id]
    assert await broken(older) == []

    assert (await carried_out(older, store)).sealed == 1
    assert await office.cases.by_key(key) == case
    assert (await office.cases.writers_of([case.id]))[case.id].phone == "+8613800138000"
    assert [one.id for one in await office.telephones.waiting_for("+8613800138000")] == [case.id]
    assert await broken(office) == []
    again = await carried_out(older, store)
    assert (again.seen, again.sealed, again.has_changed, again.aside) == (1, 0, False, {})


async def test_what_fails_the_older_checks_is_put_aside_and_never_sealed(
    office: Office, older: Office, database: mongo.Database, store: DirectoryStore
) -> None:
    one, two = (await sent(office, "one")).case, (await sent(office, "two")).case
    for case in (one, two):
        await make_former(office, database, case.id)
    await database["cases"].update_one({"_id": one.id}, {"$set": {"letter.title": "改过的标题"}})
    sealing = await carried_out(older, store)
    assert sealing.sealed == 1
    assert sealing.aside == {one.number: "the letter's title is not what was submitted"}
    await close(older, store, sealing.aside, MONDAY)
    assert [finding.number for finding in await broken(office)] == [one.number]
    assert SEAL not in {name for c in await documents(database) if c["_id"] == one.id for name in c}


async def test_who_was_stopped_goes_on_and_then_an_older_form_is_a_finding(
    office: Office, older: Office, database: mongo.Database, store: DirectoryStore
) -> None:
    cases = [(await sent(office, f"letter {number}")).case for number in range(3)]
    for case in cases:
        await make_former(office, database, case.id)
    async with aclosing(Sealing(older, store).carry_out()) as stopped:
        await anext(stopped)
    assert len([one for one in await documents(database) if SEAL in one]) == 1
    assert (await carried_out(older, store)).sealed == 2

    chain = office.rulebook.chain
    assert not await are_forms_closed(store, chain)
    assert not await closed_at_birth(store, KEYS.chain, database, MONDAY)
    await close(older, store, {}, MONDAY)
    assert await are_forms_closed(store, chain)
    assert await last_anchor(store, chain) is not None
    await make_former(office, database, cases[0].id)
    late = await carried_out(older, store)
    assert (late.sealed, list(late.aside)) == (0, [cases[0].number])


async def test_a_database_without_a_case_is_closed_at_once(
    office: Office, database: mongo.Database, store: DirectoryStore
) -> None:
    assert await closed_at_birth(store, KEYS.chain, database, MONDAY)
    await sent(office)
    assert await closed_at_birth(store, KEYS.chain, database, MONDAY)
    (store.root / "anchors" / "closed.json").write_text("{}")
    assert not await closed_at_birth(store, KEYS.chain, database, MONDAY)


async def test_accounts_and_secrets_of_an_older_version_open_and_are_bound(
    office: Office, older: Office, database: mongo.Database, store: DirectoryStore
) -> None:
    account = (await signed_in(office, desk_of(office))).session.account
    await make_former_account(office, database, account)
    await sent(office)
    [claim] = await documents(database, "submissions")
    code = await encrypt(office, "AAAA-BBBB-CCCC")
    await database["submissions"].update_one({}, {"$set": {"query_code": code}})

    known = await older.outside.accounts.by_id(account)
    assert known is not None
    await carried_out(older, store)
    assert await office.outside.accounts.by_id(account) == known
    signed = await office.outside.accounts.signed_in(known.phone, "new", MONDAY)
    assert signed.id == account
    kept = await office.submissions.claimed(claim["_id"], MONDAY)
    assert kept is not None
    assert kept.query_code == "AAAA-BBBB-CCCC"
