"""Lists of search terms: what a search finds by them, and how old ones are made anew."""

from __future__ import annotations

import pytest

from domain.actors import ANONYMOUS
from services.office import Office
from services.publication.reading import published_letters
from storage import mongo
from storage.case_lists import CaseFilter, CaseOrder
from storage.cases import SUMMARIES
from storage.publications import PublishedFilter
from tests.services.offices import CLERK, MONDAY, documents, sent
from tests.services.publication.letters import ALL, published

pytestmark = pytest.mark.ring("test")

TITLE = "油烟扰民，ＬＥＤ招牌刺眼"


async def found(office: Office, search: str) -> set[str]:
    """The ids of the cases that a clerk finds."""
    asked = CaseFilter(search=search)
    page = await office.cases.page(SUMMARIES, CLERK, asked, CaseOrder.NEWEST_FIRST, ALL, MONDAY)
    return {one.id for one in page.items}


async def read(office: Office, search: str) -> int:
    """How many published letters everybody finds."""
    asked = PublishedFilter(search=search)
    return len((await published_letters(office, asked, ALL, ANONYMOUS)).items)


@pytest.mark.parametrize(
    "search",
    [
        *("油烟", "油烟。", "油烟\u200b", "油\u200b烟", "\ufeff油烟！", "　油烟　", "油烟\u200e、"),
        *(
            "led",
            "LED。",
            "ＬＥＤ",
            "l\u200bed",
            "ｌｅｄ\u00ad",
            "led 油烟。",
            "",
            "\u200b",
            "\u3164",
        ),
    ],
)
async def test_signs_that_say_nothing_change_no_search(office: Office, search: str) -> None:
    submitted, _ = await published(office, title=TITLE)
    assert await found(office, search) == {submitted.case.id}
    assert await read(office, search) == 1


async def test_a_number_is_found_whatever_stands_behind_it(office: Office) -> None:
    one, other = [(await sent(office, key)).case for key in ("one", "other")]
    for behind in ("", "。", "\u200b", "，", " ", "．"):
        assert await found(office, f"{one.number}{behind}") == {one.id}
    assert await found(office, one.number[:-2]) == {one.id}
    assert await found(office, one.number[-1]) == set()
    assert other.id != one.id


async def make_old(office: Office, database: mongo.Database) -> None:
    """As the version before wrote them: with the check digit, and without their form."""
    for case in await documents(database):
        change = {"$addToSet": {"terms": case["number"][-1]}, "$unset": {"form": ""}}
        await database["search_terms"].update_one({"_id": case["_id"]}, change)
    await database["publications"].update_many({}, {"$set": {"terms": []}, "$unset": {"form": ""}})


async def rebuilt(office: Office, database: mongo.Database, size: int = 2) -> list[int]:
    return [count async for count in office.cases.terms.rebuild(database["cases"], size)]


async def test_old_lists_are_made_anew_and_what_is_done_is_not_done_again(
    office: Office, database: mongo.Database
) -> None:
    cases = [(await sent(office, f"letter {number}")).case for number in range(5)]
    await make_old(office, database)
    digit = cases[0].number[-1]
    assert cases[0].id in await found(office, digit)
    async for count in office.cases.terms.rebuild(database["cases"], 2):
        assert count == 2
        break  # killed behind its first batch
    assert sum(await rebuilt(office, database)) == 3
    assert await found(office, digit) == set()
    assert await found(office, "油烟") == {one.id for one in cases}
    assert sum(await rebuilt(office, database)) == 0


async def test_published_letters_are_made_anew_too(
    office: Office, database: mongo.Database
) -> None:
    await published(office, title=TITLE)
    await make_old(office, database)
    assert await read(office, "油烟") == 0
    publications = office.outside.publications
    assert [count async for count in publications.rebuild_terms()] == [1]
    assert await read(office, "油烟") == 1
    assert [count async for count in publications.rebuild_terms()] == []


async def test_a_case_that_cannot_be_read_and_a_list_of_no_case_stop_nobody(
    office: Office, database: mongo.Database
) -> None:
    broken, whole = [(await sent(office, key)).case for key in ("broken", "whole")]
    await make_old(office, database)
    await database["search_terms"].insert_one({"_id": "orphan", "terms": ["3"]})
    await database["cases"].update_one({"_id": broken.id}, {"$set": {"letter": None}})
    assert sum(await rebuilt(office, database)) == 1
    kept = await database["search_terms"].find_one({"_id": whole.id})
    assert kept is not None
    assert kept["form"] == 2
