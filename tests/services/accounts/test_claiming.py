"""A letter that was written without an account comes into one: once, provably, by its code."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from domain.actors import ANONYMOUS, Actor
from domain.ownership import ownership
from domain.refusals import (
    ActionNotAllowed,
    Duplicate,
    Forbidden,
    NotFound,
    StaleCase,
    TooManyAttempts,
    Unauthenticated,
)
from domain.words import Role
from services.accounts.claiming import claim_case
from services.office import Office
from services.process import Proof
from services.submission import Submitted
from services.verification import verify_number
from storage import mongo
from tests.services.offices import CLERK, MONDAY, TO_HANDLING, documents, person, sent, walked

pytestmark = pytest.mark.ring("test")

LATER = MONDAY + timedelta(days=1)
LI, ZHAO = person(Role.CITIZEN, subject="li"), person(Role.CITIZEN, subject="zhao")


def proof_of(letter: Submitted) -> Proof:
    return Proof(letter.case.number, letter.query_code, address="192.0.2.1")


async def broken(office: Office, number: str) -> str | None:
    """What verification finds."""
    finding = await verify_number(office, number)
    assert finding is not None
    return finding.problem


@pytest.mark.parametrize("by", [ANONYMOUS, CLERK])
async def test_a_letter_without_an_account_comes_into_one(office: Office, by: Actor) -> None:
    letter = await sent(office, by=by)
    claimed = await claim_case(office, proof_of(letter), "k", LI, LATER)
    assert claimed.account == "li"
    found = await office.cases.by_id(letter.case.id, LI)
    assert found == claimed
    assert found.version == letter.case.version, "it is no step of the process"
    assert await broken(office, letter.case.number) is None
    assert await office.audit.of_account("li") == [(LATER, "CASE_CLAIMED", letter.case.id)]


async def test_it_goes_its_way_and_stays_claimed(office: Office) -> None:
    letter = await sent(office)
    await claim_case(office, proof_of(letter), "k", LI, LATER)
    case = await office.cases.by_id(letter.case.id, LI)
    assert case is not None
    after = await walked(office, case, TO_HANDLING)
    assert (after.account, after.ownership) == ("li", case.ownership)
    assert await broken(office, case.number) is None


async def test_claiming_again_changes_nothing(office: Office, database: mongo.Database) -> None:
    letter = await sent(office)
    await claim_case(office, proof_of(letter), "k", LI, LATER)
    before = await documents(database)
    again = await claim_case(office, proof_of(letter), "k", LI, LATER + timedelta(hours=1))
    assert again.account == "li"
    await claim_case(office, proof_of(letter), "other", LI, LATER + timedelta(hours=1))
    assert await documents(database) == before


async def test_of_two_accounts_at_once_one_gets_it(office: Office) -> None:
    letter = await sent(office)
    done = await asyncio.gather(
        *(claim_case(office, proof_of(letter), "k", who, LATER) for who in (LI, ZHAO)),
        return_exceptions=True,
    )
    won = [one for one in done if not isinstance(one, BaseException)]
    lost = [one for one in done if isinstance(one, BaseException)]
    assert len(won) == 1
    assert [type(one) for one in lost] == [ActionNotAllowed]
    assert await broken(office, letter.case.number) is None


async def test_of_one_account_on_several_devices_all_get_it(office: Office) -> None:
    letter = await sent(office)
    claims = [claim_case(office, proof_of(letter), f"k{n}", LI, LATER) for n in range(4)]
    assert {case.account for case in await asyncio.gather(*claims)} == {"li"}


async def test_somebody_elses_letter_is_refused_without_telling_whose(office: Office) -> None:
    letter = await sent(office, by=ZHAO)
    with pytest.raises(ActionNotAllowed) as refused:
        await claim_case(office, proof_of(letter), "k", LI, LATER)
    assert "zhao" not in "".join(refused.value.text)


async def test_a_wrong_number_and_a_wrong_code_answer_the_same_and_are_counted(
    office: Office,
) -> None:
    letter = await sent(office)
    right = proof_of(letter)
    told = set()
    for wrong in (
        Proof(right.number, "AAAA-AAAA-AAAA-AAAA", address=right.address),
        Proof("20170306-000009-9", right.query_code, address=right.address),
    ):
        with pytest.raises(NotFound) as refused:
            await claim_case(office, wrong, "k", LI, LATER)
        told.add((refused.value.text, refused.value.field))
    assert len(told) == 1
    for _ in range(9):
        with pytest.raises(NotFound):
            await claim_case(office, Proof(right.number, "A"), "k", LI, LATER)
    with pytest.raises(TooManyAttempts):
        await claim_case(office, right, "k", LI, LATER)


async def test_a_slip_of_the_finger_can_be_mended_under_the_same_key(office: Office) -> None:
    letter = await sent(office)
    with pytest.raises(NotFound):
        await claim_case(office, Proof(letter.case.number, "A"), "k", LI, LATER)
    assert (await claim_case(office, proof_of(letter), "k", LI, LATER)).account == "li"


async def test_a_key_stands_for_one_letter(office: Office) -> None:
    one, other = await sent(office, "one"), await sent(office, "two")
    await claim_case(office, proof_of(one), "k", LI, LATER)
    with pytest.raises(Duplicate):
        await claim_case(office, proof_of(other), "k", LI, LATER)


async def test_only_citizens_claim(office: Office) -> None:
    letter = await sent(office)
    with pytest.raises(Unauthenticated):
        await claim_case(office, proof_of(letter), "k", ANONYMOUS, LATER)
    with pytest.raises(Forbidden):
        await claim_case(office, proof_of(letter), "k", CLERK, LATER)


async def test_a_case_on_its_way_into_the_archive_waits(
    office: Office, database: mongo.Database
) -> None:
    letter = await sent(office)
    await database["cases"].update_one({}, {"$set": {"keeping.batch": "b"}})
    with pytest.raises(ActionNotAllowed):
        await claim_case(office, proof_of(letter), "k", LI, LATER)


async def test_a_claim_that_was_read_before_another_write_is_stale(office: Office) -> None:
    letter = await sent(office)
    owned = ownership(letter.case.number, "li", LATER, office.rulebook.chain)
    await walked(office, letter.case, "ACCEPT")
    chain = office.rulebook.chain
    assert not await office.outside.ownership.claim(letter.case, owned, chain)
    assert StaleCase.code == "STALE_CASE"


@pytest.mark.parametrize(
    "changed",
    [
        {"account": "zhao"},
        {"account": "zhao", "ownership.account": "zhao"},
        {"ownership.at": LATER + timedelta(days=1)},
        {"account": "zhao", "ownership": None},
    ],
)
async def test_whoever_changes_the_owner_in_the_database_is_found_out(
    office: Office, database: mongo.Database, changed: dict[str, object]
) -> None:
    letter = await sent(office)
    await claim_case(office, proof_of(letter), "k", LI, LATER)
    await database["cases"].update_one({}, {"$set": changed})
    problem = await broken(office, letter.case.number)
    assert problem == "belongs to another account than the one that wrote it"


async def test_the_seal_of_another_letter_does_not_fit(
    office: Office, database: mongo.Database
) -> None:
    one, other = await sent(office, "one"), await sent(office, "two")
    await claim_case(office, proof_of(one), "k", LI, LATER)
    [mine] = [d for d in await documents(database) if d["_id"] == one.case.id]
    stolen = {"account": "li", "ownership": mine["ownership"]}
    await database["cases"].update_one({"_id": other.case.id}, {"$set": stolen})
    assert await broken(office, other.case.number) is not None
