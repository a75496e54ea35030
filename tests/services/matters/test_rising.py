"""Which categories rise in a month, on a database."""

from __future__ import annotations

import pytest

from domain.actors import ANONYMOUS
from domain.bulletins import Month
from services.matters.rising import rising_topics
from services.office import Office
from tests.services.offices import REVIEWER, SMOG, at, category
from tests.services.writing import write

pytestmark = pytest.mark.ring("test")

APRIL, NOW = Month(2019, 4), at("2019-04-25 12:00")


async def test_what_has_far_more_letters_than_before_rises_on_both_levels(office: Office) -> None:
    smog = category(SMOG)
    for month in ("2019-01", "2019-02", "2019-03"):
        await write(office, month, 4, smog)
        await write(office, month, 8)
    await write(office, "2019-04", 24, smog)
    await write(office, "2019-04", 8)
    found = await rising_topics(office, APRIL, REVIEWER, NOW)
    assert [one.category.id for one in found] == [smog[:2], smog[:5]]
    assert (found[0].rise.letters, found[0].rise.usual) == (24, 4)
    assert found[0].rise.ratio > found[0].rise.lower > 1
    assert found[0].is_past_told


async def test_what_is_new_rises_and_the_public_is_not_told_its_small_past(office: Office) -> None:
    smog = category(SMOG)
    for month in ("2019-01", "2019-02", "2019-03"):
        await write(office, month, 1, smog)
        await write(office, month, 10)
    await write(office, "2019-04", 40, smog)
    (public, _) = await rising_topics(office, APRIL, ANONYMOUS, NOW)
    (staff, _) = await rising_topics(office, APRIL, REVIEWER, NOW)
    # in public a month of which nothing is told may have had nine
    assert (public.rise.letters, public.rise.usual, staff.rise.usual) == (40, 9, 1)
    assert (public.is_past_told, staff.is_past_told) == (False, True)


async def test_the_public_is_not_told_that_few_letters_rise(office: Office) -> None:
    smog = category(SMOG)
    for month in ("2019-01", "2019-02", "2019-03", "2019-04"):
        await write(office, month, 11)
    await write(office, "2019-04", 9, smog)
    assert await rising_topics(office, APRIL, ANONYMOUS, NOW) == []
    assert len(await rising_topics(office, APRIL, REVIEWER, NOW)) == 2


async def test_nothing_rises_in_a_first_month_or_in_an_empty_one(office: Office) -> None:
    assert await rising_topics(office, APRIL, REVIEWER, NOW) == []
    await write(office, "2019-04", 12, category(SMOG))
    assert await rising_topics(office, APRIL, REVIEWER, NOW) == []
