"""The page of a month: gathered once for all who ask, and of which month by default."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from domain.bulletins import BulletinState, Month
from domain.definitions import FigureName
from domain.refusals import NotFound
from infra.objects import DirectoryStore
from services.archive.open_data import publish
from services.city.memory import CityMemory
from services.city.months import FROZEN, MOMENT, CityMonths
from services.city.page import CityPage
from services.figures.closing import closed
from services.matters.grouping import group_waiting
from services.office import Office
from storage import mongo
from storage.mongo import transaction
from tests.services.cohorts import letters
from tests.services.offices import (
    DISTRICT,
    EDUCATION,
    MAYOR,
    NEXT_DISTRICT,
    TO_CALLBACK,
    at,
    sent,
    walked,
)

pytestmark = pytest.mark.ring("test")

JANUARY, MARCH = Month(2017, 1), Month(2017, 3)
MID_MARCH = at("2017-03-15 12:00")


@pytest.fixture
def archive(tmp_path: Path) -> DirectoryStore:
    return DirectoryStore(tmp_path)


@pytest.fixture
def months(office: Office, archive: DirectoryStore) -> CityMonths:
    """As if nothing had to be withheld: what a page is made of, a few letters show as well."""
    open_office = replace(office, minimum=0)
    return CityMonths(lambda: open_office, archive)


async def answered(office: Office, key: str, when: datetime) -> None:
    letter = await sent(office, key, when=when, body=f"{key}：每天晚上油烟直接排到居民楼。")
    await walked(office, letter.case, TO_CALLBACK)


async def close(office: Office, client: mongo.Client, month: Month) -> None:
    moment = month.plus(1).begins + timedelta(days=24, hours=3)
    bulletin, counted = await closed(office, month, BulletinState.FROZEN, moment)
    async with transaction(client) as session:
        assert await office.bulletins.save(bulletin, counted, session)


def value(page: CityPage, name: FigureName) -> float | None:
    return next(one.value for one in page.figures if one.name is name)


async def test_without_letters_the_running_month_is_shown_and_no_other(months: CityMonths) -> None:
    page = await months.page(None, None, MID_MARCH)
    assert (page.month, page.letters, page.months) == (MARCH, 0, [])
    assert value(page, FigureName.REPLY_RATE) is None
    assert (page.before, page.after) == (None, None)
    for other in (MARCH.plus(1), MARCH.plus(-1), Month(1, 1)):
        with pytest.raises(NotFound):
            await months.page(other, None, MID_MARCH)


async def test_a_month_tells_its_letters_and_what_became_of_them(
    office: Office, months: CityMonths
) -> None:
    await answered(office, "answered", at("2017-03-06 09:00"))
    await sent(office, "waiting", when=at("2017-03-07 09:00"), body="噪音：每天晚上很吵。")
    page = await months.page(MARCH, None, MID_MARCH)
    assert page.state is BulletinState.LIVE
    assert (page.edition, page.letters) == (None, 2)
    assert [(one.letters, str(one.name)) for one in page.channels] == [(2, "APP")]
    assert value(page, FigureName.REPLY_RATE) == 0.5
    assert page.city.en == "Chengdu"


@pytest.mark.ring("all")
async def test_months_with_letters_are_listed_the_latest_first(
    office: Office, months: CityMonths
) -> None:
    # The last moment of January and the first of March, on the city's clock.
    await sent(office, "one", when=at("2017-01-31 23:59"))
    await sent(office, "two", when=at("2017-03-01 00:00"), body="噪音：每天晚上很吵。")
    page = await months.page(None, None, MID_MARCH)
    assert page.months == [MARCH, JANUARY]
    assert (page.month, page.before, page.after) == (MARCH, JANUARY, None)
    between = await months.page(MARCH.plus(-1), None, MID_MARCH)
    assert (between.before, between.after) == (JANUARY, MARCH)
    assert between.letters == 0


@pytest.mark.ring("all")
async def test_the_trend_has_gaps_where_nothing_was_counted(
    office: Office, client: mongo.Client, months: CityMonths
) -> None:
    await answered(office, "one", at("2017-01-10 09:00"))
    await sent(office, "two", when=at("2017-03-06 09:00"), body="噪音：每天晚上很吵。")
    await close(office, client, JANUARY)
    page = await months.page(MARCH, None, MID_MARCH)
    assert len(page.trend_months) == 12
    assert page.trend_months[-1] == MARCH
    assert list(page.trend_letters) == [*[None] * 9, 1, None, 1]
    (replies,) = [one for one in page.figures if one.name is FigureName.REPLY_RATE]
    assert list(replies.trend) == [*[None] * 9, 1.0, None, 0.0]


async def test_while_a_month_runs_the_closed_one_before_it_is_shown(
    office: Office, client: mongo.Client, months: CityMonths
) -> None:
    await answered(office, "one", at("2017-02-10 09:00"))
    await sent(office, "two", when=at("2017-03-06 09:00"), body="噪音：每天晚上很吵。")
    open_still = await months.page(None, None, at("2017-03-06 10:00"))
    assert open_still.month == MARCH
    await close(office, client, MARCH.plus(-1))
    page = await months.page(None, None, at("2017-03-28 10:00"))
    assert (page.month, page.state, page.edition) == (MARCH.plus(-1), BulletinState.FROZEN, 1)
    assert page.after == MARCH


async def test_all_who_ask_at_once_get_the_same_page_and_later_a_new_one(
    office: Office, months: CityMonths
) -> None:
    await sent(office, when=at("2017-03-06 09:00"))
    asked = [months.page(None, None, MID_MARCH) for _ in range(20)]
    pages = await asyncio.gather(*asked)
    assert len({id(page) for page in pages}) == 1
    soon = await months.page(MARCH, FigureName.REPLY_RATE, MID_MARCH + MOMENT / 2)
    assert soon is pages[0]
    await sent(office, "new", when=MID_MARCH, body="噪音：每天晚上很吵。")
    later = await months.page(None, None, MID_MARCH + MOMENT)
    assert later is not soon
    assert (soon.letters, later.letters) == (1, 1), "the same all day"
    assert (await months.page(None, None, MID_MARCH + timedelta(days=1))).letters == 2


@pytest.mark.ring("all")
async def test_a_frozen_month_is_told_again_for_longer(
    office: Office, client: mongo.Client, months: CityMonths
) -> None:
    await answered(office, "one", at("2017-01-10 09:00"))
    await close(office, client, JANUARY)
    await group_waiting(office)
    first = await months.page(JANUARY, None, MID_MARCH)
    assert await months.page(JANUARY, None, MID_MARCH + FROZEN / 2) is first
    assert await months.page(JANUARY, None, MID_MARCH + FROZEN) is not first


async def test_only_so_many_things_are_remembered() -> None:
    memory: CityMemory[int, int] = CityMemory(2, lambda _: timedelta(minutes=1))
    gathered: list[int] = []

    async def ask(key: int) -> int:
        async def gather() -> int:
            gathered.append(key)
            return key

        return await memory.get(key, MID_MARCH, gather)

    for key in (1, 2, 1, 3, 1, 2):
        assert await ask(key) == key
    assert gathered == [1, 2, 3, 2], "the one that was asked for longest ago is forgotten"


async def test_what_could_not_be_gathered_is_not_remembered() -> None:
    memory: CityMemory[str, str] = CityMemory(2, lambda _: timedelta(minutes=1))

    async def fail() -> str:
        raise ConnectionError("away")

    async def succeed() -> str:
        return "here"

    with pytest.raises(ConnectionError):
        await memory.get("it", MID_MARCH, fail)
    assert await memory.get("it", MID_MARCH, succeed) == "here"


async def test_what_several_people_write_about_is_told(
    office: Office, archive: DirectoryStore
) -> None:
    months = CityMonths(lambda: office, archive)
    for place in range(10):
        await sent(
            office,
            f"lift {place}",
            when=at(f"2017-03-{1 + place:02d} 09:00"),
            title="南湖逸家小区电梯频繁故障",
            body=f"南湖逸家小区电梯频繁故障，物业长期不维修，已是第{place + 1}次。",
            phone=f"1380013800{place}",
        )
    await group_waiting(office)
    page = await months.page(MARCH, None, MID_MARCH)
    assert page.sections.issues is not None
    (issue,) = page.sections.issues
    assert (issue.title, issue.letters, issue.writers) == ("南湖逸家小区电梯频繁故障", 10, 10)
    before = await months.page(MARCH, FigureName.OVERDUE_RATE, at("2017-03-02 12:00"))
    assert before.sections.issues == [], "two people are not many"


async def test_of_a_closed_month_no_issue_is_told_before_all_letters_are_grouped(
    office: Office, client: mongo.Client, months: CityMonths
) -> None:
    await answered(office, "one", at("2017-01-10 09:00"))
    await close(office, client, JANUARY)
    early = await months.page(JANUARY, None, MID_MARCH)
    assert (early.is_incomplete, early.sections.issues) == (True, [])
    await group_waiting(office)
    later = await months.page(JANUARY, None, MID_MARCH)
    assert not later.is_incomplete, "what is incomplete is not kept"


@pytest.mark.ring("all")
async def test_units_with_enough_letters_are_ranked_and_say_with_how_many_they_share(
    office: Office, months: CityMonths
) -> None:
    for unit, count, replied in ((EDUCATION, 30, 30), (DISTRICT, 31, 31), (NEXT_DISTRICT, 29, 29)):
        await letters(office, f"{unit}/HEAD", count, at("2017-03-06 09:00"), replied=replied)
    await letters(office, MAYOR, 30, at("2017-03-06 09:00"))
    ranking = (await months.page(MARCH, None, MID_MARCH)).sections.ranking
    assert ranking is not None
    # the one of more letters first; of 29 nobody can say that it does better
    assert [(one.rank, one.tied, one.name.en, one.denominator) for one in ranking.units] == [
        (1, 2, "Jinjiang District", 31),
        (1, 2, "Education Bureau of Chengdu", 30),
    ]
    assert ranking.minimum == 30


async def test_what_the_archive_has_published_can_be_taken_away(
    office: Office, archive: DirectoryStore, client: mongo.Client
) -> None:
    await answered(office, "a", at("2017-01-10 09:00"))
    await close(office, client, JANUARY)
    shown = await CityMonths(lambda: office, archive).page(JANUARY, None, MID_MARCH)
    assert shown.sections.links == []
    assert shown.sections.data_due == date(2017, 4, 1)  # the archive's next run
    bulletin = await office.bulletins.find(JANUARY, 1)
    assert bulletin
    await publish(office, archive, bulletin)
    shown = await CityMonths(lambda: office, archive).page(JANUARY, None, MID_MARCH)
    assert [one.address for one in shown.sections.links] == [
        "/open-data/2017-01/topics.csv",
        "/open-data/2017-01/cases.csv",
        "/open-data/2017-01/cases.parquet",
        "/open-data/2017-01/dictionary.json",
    ]
    assert shown.sections.data_due is None


async def test_a_month_that_is_not_frozen_says_when_its_data_are_to_be_expected(
    months: CityMonths, office: Office
) -> None:
    await answered(office, "a", at("2017-03-10 09:00"))
    page = await months.page(MARCH, None, MID_MARCH)
    assert page.sections.data_due == date(2017, 5, 1)  # after the 25th of April
