"""A letter comes in: numbered, opened by its code alone, stored once however often it is sent."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from domain.actors import ANONYMOUS, Actor
from domain.letters import Writer
from domain.numbers import read_case_number
from domain.refusals import Duplicate, InvalidInput, NotFound
from domain.words import Channel, Role, Stage
from services.letter_checks import Submission
from services.office import Office
from services.process import Proof, proven_case
from services.submission import submit
from storage import mongo
from tests.services.offices import (
    CLERK,
    DISTRICT_HEAD,
    LETTER,
    MONDAY,
    at,
    documents,
    person,
    sent,
)

pytestmark = [pytest.mark.ring("test"), pytest.mark.drivers]

CITIZEN = person(Role.CITIZEN, subject="citizen-1")


async def test_a_letter_becomes_a_case_that_waits_for_intake(office: Office) -> None:
    submitted = await sent(office)
    case = submitted.case
    assert case.stage is Stage.ACCEPTANCE
    assert read_case_number(case.number) == case.number
    assert (case.letter.title, case.letter.body) == (LETTER.title, LETTER.body)
    assert case.promise.due_at == at("2017-03-20 23:59:59")  # ten working days


async def test_number_and_code_open_it_and_nothing_else_does(office: Office) -> None:
    one, other = await sent(office, "one"), await sent(office, "two")

    async def opens(number: str, code: str) -> str | None:
        case = await proven_case(office, Proof(number=number, query_code=code))
        return case.id if case else None

    assert await opens(one.case.number, one.query_code) == one.case.id
    spoken = one.query_code.lower().replace("-", " ")
    assert await opens(one.case.number.replace("-", ""), spoken) == one.case.id
    assert await opens(one.case.number, other.query_code) is None
    assert await opens("", "") is None


async def test_code_name_and_phone_are_nowhere_in_clear(
    office: Office, database: mongo.Database
) -> None:
    submitted = await sent(office)
    names = await database.list_collection_names()
    stored = repr([await documents(database, name) for name in names])
    code = submitted.query_code
    for secret in (code, code.replace("-", ""), "陈小禾", "13800138000"):
        assert secret not in stored
    writers = await office.cases.writers_of([submitted.case.id])
    assert writers == {submitted.case.id: Writer("陈小禾", "+8613800138000", anonymous=False)}


async def test_the_writer_is_told_that_it_arrived(office: Office, database: mongo.Database) -> None:
    await sent(office)
    [notice] = (await documents(database))[0]["notices"]
    assert (notice["audience"], notice["about"], notice["state"]) == ("WRITER", None, "QUEUED")


@pytest.mark.parametrize(
    ("by", "account"), [(ANONYMOUS, None), (CITIZEN, "citizen-1"), (CLERK, None)]
)
async def test_the_account_is_the_writers_and_never_a_clerks(
    office: Office, by: Actor, account: str | None
) -> None:
    assert (await sent(office, by=by)).case.account == account


# Sent again


async def test_the_same_key_and_letter_get_the_same_answer(office: Office) -> None:
    first = await sent(office)
    again = await sent(office, when=MONDAY + timedelta(hours=23))
    assert (again.case.id, again.query_code) == (first.case.id, first.query_code)
    assert await office.cases.count() == 1


async def test_twenty_times_at_once_it_is_one_case(office: Office) -> None:
    answers = await asyncio.gather(*(sent(office) for _ in range(20)))
    assert len({(answer.case.number, answer.query_code) for answer in answers}) == 1
    assert await office.cases.count() == 1


async def test_the_same_key_for_another_letter_is_refused(office: Office) -> None:
    await sent(office)
    with pytest.raises(Duplicate) as refused:
        await sent(office, body="路灯坏了，晚上看不见路。")
    assert refused.value.field == "idempotencyKey"


async def test_keys_of_different_accounts_have_nothing_to_do_with_each_other(
    office: Office,
) -> None:
    await sent(office, by=CITIZEN)
    await sent(office, by=person(Role.CITIZEN, subject="citizen-2"), title="路灯不亮")
    assert await office.cases.count() == 2


async def test_ten_people_may_write_the_same_words(office: Office) -> None:
    cases = [(await sent(office, f"key {count}")).case for count in range(10)]
    assert len({case.number for case in cases}) == 10


async def test_a_day_later_a_key_is_free_again(office: Office) -> None:
    first = await sent(office)
    later = await sent(office, when=MONDAY + timedelta(hours=24))
    assert later.case.id != first.case.id


async def test_killed_before_the_case_was_stored_a_repeat_completes_it(
    office: Office, database: mongo.Database
) -> None:
    first = await sent(office)
    await database.cases.delete_one({"_id": first.case.id})  # as if it had not come to that
    again = await sent(office)
    assert (again.case.number, again.query_code) == (first.case.number, first.query_code)
    assert again.case.letter.submitted_at == MONDAY


async def test_numbers_count_up_from_midnight_to_midnight_in_the_city(office: Office) -> None:
    times = ("2017-03-06 23:59", "2017-03-06 23:59", "2017-03-07 00:00")
    numbers = [
        (await sent(office, key, when=at(when))).case.number
        for key, when in zip("abc", times, strict=True)
    ]
    assert [number[:15] for number in numbers] == [
        "20170306-000001",
        "20170306-000002",
        "20170307-000001",
    ]


# What is refused


@pytest.mark.parametrize(
    ("field", "letter"),
    [
        ("title", replace(LETTER, title="灯")),
        ("title", replace(LETTER, title="灯" * 101)),
        ("body", replace(LETTER, body=" 坏了  ")),
        ("body", replace(LETTER, body="灯" * 10_001)),
        ("body", replace(LETTER, body="路灯坏了\x00很久")),
        ("writer.name", replace(LETTER, name="陈" * 51)),
        ("writer.phone", replace(LETTER, phone="12345")),
        ("writer.phone", replace(LETTER, phone="not a number")),
        ("place.address", replace(LETTER, address="路" * 201)),
        ("place", replace(LETTER, longitude=104.0)),
        ("place.longitude", replace(LETTER, longitude=181.0, latitude=30.0)),
        ("place.latitude", replace(LETTER, longitude=104.0, latitude=float("nan"))),
    ],
)
async def test_a_bad_value_is_refused_by_name_and_nothing_is_stored(
    office: Office, field: str, letter: Submission
) -> None:
    with pytest.raises(InvalidInput) as refused:
        await submit(office, letter, "one", ANONYMOUS, MONDAY)
    assert refused.value.field == field
    assert await office.cases.count() == 0


@pytest.mark.parametrize("key", ["", "k" * 129])
async def test_a_key_has_1_to_128_characters(office: Office, key: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        await sent(office, key)
    assert refused.value.field == "idempotencyKey"


async def test_limits_are_counted_in_characters_and_inclusive(office: Office) -> None:
    longest = await sent(office, title="灯" * 100, body="𠮷" * 10_000)
    assert len(longest.case.letter.body) == 10_000
    assert (await sent(office, "two", title="路灯", body="路灯坏了！")).case.letter.title == "路灯"


@pytest.mark.parametrize("mailbox", ["5101/NOBODY", DISTRICT_HEAD])
async def test_a_letter_needs_a_mailbox_that_is_open(
    office: Office, database: mongo.Database, mailbox: str
) -> None:
    await database.mailboxes.update_one({"_id": DISTRICT_HEAD}, {"$set": {"retired": True}})
    with pytest.raises(NotFound) as refused:
        await sent(office, mailbox=mailbox)
    assert refused.value.field == "mailboxId"


@pytest.mark.parametrize(
    ("channel", "phone", "reachable"),
    [
        (Channel.WEB, None, False),
        (Channel.WEB, "13800138000", True),
        (Channel.WECHAT, None, True),
        (Channel.SMS, None, True),
        (Channel.APP, None, True),
        (Channel.WIDGET, None, False),
    ],
)
async def test_who_left_no_way_to_be_reached_is_not_written_to(
    office: Office, database: mongo.Database, channel: Channel, phone: str | None, reachable: bool
) -> None:
    submitted = await sent(office, channel=channel, phone=phone)
    assert submitted.case.letter.reachable is reachable
    assert len((await documents(database))[0]["notices"]) == reachable
