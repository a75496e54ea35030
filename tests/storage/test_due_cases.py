"""What a function must look at: in order, past what cannot be handled, and saved once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.notices import Audience, Notice, Occasion
from domain.policies import Limit
from domain.watching import Watch
from services.office import Office
from storage import mongo
from storage.due_cases import DueCase, DueCases, Handled
from tests.services.offices import MONDAY, SEALS, documents, sent, walked

pytestmark = [pytest.mark.ring("test"), pytest.mark.drivers]

LATER = MONDAY + timedelta(days=30)


async def warned(one: DueCase) -> Handled:
    assert one.case is not None
    clocks = one.case.running_clocks()
    watch = Watch(warned={limit: clock.warn_at for limit, clock in clocks.items()})
    notice = Notice(f"{one.id}-warning", Audience.UNIT, Occasion.WARNING, LATER, "5101")
    return Handled(one, replace(one.case, watch=watch), (notice,))


async def saved(database: mongo.Database, handled: list[Handled]) -> set[str]:
    async with await mongo.start_session(database.client) as session:
        return await DueCases(database, "wake_at", SEALS).save(handled, session)


async def test_pages_go_on_after_the_last_case_even_among_equal_moments(
    office: Office, database: mongo.Database
) -> None:
    cases = [(await sent(office, f"letter {number}")).case for number in range(7)]
    due = DueCases(database, "wake_at", SEALS)
    assert await due.page(MONDAY, None, 3) == []
    seen: list[DueCase] = []
    while page := await due.page(LATER, seen[-1].place if seen else None, 3):
        seen += page
    assert sorted(one.id for one in seen) == sorted(case.id for case in cases)
    assert [one.place for one in seen] == sorted(one.place for one in seen)
    assert await due.count(LATER) == 7


async def test_a_case_that_cannot_be_read_is_told_and_blocks_nobody(
    office: Office, database: mongo.Database
) -> None:
    for number in range(2):
        await sent(office, f"letter {number}")
    first = (await DueCases(database, "wake_at", SEALS).page(LATER, None, 1))[0]
    await database["cases"].update_one({"_id": first.id}, {"$set": {"stage": "NOWHERE"}})
    broken, whole = await DueCases(database, "wake_at", SEALS).page(LATER, None, 10)
    assert broken.case is None
    assert broken.problem
    assert broken.problem.error == "cannot be read: KeyError"
    assert whole.case is not None


async def test_what_was_done_is_saved_once_and_the_case_waits_for_its_next_moment(
    office: Office, database: mongo.Database
) -> None:
    case = (await sent(office)).case
    page = await DueCases(database, "wake_at", SEALS).page(LATER, None, 10)
    handled = [await warned(one) for one in page]
    assert await saved(database, handled) == {case.id}
    assert await saved(database, handled) == set(), "somebody did it already"
    [document] = await documents(database)
    assert [notice["state"] for notice in document["notices"]] == ["QUEUED", "QUEUED"]
    assert document["version"] == 1
    assert document["wake_at"] == case.clocks[Limit.ACCEPTANCE].due_at + timedelta(milliseconds=1)


async def test_who_acted_meanwhile_wins_and_the_marks_of_a_function_stay(
    office: Office, database: mongo.Database
) -> None:
    case = (await sent(office)).case
    page = await DueCases(database, "wake_at", SEALS).page(LATER, None, 10)
    handled = [await warned(one) for one in page]
    await walked(office, case, "ACCEPT")
    assert await saved(database, handled) == set()
    [again] = await DueCases(database, "wake_at", SEALS).page(LATER, None, 10)
    assert await saved(database, [await warned(again)]) == {case.id}
    assert again.case is not None
    await walked(office, again.case, "REVIEW")
    [document] = await documents(database)
    assert set(document["watch"]["warned"]) == {"REVIEW", "REPLY"}


async def test_a_function_writes_nothing_of_what_the_others_keep(
    office: Office, database: mongo.Database
) -> None:
    case = (await sent(office)).case
    page = await DueCases(database, "wake_at", SEALS).page(LATER, None, 10)
    held = {"keeping.hold": {"reason": "诉讼", "by": "supervisor", "at": MONDAY}}
    await database["cases"].update_one({"_id": case.id}, {"$set": held})
    assert await saved(database, [await warned(one) for one in page]) == {case.id}
    [document] = await documents(database)
    assert document["keeping"]["hold"]["reason"] == "诉讼"
