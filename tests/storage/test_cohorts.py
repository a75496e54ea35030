"""The letters of a span of time, with their facts, wherever their cases stand."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.facts import facts_of
from domain.words import MailboxLevel
from services.office import Office
from storage import mongo
from tests.services.offices import (
    CITY,
    DISTRICT,
    DISTRICT_HEAD,
    MONDAY,
    NEXT_DISTRICT,
    TO_CALLBACK,
    sent,
    walked,
)

pytestmark = [pytest.mark.ring("test"), pytest.mark.drivers]

DAY = timedelta(days=1)


async def found(office: Office, **asked: object) -> list[str]:
    letters = await office.cohorts.letters(MONDAY, MONDAY + DAY, **asked)  # type: ignore[arg-type]
    return [one.id for one in letters]


async def test_a_span_has_its_beginning_and_not_its_end(office: Office) -> None:
    moments = (MONDAY - timedelta(milliseconds=1), MONDAY, MONDAY + DAY / 2, MONDAY + DAY)
    cases = [(await sent(office, str(at), when=at)).case for at in moments]
    assert await found(office) == [cases[1].id, cases[2].id]


async def test_a_letter_counts_for_its_unit_and_before_for_its_mailbox(office: Office) -> None:
    waiting = (await sent(office, "one", mailbox=DISTRICT_HEAD)).case
    second = (await sent(office, "two", when=MONDAY + DAY / 2)).case
    passed_on = await walked(office, second, "ACCEPT REVIEW")
    assert await found(office, unit=CITY) == [waiting.id, passed_on.id]
    assert await found(office, unit=DISTRICT) == [waiting.id, passed_on.id]
    assert await found(office, unit=NEXT_DISTRICT) == []
    assert await found(office, level=MailboxLevel.DISTRICT) == [waiting.id]
    assert await found(office, mailbox=DISTRICT_HEAD) == [waiting.id]


async def test_its_facts_are_those_of_its_history(office: Office) -> None:
    case = await walked(office, (await sent(office)).case, TO_CALLBACK)
    (letter,) = await office.cohorts.letters(MONDAY, MONDAY + DAY)
    assert letter.facts == facts_of(case.history, case.promise)
    assert (letter.number, letter.path) == (case.number, (CITY, DISTRICT))
    assert await office.cohorts.facts_of([case.id, "nobody"]) == {case.id: letter.facts}
    assert await office.cohorts.facts_of([]) == {}


@pytest.mark.parametrize("facts", [None, {"reply_due": MONDAY}])
async def test_what_an_older_server_wrote_is_derived_from_the_history(
    office: Office, database: mongo.Database, facts: object
) -> None:
    case = await walked(office, (await sent(office)).case, TO_CALLBACK)
    change = {"$unset": {"facts": ""}} if facts is None else {"$set": {"facts": facts}}
    await database["cases"].update_one({"_id": case.id}, {**change, "$min": {"schema": 2}})
    (letter,) = await office.cohorts.letters(MONDAY, MONDAY + DAY)
    assert letter.facts == facts_of(case.history, case.promise)
    assert await office.cohorts.facts_of([case.id]) == {case.id: letter.facts}
