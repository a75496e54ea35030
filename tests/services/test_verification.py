"""What was changed behind the office's back shows, and is named."""

from __future__ import annotations

from typing import Any

import pytest

from services.office import Office
from services.verification import Finding, verify_all, verify_number
from storage import mongo
from storage.sealed_cases import SealedCases
from tests.services.offices import MONDAY, SEALS, TO_CALLBACK, sent, walked

pytestmark = [pytest.mark.ring("test"), pytest.mark.drivers]

Change = dict[str, Any]


async def test_what_nobody_touched_is_whole(office: Office) -> None:
    one = await walked(office, (await sent(office, "one")).case, TO_CALLBACK)
    two = (await sent(office, "two", name=None, phone=None, address=None)).case
    assert await verify_number(office, one.number) == Finding(one.number)
    findings = [finding async for finding in verify_all(office)]
    assert sorted(finding.number for finding in findings) == sorted([one.number, two.number])
    assert not [finding for finding in findings if finding.problem]


async def test_a_number_that_is_nobodys_finds_nothing(office: Office) -> None:
    assert await verify_number(office, "20170306-000009-4") is None


SEAL = "{what} of 2017-03-06T09:0{minute}:00+08:00 does not fit its seal"


def unsealed(what: str, minute: int) -> str:
    return SEAL.format(what=what, minute=minute)


@pytest.mark.parametrize(
    ("entry", "problem", "change"),
    [
        # one character, or what comes closest, in an entry
        (1, unsealed("SUBMISSION", 0), {"history.0.details.channel": "WEB"}),
        (2, unsealed("ACCEPT", 1), {"history.1.subject": "intakf"}),
        (2, unsealed("ACCEPT", 1), {"history.1.note": "."}),
        (3, unsealed("REVIEW", 2), {"history.2.details.unit": "510105"}),
        (3, unsealed("REVIEW", 2), {"history.2.details.added": 1}),
        (4, unsealed("SIGN_FOR", 3), {"history.3.role": "APPROVER"}),
        (4, unsealed("SIGN_FOR", 3), {"history.3.stage": "HANDLING"}),
        (4, unsealed("PASS_DOWN", 3), {"history.3.action": "PASS_DOWN"}),
        (4, unsealed("SIGN_FOR", 3), {"history.3.seal": "0" * 64}),
        (4, unsealed("SIGN_FOR", 3), {"history.3.seal": "é"}),
        (5, unsealed("RECORD_CONTACT", 4), {"history.4.details.reached": False}),
        (6, unsealed("SUBMIT_REPLY", 5), {"history.5.details.text": "油烟净化设施已安装！"}),
        (6, unsealed("SUBMIT_REPLY", 5), {"history.5.details.text": b"\x00"}),
        # a word that no word of the process is any more
        (4, "cannot be read", {"history.3.action": "SIGN_FOS"}),
        (5, "cannot be read", {"history.4.stage": "HANDLINH"}),
        (2, "cannot be read", {"history.1.at": "yesterday"}),
        # the letter and its writer
        (1, "the letter's body is not what was submitted", {"letter.body": "改过的内容。"}),
        (1, "the letter's title is not what was submitted", {"letter.title": "改过的标题"}),
        (1, "the letter's address is not what was submitted", {"letter.place.address": None}),
        (1, "the letter's name is not what was submitted", {"writer.name": None}),
        (1, "the letter's phone is not what was submitted", {"writer.phone": None}),
        (1, "the letter's body cannot be proven: its salt is gone", {"writer.salts.body": None}),
        (1, "the letter's mailbox is not what it was", {"mailbox": "510104/HEAD"}),
        (1, "the letter's channel is not what it was", {"channel": "WEB"}),
        # what stands beside the history
        (
            None,
            "stands in CONCLUSION but its history ends in CALLBACK",
            {"stage": "CONCLUSION"},
        ),
        (None, "is at version 8 but has 7 entries", {"version": 8}),
        (
            None,
            "has facts for the figures that its history does not tell",
            {"facts.releases.0.at": MONDAY},
        ),
        (None, "cannot be read: KeyError 'HASTY'", {"urgency": "HASTY"}),
    ],
)
async def test_a_change_is_found_and_named(
    office: Office, database: mongo.Database, entry: int | None, problem: str, change: Change
) -> None:
    case = await walked(office, (await sent(office, "one")).case, TO_CALLBACK)
    await sent(office, "two")
    await database.cases.update_one({"_id": case.id}, {"$set": change})
    found = [finding async for finding in verify_all(office) if finding.problem]
    assert found == [Finding(case.number, problem, entry)]


async def test_an_entry_taken_out_of_the_middle_is_missed(
    office: Office, database: mongo.Database
) -> None:
    case = await walked(office, (await sent(office)).case, TO_CALLBACK)
    document = await database.cases.find_one({"_id": case.id})
    assert document is not None
    del document["history"][4]
    await database.cases.replace_one({"_id": case.id}, document)
    finding = await verify_number(office, case.number)
    assert finding == Finding(case.number, unsealed("SUBMIT_REPLY", 5), 5)


async def test_a_history_is_sealed_onto_its_own_case(
    office: Office, database: mongo.Database
) -> None:
    one, two = (await sent(office, "one")).case, (await sent(office, "two")).case
    document = await database.cases.find_one({"_id": one.id})
    assert document is not None
    await database.cases.update_one({"_id": two.id}, {"$set": {"history": document["history"]}})
    finding = await verify_number(office, two.number)
    assert finding == Finding(two.number, unsealed("SUBMISSION", 0), 1)


@pytest.mark.parametrize("field", ["name", "phone"])
async def test_one_bit_of_an_encrypted_value_is_enough(
    office: Office, database: mongo.Database, field: str
) -> None:
    case = (await sent(office)).case
    document = await database.cases.find_one({"_id": case.id})
    assert document is not None
    value = document["writer"][field]
    changed = type(value)(bytes(value)[:-1] + bytes([value[-1] ^ 1]), value.subtype)
    await database.cases.update_one({"_id": case.id}, {"$set": {f"writer.{field}": changed}})
    finding = await verify_number(office, case.number)
    assert finding == Finding(case.number, f"the writer's {field} cannot be read")


async def test_the_phone_of_another_writer_is_not_this_ones(
    office: Office, database: mongo.Database
) -> None:
    one = (await sent(office, "one")).case
    two = (await sent(office, "two", phone="13900139000")).case
    document = await database.cases.find_one({"_id": two.id})
    assert document is not None
    await database.cases.update_one(
        {"_id": one.id}, {"$set": {"writer.phone": document["writer"]["phone"]}}
    )
    finding = await verify_number(office, one.number)
    assert finding == Finding(one.number, "the writer's phone cannot be read")


async def test_a_value_erased_with_its_salt_leaves_the_case_whole(
    office: Office, database: mongo.Database
) -> None:
    case = (await sent(office)).case
    erased = {"writer.phone": None, "writer.name": None}
    salts = {"writer.salts.phone": "", "writer.salts.name": ""}
    erasing: dict[str, dict[str, Any]] = {"$set": erased, "$unset": salts}
    assert await SealedCases(database.cases, SEALS).update({"_id": case.id}, erasing)
    assert await verify_number(office, case.number) == Finding(case.number)
