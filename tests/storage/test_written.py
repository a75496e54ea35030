"""The letters of a month for topics and the map: what they cost, and how long they are kept."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from domain.actors import ANONYMOUS, STAFF
from domain.bulletins import Month
from domain.letters import Place
from domain.words import Role
from services.office import Office
from storage import written
from storage.case_lists import CaseFilter, CaseOrder
from storage.cases import SUMMARIES
from storage.pages import Page
from tests.services.offices import (
    CITY,
    DISTRICT,
    EDUCATION,
    NEXT_DISTRICT,
    REVIEWER,
    SMOG,
    at,
    category,
    person,
)
from tests.services.writing import write

pytestmark = [pytest.mark.ring("test"), pytest.mark.drivers]

MARCH = Month(2019, 3)
IN_MARCH, IN_APRIL = at("2019-03-15 12:00"), at("2019-04-02 12:00")


async def test_a_month_has_its_own_letters_in_the_citys_time(office: Office) -> None:
    for when in ("2019-02", "2019-03", "2019-04"):
        await write(office, when, 1, address=f"锦江区{when}")
    (letter,) = await office.written.of_month(MARCH, ANONYMOUS, IN_APRIL)
    assert letter.place == Place("锦江区2019-03")
    assert (letter.path, letter.category) == ((CITY,), ())


async def test_a_letter_is_the_responsible_units_and_before_that_the_mailboxs(
    office: Office,
) -> None:
    smog = category(SMOG)
    await write(office, "2019-03", 1, smog, longitude=104.0, latitude=30.5)
    (letter,) = await office.written.of_month(MARCH, ANONYMOUS, IN_MARCH)
    assert (letter.path, letter.mailbox_path) == ((CITY, DISTRICT), (CITY,))
    assert letter.category == (smog[:2], smog[:5], smog)
    assert (letter.place.longitude, letter.place.latitude) == (104.0, 30.5)


async def test_who_reads_decides_what_is_counted(office: Office) -> None:
    await write(office, "2019-03", 2, category(SMOG), confidential=True)
    await write(office, "2019-03", 1)
    citizen = person(Role.CITIZEN)
    handler = person(Role.HANDLER, unit=DISTRICT)
    counts = [
        len(await office.written.of_month(MARCH, actor, IN_APRIL))
        for actor in (ANONYMOUS, citizen, REVIEWER, handler)
    ]
    assert counts == [3, 3, 3, 2]


async def test_staff_count_what_their_queue_shows(office: Office) -> None:
    smog = category(SMOG)
    for unit in (DISTRICT, NEXT_DISTRICT):
        await write(office, "2019-03", 2, smog, unit=unit)
        await write(office, "2019-03", 1, smog, unit=unit, confidential=True)
    counts = set()
    for role in sorted(STAFF | {Role.SYSTEM}):
        for reach in (None, CITY, DISTRICT, EDUCATION):
            actor = person(role, unit=reach)
            counted = len(await office.written.of_month(MARCH, actor, IN_MARCH))
            queue = await office.cases.page(
                SUMMARIES, actor, CaseFilter(), CaseOrder.DUE_FIRST, Page(first=1), IN_MARCH
            )
            assert counted == queue.total, (role, reach)
            counts.add(counted)
    assert counts == {0, 2, 3, 4, 6}


async def test_a_month_that_is_over_is_remembered_for_a_while(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def known() -> int:
        return len(await office.written.of_month(MARCH, REVIEWER, IN_APRIL))

    await write(office, "2019-03", 1)
    assert await known() == 1
    await write(office, "2019-03", 1)
    assert await known() == 1
    assert len(await office.written.of_month(MARCH, REVIEWER, IN_MARCH)) == 2, "it goes on"
    monkeypatch.setattr(written, "KEPT_SECONDS", 0.0)
    assert await known() == 2


async def test_the_public_is_told_the_same_all_day(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(written, "KEPT_SECONDS", 0.0)
    for now in (IN_MARCH, IN_APRIL):
        before = len(await office.written.of_month(MARCH, ANONYMOUS, now))
        await write(office, "2019-03", 1)
        assert len(await office.written.of_month(MARCH, ANONYMOUS, now)) == before
    tomorrow = IN_APRIL + timedelta(days=1)
    assert len(await office.written.of_month(MARCH, ANONYMOUS, tomorrow)) == 2


async def test_who_asks_at_once_shares_one_reading(office: Office) -> None:
    await write(office, "2019-03", 1)
    both = [office.written.of_month(MARCH, ANONYMOUS, IN_MARCH) for _ in range(2)]
    (first,), (second,) = await asyncio.gather(*both)
    assert first is second


async def test_a_reading_goes_on_when_nobody_waits_for_it(office: Office) -> None:
    await write(office, "2019-03", 1)
    asked = asyncio.ensure_future(office.written.of_month(MARCH, ANONYMOUS, IN_APRIL))
    await asyncio.sleep(0)
    asked.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked
    assert len(await office.written.of_month(MARCH, ANONYMOUS, IN_APRIL)) == 1


async def test_no_more_letters_are_remembered_than_there_is_room_for(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(written, "KEPT_LETTERS", 3)
    for month in (1, 2):
        await write(office, f"2019-{month:02}", 2)
        await office.written.of_month(Month(2019, month), ANONYMOUS, IN_APRIL)
    await write(office, "2019-01", 1)
    await write(office, "2019-02", 1)
    remembered = await office.written.of_month(Month(2019, 2), ANONYMOUS, IN_APRIL)
    forgotten = await office.written.of_month(Month(2019, 1), ANONYMOUS, IN_APRIL)
    assert (len(remembered), len(forgotten)) == (2, 3)
