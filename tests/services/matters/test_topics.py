"""Topics over time, on a database: whose letters are counted, and who is told what."""

from __future__ import annotations

import pytest

from domain.actors import ANONYMOUS, Actor
from domain.bulletins import Month
from domain.refusals import Forbidden, InvalidInput
from domain.topics import UNCATEGORISED, Topic, TopicLevel
from domain.words import Network, Role
from services.matters.topics import MOST_MONTHS, ToldTopics, TopicsAsked, topics_over_time
from services.office import Office
from tests.services.offices import (
    CLERK,
    DISTRICT,
    NEXT_DISTRICT,
    REVIEWER,
    SMOG,
    at,
    category,
    person,
)
from tests.services.writing import write

pytestmark = pytest.mark.ring("test")

NOW = at("2019-03-15 12:00")
JANUARY, MARCH = Month(2019, 1), Month(2019, 3)


async def told(
    office: Office, actor: Actor = REVIEWER, first: Month = JANUARY, **asked: object
) -> ToldTopics:
    given = TopicsAsked(first, MARCH, **asked)  # type: ignore[arg-type]  # its fields, by name
    return await topics_over_time(office, given, actor, NOW)


def letters(found: ToldTopics) -> dict[Topic, list[int | None]]:
    return {one.topic: [month.letters for month in one.months] for one in found.series}


@pytest.fixture
async def pollution(office: Office) -> str:
    """Two letters about smog in January, twelve in March; one in March without a category."""
    smog = category(SMOG)
    await write(office, "2019-01", 2, smog)
    await write(office, "2019-03", 12, smog)
    await write(office, "2019-03", 1)
    return smog


async def test_each_month_has_its_letters_and_a_month_without_any_is_there(
    office: Office, pollution: str
) -> None:
    environment = ("SAFETY", pollution[:2])
    found = await told(office)
    assert letters(found) == {environment: [2, 0, 12], UNCATEGORISED: [0, 0, 1]}
    assert [month.share for month in found.series[0].months] == [1, None, 12 / 13]
    assert [month.letters for month in found.everything.months] == [2, 0, 13]
    assert found.categories[pollution[:2]].name == "环境保护"


async def test_the_level_and_the_network_are_chosen(office: Office, pollution: str) -> None:
    second = ("SAFETY", pollution[:2], pollution[:5])
    assert letters(await told(office, by=TopicLevel.NETWORK))[("SAFETY",)] == [2, 0, 12]
    assert letters(await told(office, by=TopicLevel.SECOND, network=Network.SAFETY)) == {
        second: [2, 0, 12]
    }
    assert letters(await told(office, network=Network.SERVICE)) == {}


async def test_the_public_is_not_told_small_numbers(office: Office, pollution: str) -> None:
    await write(office, "2019-03", 9)
    found = await told(office, ANONYMOUS)
    assert letters(found) == {
        ("SAFETY", pollution[:2]): [None, None, 12],
        UNCATEGORISED: [None, None, 10],
    }
    assert [month.letters for month in found.everything.months] == [None, None, 22]
    assert found.minimum == 10


async def test_public_topics_are_of_all_letters_as_the_bulletin_is(
    office: Office,
) -> None:
    smog = category(SMOG)
    await write(office, "2019-03", 10, smog)
    await write(office, "2019-03", 3, smog, confidential=True)
    counts = [
        (await told(office, actor)).everything.months[-1].letters
        for actor in (ANONYMOUS, CLERK, REVIEWER)
    ]
    assert counts == [13, 10, 13]


async def test_staff_of_a_unit_are_told_of_its_letters(office: Office) -> None:
    smog = category(SMOG)
    await write(office, "2019-03", 3, smog)
    await write(office, "2019-03", 2, smog, unit=NEXT_DISTRICT)
    for unit, expected in ((DISTRICT, 3), (NEXT_DISTRICT, 2)):
        handler = person(Role.HANDLER, unit=unit)
        assert (await told(office, handler)).everything.total == expected
        assert (await told(office, unit=unit)).everything.total == expected


async def test_the_public_is_not_told_of_one_unit(office: Office) -> None:
    with pytest.raises(Forbidden):
        await told(office, ANONYMOUS, unit=DISTRICT)


async def test_the_months_are_bounded(office: Office) -> None:
    whole = await told(office, first=MARCH.plus(1 - MOST_MONTHS))
    assert len(whole.months) == MOST_MONTHS
    for first in (MARCH.plus(-MOST_MONTHS), MARCH.plus(1)):
        with pytest.raises(InvalidInput):
            await told(office, first=first)
