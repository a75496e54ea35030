"""An app that was offline hears of every change: none is left out, whatever came in between."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from domain.actors import ANONYMOUS
from domain.refusals import Forbidden, InvalidInput, Unauthenticated
from domain.words import Role
from services.accounts.changes import changed_cases
from services.accounts.claiming import claim_case
from services.office import Office
from services.process import Proof
from storage import mongo
from storage.pages import encode_cursor
from tests.services.offices import CLERK, MONDAY, documents, person, sent, walked

pytestmark = pytest.mark.ring("test")

LI = person(Role.CITIZEN, subject="li")
ZHAO = person(Role.CITIZEN, subject="zhao")
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


async def heard(
    office: Office, since: str | None, now: datetime, first: int = 100
) -> tuple[list[str], str]:
    """The numbers that an app hears until there is no more, and what it asks with next."""
    numbers: list[str] = []
    for _ in range(100):
        changes = await changed_cases(office, since, first, LI, now)
        numbers += [case.number for case in changes.found.items]
        since = changes.mark
        if not changes.found.has_next:
            return numbers, since
    raise AssertionError("it never ends")


@pytest.mark.parametrize("first", [1, 2, 3, 100])
async def test_pages_of_any_size_tell_all_of_them_at_equal_times(
    office: Office, first: int
) -> None:
    letters = [await sent(office, f"k{n}", by=LI) for n in range(7)]
    numbers, mark = await heard(office, None, MONDAY + HOUR, first)
    assert sorted(numbers) == sorted(one.case.number for one in letters)
    assert len(set(numbers)) == 7
    assert (await heard(office, mark, MONDAY + DAY, first))[0] == []


async def test_pages_go_on_behind_cases_that_are_not_shown(office: Office) -> None:
    """Changed by another hand, so that their seals do not fit."""
    letters = [await sent(office, f"k{n}", by=LI) for n in range(5)]
    hidden = {"_id": {"$in": [one.case.id for one in letters[:3]]}}
    await office.cases._collection.update_many(hidden, {"$set": {"confidential": True}})
    numbers, _ = await heard(office, None, MONDAY + HOUR, first=1)
    assert sorted(numbers) == sorted(one.case.number for one in letters[3:])


async def test_a_case_that_changed_is_told_again_and_no_other(office: Office) -> None:
    one, other = await sent(office, "one", by=LI), await sent(office, "two", by=LI)
    _, mark = await heard(office, None, MONDAY + HOUR)
    case = await walked(office, one.case, "ACCEPT")
    changes = await changed_cases(office, mark, 10, LI, MONDAY + DAY)
    assert [(c.number, c.stage) for c in changes.found.items] == [(case.number, case.stage)]
    assert other.case.number not in [c.number for c in changes.found.items]


@pytest.mark.parametrize("first", [1, 2, 100])
async def test_what_was_stamped_earlier_and_written_later_is_not_left_out(
    office: Office, first: int
) -> None:
    now = MONDAY + 30 * timedelta(seconds=1)
    for n in range(3):
        await sent(office, f"k{n}", by=LI, when=now)
    numbers, mark = await heard(office, None, now, first)
    assert len(numbers) == 3
    late = await sent(office, "late", by=LI, when=now - 20 * timedelta(seconds=1))
    numbers, mark = await heard(office, mark, now + MINUTE, first)
    assert late.case.number in numbers
    numbers, mark = await heard(office, mark, now + 2 * MINUTE, first)
    assert (await heard(office, mark, now + 3 * MINUTE, first))[0] == []


async def test_a_letter_that_was_claimed_is_told_however_old_it_is(office: Office) -> None:
    old = await sent(office, "old")
    await sent(office, "mine", by=LI, when=MONDAY + DAY)
    _, mark = await heard(office, None, MONDAY + 2 * DAY)
    proof = Proof(old.case.number, old.query_code)
    await claim_case(office, proof, "k", LI, MONDAY + 3 * DAY)
    assert (await heard(office, mark, MONDAY + 4 * DAY))[0] == [old.case.number]


async def test_cases_of_an_older_version_come_first_and_once(
    office: Office, database: mongo.Database
) -> None:
    letters = [await sent(office, f"k{n}", by=LI) for n in range(4)]
    old = {"_id": {"$in": [letters[0].case.id, letters[1].case.id]}}
    await database["cases"].update_many(old, {"$unset": {"changed_at": ""}})
    numbers, mark = await heard(office, None, MONDAY + HOUR, 1)
    assert set(numbers[:2]) == {letters[0].case.number, letters[1].case.number}
    assert len(numbers) == len(set(numbers)) == 4
    assert (await heard(office, mark, MONDAY + DAY))[0] == []


async def test_nobody_hears_of_somebody_elses(office: Office) -> None:
    await sent(office, "theirs", by=ZHAO)
    await sent(office, "nobody's")
    assert (await heard(office, None, MONDAY + HOUR))[0] == []
    for actor, refusal in ((ANONYMOUS, Unauthenticated), (CLERK, Forbidden)):
        with pytest.raises(refusal):
            await changed_cases(office, None, 1, actor, MONDAY)


async def test_what_is_stored_follows_every_action(
    office: Office, database: mongo.Database
) -> None:
    letter = await sent(office, by=LI)
    case = await walked(office, letter.case, "ACCEPT REVIEW")
    [document] = await documents(database)
    assert document["changed_at"] == case.updated_at


@pytest.mark.parametrize(
    "since",
    ["", "x", "€", encode_cursor([]), encode_cursor([MONDAY, "a"]), encode_cursor([1, "a", None])],
)
async def test_a_mark_of_somebody_else_is_refused(office: Office, since: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        await changed_cases(office, since, 1, LI, MONDAY)
    assert refused.value.field == "since"


@pytest.mark.parametrize("first", [0, -1, 101])
async def test_a_page_has_1_to_100(office: Office, first: int) -> None:
    with pytest.raises(InvalidInput):
        await changed_cases(office, None, first, LI, MONDAY)
