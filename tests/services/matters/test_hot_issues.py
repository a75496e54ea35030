"""Letters are grouped by matter as they come in, on a database."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from domain.actors import ANONYMOUS, Actor
from domain.bulletins import Month
from domain.calendar import ONE_DAY, city_date
from domain.hot_issues import Trend
from domain.refusals import InvalidInput
from domain.words import Role
from services.matters.grouping import group_waiting
from services.matters.hot_issues import (
    ToldIssue,
    cases_of,
    found_issues,
    page_of_issues,
    told,
)
from services.office import Office
from storage.case_reader import ignore
from storage.pages import CursorError, Page
from tests.services.offices import MONDAY, REVIEWER, person, sent

pytestmark = pytest.mark.ring("test")

PLANT = (
    "丽景新城小区旁搅拌站噪音扰民",
    "投诉丽景新城附近的搅拌站污染环境，噪音大",
    "丽景新城小区附近违建搅拌站，噪音粉尘扰民",
    "请关停丽景新城旁边的搅拌站，粉尘噪音严重",
)
LATE = date(MONDAY.year, 12, 31)
EARLY = date(MONDAY.year, 1, 1)
NOW = MONDAY + timedelta(days=3)


def citizen(account: str) -> Actor:
    return person(Role.CITIZEN, subject=account)


async def wrote(office: Office, title: str, writer: str) -> str:
    place = await office.cases.count()
    key, when = f"{title} {place}", MONDAY + timedelta(minutes=place)
    body = f"{title}，请相关部门处理。"
    letter = await sent(office, key, by=citizen(writer), when=when, title=title, body=body)
    return letter.case.id


async def plant(office: Office) -> list[str]:
    ids = [await wrote(office, title, f"w{n}") for n, title in enumerate(PLANT)]
    await group_waiting(office)
    return ids


async def issues(office: Office) -> list[ToldIssue]:
    await group_waiting(office)
    return await told(office, await found_issues(office, EARLY, LATE, REVIEWER, NOW))


async def test_letters_of_several_writers_about_one_matter_are_one_hot_issue(
    office: Office,
) -> None:
    await wrote(office, "人民南路公交车班次太少", "x")
    ids = await plant(office)
    (one,) = await issues(office)
    assert (one.issue.letters, one.issue.writers) == (4, 4)
    assert set(one.issue.ids) == set(ids)
    assert one.title in PLANT
    assert any("丽景新城" in place for place in one.places)
    assert "搅拌站" in one.keywords


async def test_the_same_complaint_about_other_places_is_another_matter(office: Office) -> None:
    for n, name in enumerate(("翠竹花园", "金沙雅苑", "望江府", "东湖半岛小区")):
        await wrote(office, f"{name}楼下烧烤店油烟扰民", f"w{n}")
    assert await issues(office) == []


async def test_the_public_is_told_of_whole_months_whichever_days_it_asks_for(
    office: Office,
) -> None:
    for n in range(24):
        await wrote(office, PLANT[n % len(PLANT)], f"w{n}")
    for n in range(6):
        await wrote(office, f"人民南路第{n}路公交车班次太少", "x")
    await group_waiting(office)
    day = MONDAY.date()
    (staff,) = await found_issues(office, day, day, REVIEWER, NOW)
    assert (staff.letters, staff.first_seen_at) == (24, MONDAY)
    spans = [(EARLY, LATE), (day, day), (day.replace(day=1), day), (day + ONE_DAY, LATE)]
    told = [await found_issues(office, *span, ANONYMOUS, NOW) for span in spans]
    assert all(issues == told[0] for issues in told)
    ((one,),) = told[:1]
    month = Month.of(day)
    assert (one.letters, one.writers, one.trend) == (20, 20, Trend.RISING)
    assert (one.first_seen_at, city_date(one.last_seen_at).month) == (month.begins, month.number)
    assert await found_issues(office, EARLY, month.plus(-1).day(28), ANONYMOUS, NOW) == []
    assert await found_issues(office, LATE, LATE, ANONYMOUS, NOW) == []


@pytest.mark.parametrize(("letters", "told"), [(9, []), (10, [10]), (19, [10]), (20, [20])])
async def test_the_public_is_told_of_no_issue_of_fewer_than_ten_writers_and_in_steps(
    office: Office, letters: int, told: list[int]
) -> None:
    for n in range(letters):
        await wrote(office, PLANT[n % len(PLANT)], f"w{n}")
    for n in range(10):
        await wrote(office, f"人民南路第{n}路公交车班次太少", f"x{n}")
    await group_waiting(office)
    found = await found_issues(office, EARLY, LATE, ANONYMOUS, NOW)
    assert [one.writers for one in found][: len(told)] == told


async def test_one_writer_alone_makes_no_hot_issue(office: Office) -> None:
    for title in PLANT:
        await wrote(office, title, "same")
    assert await issues(office) == []


async def test_a_reader_waits_for_no_grouping(office: Office) -> None:
    for n, title in enumerate(PLANT):
        await wrote(office, title, f"w{n}")
    assert await found_issues(office, EARLY, LATE, REVIEWER, NOW) == []
    assert len(await office.hot_issues.waiting.marked(10, ignore)) == len(PLANT)


async def test_writers_are_kept_as_keyed_digests_alone(office: Office) -> None:
    ids = await plant(office)
    for one in await office.hot_issues.by_ids(ids):
        assert len(one.writer) == 32
        assert b"w0" not in one.writer


async def test_letters_of_one_telephone_have_one_writer(office: Office) -> None:
    for n, title in enumerate(PLANT):
        phone = "13800000001" if n else "13800000002"
        await sent(office, f"k{n}", by=ANONYMOUS, title=title, phone=phone)
    await group_waiting(office)
    assert await issues(office) == []


async def test_only_who_works_on_cases_sees_them(office: Office) -> None:
    ids = await plant(office)
    (one,) = await issues(office)
    assert await cases_of(office, one.issue, ANONYMOUS) == []
    assert await cases_of(office, one.issue, citizen("w0")) == []
    assert {case.id for case in await cases_of(office, one.issue, REVIEWER)} == set(ids)


async def test_pages_go_on_where_they_ended_and_refuse_what_is_no_cursor(office: Office) -> None:
    await plant(office)
    (one,) = await found_issues(office, EARLY, LATE, REVIEWER, NOW)
    all_of_them = [replace(one, group=str(n), writers=9 - n) for n in range(5)]
    first = page_of_issues(all_of_them, Page(first=2))
    then = page_of_issues(all_of_them, Page(first=10, after=first.cursors[-1]))
    assert [issue.group for issue in (*first.items, *then.items)] == ["0", "1", "2", "3", "4"]
    assert (first.has_next, then.has_next) == (True, False)
    with pytest.raises(CursorError):
        page_of_issues(all_of_them, Page(first=1, after="x"))


async def test_days_that_are_none_are_refused(office: Office) -> None:
    with pytest.raises(InvalidInput):
        await found_issues(office, LATE, EARLY, REVIEWER, NOW)
