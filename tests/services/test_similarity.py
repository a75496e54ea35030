"""A clerk sees what may be about the same matter: same words, same place, still open."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from domain.case import Case
from services.office import Office
from services.similarity import similar_cases
from tests.services.offices import (
    CLERK,
    DISTRICT,
    DISTRICT_HEAD,
    MAYOR,
    MONDAY,
    REVIEWER,
    person,
    sent,
    walked,
)

pytestmark = pytest.mark.ring("test")

LAMP = "锦华路人行道路灯不亮"


async def titles(office: Office, case: Case) -> list[str]:
    return [one.title for one in await similar_cases(office, case, CLERK)]


async def wrote(
    office: Office,
    title: str,
    address: str | None = None,
    mailbox: str = MAYOR,
    when: datetime = MONDAY,
) -> Case:
    """A letter with this title; nobody else has its key."""
    key = f"{title} {await office.cases.count()}"
    letter = await sent(office, key, when=when, title=title, address=address, mailbox=mailbox)
    return letter.case


async def test_the_same_matter_in_other_words_is_found_and_another_is_not(office: Office) -> None:
    await wrote(office, "小学门口交通拥堵", address="武侯区玉林街道")
    await wrote(office, "锦华路路灯坏了，晚上不亮", address="锦江区锦华路")
    case = await wrote(office, LAMP, address="锦江区锦华路")
    assert await titles(office, case) == ["锦华路路灯坏了，晚上不亮"]


async def test_most_alike_comes_first(office: Office) -> None:
    await wrote(office, "锦华路施工噪声大")
    await wrote(office, LAMP)
    await wrote(office, "请修一修锦华路人行道")
    case = await wrote(office, LAMP)
    assert (await titles(office, case))[0] == LAMP


async def test_of_two_alike_the_one_in_the_same_mailbox_comes_first(office: Office) -> None:
    await wrote(office, LAMP)
    there = await wrote(office, LAMP, mailbox=DISTRICT_HEAD)
    case = await wrote(office, LAMP, mailbox=DISTRICT_HEAD)
    found = await similar_cases(office, case, CLERK)
    assert found[0].id == there.id
    assert len(found) == 2


async def test_it_is_never_similar_to_itself(office: Office) -> None:
    assert await titles(office, await wrote(office, LAMP)) == []


async def test_what_is_closed_is_left_out(office: Office) -> None:
    await walked(office, await wrote(office, LAMP), "REJECT")
    assert await titles(office, await wrote(office, LAMP)) == []


async def test_what_the_reader_may_not_see_is_left_out(office: Office) -> None:
    hidden = await wrote(office, LAMP)
    await walked(office, hidden, "ACCEPT REVIEW", confidential=True)
    case = await wrote(office, LAMP)
    assert await titles(office, case) == []
    seen = await similar_cases(office, case, REVIEWER)
    assert [one.id for one in seen] == [hidden.id]
    next_door = person(*REVIEWER.roles, unit="510105")
    assert not await similar_cases(office, case, next_door)
    assert await similar_cases(office, case, person(*REVIEWER.roles, unit=DISTRICT))


async def test_a_year_later_it_is_another_matter(office: Office) -> None:
    await wrote(office, LAMP)
    assert await titles(office, await wrote(office, LAMP, when=MONDAY + timedelta(days=366))) == []
