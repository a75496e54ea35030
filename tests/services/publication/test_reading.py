"""What everybody reads of published letters, and who says "me too"."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from domain.actors import ANONYMOUS
from domain.refusals import ActionNotAllowed, InvalidInput, NotFound, Unauthenticated
from services.office import Office
from services.publication.reading import (
    published_letter,
    published_letters,
    support,
    withdraw_support,
)
from storage.pages import Page
from storage.publications import PublishedFilter
from tests.services.offices import MAYOR, REVIEWER, SMOG, category
from tests.services.publication.letters import ALL, LATER, citizen, published

pytestmark = pytest.mark.ring("test")


async def test_letters_are_found_by_words_that_everybody_may_read(office: Office) -> None:
    _, smoke = await published(office, "smoke")
    _, noise = await published(office, "noise", title="夜间施工噪音", body="工地半夜施工，很吵。")

    async def found(**asked: object) -> list[str]:
        wanted = PublishedFilter(**asked)  # type: ignore[arg-type]
        page = await published_letters(office, wanted, ALL, ANONYMOUS)
        return [one.letter.id for one in page.items]

    assert await found(search="油烟") != await found(search="夜间施工")
    assert await found(search="半夜") == [noise]
    assert await found(search="吵") == [noise]
    assert await found(search="陈小禾") == [] == await found(search="13800138000")
    assert set(await found(mailbox=MAYOR)) == {smoke, noise}
    assert await found(mailbox="510104/HEAD") == [] == await found(category=category(SMOG))
    day = LATER.date()
    assert set(await found(first_day=day, last_day=day)) == {smoke, noise}
    assert await found(first_day=day + timedelta(days=1)) == []
    for hostile in ("$ne", ".*", "{}", "^"):
        assert await found(search=hostile) == [], hostile
    with pytest.raises(InvalidInput):
        await found(search="长" * 201)


async def test_pages_of_published_letters_lose_and_repeat_nothing(office: Office) -> None:
    keys = {(await published(office, f"letter {one}"))[1] for one in range(5)}
    seen: list[str] = []
    after: str | None = None
    while True:
        page = Page(first=2, after=after)
        found = await published_letters(office, PublishedFilter(), page, ANONYMOUS)
        seen += [one.letter.id for one in found.items]
        if not found.has_next:
            break
        after = found.cursors[-1]
    assert len(seen) == 5
    assert set(seen) == keys


@pytest.mark.parametrize("closed", [1, 3, 5])
async def test_a_page_goes_on_behind_what_became_confidential(office: Office, closed: int) -> None:
    """Whichever way it is walked: no page is empty while there is more."""
    keys = [await published(office, f"letter {one}") for one in range(6)]
    secret = {"_id": {"$in": [one.case.id for one, _ in keys[-closed:]]}}
    await office.cases._collection.update_many(secret, {"$set": {"confidential": True}})
    asked = PublishedFilter()
    seen, after, more = [], None, True
    while more:
        found = await published_letters(office, asked, Page(first=1, after=after), ANONYMOUS)
        seen += [one.letter.id for one in found.items]
        after, more = found.cursors[-1], found.has_next
    whole = await published_letters(office, asked, ALL, ANONYMOUS)
    last = await published_letters(office, asked, Page(last=6), ANONYMOUS)
    assert seen == [one.letter.id for one in whole.items] == [one.letter.id for one in last.items]
    assert sorted(seen) == sorted(key for _, key in keys[:-closed])
    assert whole.total == last.total == len(seen)


# Me too


async def test_a_person_is_counted_once_however_often_and_at_once(office: Office) -> None:
    _, key = await published(office)
    people = [citizen(name) for name in ("wang", "zhao", "wang", "zhao", "wang")]
    await asyncio.gather(
        *(support(office, key, f"key {at}", who, LATER) for at, who in enumerate(people))
    )
    shown = await published_letter(office, key, people[0])
    assert shown is not None
    assert (shown.supporters, shown.has_supported) == (2, True)
    left = await withdraw_support(office, key, people[0])
    assert (left.supporters, left.has_supported) == (1, False)
    assert (await withdraw_support(office, key, people[0])).supporters == 1


async def test_neither_nobody_nor_the_writer_supports_a_letter(office: Office) -> None:
    _, key = await published(office, by=citizen("li"))
    with pytest.raises(Unauthenticated):
        await support(office, key, "a", ANONYMOUS, LATER)
    with pytest.raises(Unauthenticated):
        await support(office, key, "b", REVIEWER, LATER)
    with pytest.raises(ActionNotAllowed):
        await support(office, key, "c", citizen("li"), LATER)
    with pytest.raises(NotFound):
        await support(office, "none", "d", citizen("wang"), LATER)


async def test_no_account_lies_beside_what_it_supports(office: Office) -> None:
    _, key = await published(office)
    await support(office, key, "one", citizen("wang"), LATER)
    stored = await office.outside.publications._support.find_one({"letter": key})
    assert stored is not None
    assert "wang" not in str(stored)
