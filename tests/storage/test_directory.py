"""The directory is stored once, found by code and by any part of a name, and forgets nothing."""

from __future__ import annotations

import asyncio

import pytest

from domain.categories import Taxonomy, build_taxonomy
from domain.city import build_city
from domain.directory import City
from domain.words import MailboxLevel
from storage import mongo
from storage.directory import DirectoryRepository
from storage.pages import CursorError, Page, encode_cursor
from tests.domain.tables import rows, small_city

pytestmark = [pytest.mark.ring("test"), pytest.mark.drivers]

FIRST = Page(first=100)


def city(**changed: str) -> City:
    return build_city(small_city(pseudonyms="+ surname,甲\ngiven,一", **changed))


def taxonomy(names: str = "政法,社会治安,盗窃\n政法,诉讼,执行") -> Taxonomy:
    networks = "level1,level1_en,network\n政法,Justice,SAFETY"
    return build_taxonomy(
        rows("categories", f"level1,level2,level3\n{names}"), rows("category_networks", networks)
    )


@pytest.fixture
async def directory(database: mongo.Database) -> DirectoryRepository:
    directory = DirectoryRepository(database)
    await directory.replace_city(city(), taxonomy(), "v1")
    return directory


async def unit_codes(directory: DirectoryRepository, search: str | None = None) -> list[str]:
    return [unit.code for unit in (await directory.find_units(search, FIRST)).items]


async def test_a_new_database_has_no_directory(database: mongo.Database) -> None:
    directory = DirectoryRepository(database)
    assert await directory.is_empty()
    assert await directory.version() is None
    assert await directory.places() is None
    assert (await directory.find_units(None, FIRST)).total == 0
    assert len(await directory.categories()) == 0


async def test_what_was_stored_comes_back_equal(directory: DirectoryRepository) -> None:
    stored = city()
    assert await directory.units_by_code(unit.code for unit in stored.units) == {
        unit.code: unit for unit in stored.units
    }
    assert await directory.mailboxes_by_code(one.code for one in stored.mailboxes) == {
        one.code: one for one in stored.mailboxes
    }
    assert list(await directory.categories()) == list(taxonomy())
    assert tuple((await directory.systems()).values()) == stored.systems
    assert await directory.places() == stored.places
    assert await directory.version() == "v1"
    assert not await directory.is_empty()


async def test_unknown_codes_find_nothing(directory: DirectoryRepository) -> None:
    assert await directory.unit("99") is None
    assert await directory.mailbox("51/NOBODY") is None
    assert (await directory.units_by_code(["51", "99"])).keys() == {"51"}


async def test_lists_go_from_the_city_outwards(directory: DirectoryRepository) -> None:
    assert await unit_codes(directory) == [unit.code for unit in city().units]


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("河街", ["510101", "510101-CGZ"]),
        ("山", ["510102", "510102-CGZ"]),  # a single character
        ("SQUAD OF RIVER", ["510101-CGZ"]),  # English, large or small
        ("5101-l", ["5101-LYD"]),  # a part of a code
        ("５１０１０２", ["510102", "510102-CGZ"]),  # full width
        ("中队 东区河", ["510101-CGZ"]),  # every word, in any order
        ("  ", [unit.code for unit in city().units]),
        ("(.*)", []),  # nothing but itself
        ("\0", []),
        ("\ud800", []),
        ("没有", []),
    ],
)
async def test_a_search_finds_any_part_of_names_and_codes(
    directory: DirectoryRepository, search: str, found: list[str]
) -> None:
    assert await unit_codes(directory, search) == found


async def test_mailboxes_are_listed_by_level(directory: DirectoryRepository) -> None:
    found = await directory.find_mailboxes(None, MailboxLevel.TOWNSHIP, FIRST)
    assert [one.code for one in found.items] == ["510101/HEAD", "510102/HEAD"]
    assert (await directory.find_mailboxes("山", MailboxLevel.TOWNSHIP, FIRST)).total == 1
    assert (await directory.find_mailboxes("山", MailboxLevel.DISTRICT, FIRST)).total == 0


@pytest.mark.parametrize("size", [1, 4, 9])
async def test_a_list_is_walked_in_both_directions(
    directory: DirectoryRepository, size: int
) -> None:
    forwards: list[str] = []
    backwards: list[str] = []
    page, more = Page(first=size), True
    while more:
        found = await directory.find_units(None, page)
        forwards += [unit.code for unit in found.items]
        page, more = Page(first=size, after=found.cursors[-1]), found.has_next
    page, more = Page(last=size), True
    while more:
        found = await directory.find_units(None, page)
        backwards = [*(unit.code for unit in found.items), *backwards]
        page, more = Page(last=size, before=found.cursors[0]), found.has_previous
    assert forwards == backwards == [unit.code for unit in city().units]


async def test_two_cursors_that_cross_have_nothing_between_them(
    directory: DirectoryRepository,
) -> None:
    cursors = (await directory.find_units(None, FIRST)).cursors
    crossed = Page(first=5, after=cursors[6], before=cursors[2])
    assert (await directory.find_units(None, crossed)).items == ()


async def test_a_cursor_of_another_list_is_refused(directory: DirectoryRepository) -> None:
    with pytest.raises(CursorError):
        await directory.find_units(None, Page(first=5, after=encode_cursor(["x"])))


async def test_storing_the_same_again_changes_nothing(directory: DirectoryRepository) -> None:
    assert await directory.replace_city(city(), taxonomy(), "v1") == 0


async def test_only_what_changed_is_written(directory: DirectoryRepository) -> None:
    renamed = city(departments="code,name,name_en,system\nJYJ,教体局,Education Bureau,")
    assert await directory.replace_city(renamed, taxonomy(), "v2") == 2  # the unit, its mailbox
    unit = await directory.unit("51-JYJ")
    assert unit is not None
    assert unit.name == "蓉市教体局"
    assert await directory.version() == "v2"


async def test_what_left_the_directory_is_retired_and_still_known(
    directory: DirectoryRepository,
) -> None:
    smaller = city(departments="code,name,name_en,system")
    await directory.replace_city(smaller, taxonomy("政法,诉讼,执行"), "v2")
    unit, mailbox = await directory.unit("51-JYJ"), await directory.mailbox("51-JYJ/HEAD")
    assert unit is not None
    assert mailbox is not None
    assert unit.retired
    assert mailbox.retired
    assert "51-JYJ" not in await unit_codes(directory)
    assert (await directory.categories_by_id(["01-02"]))["01-02"].retired
    assert (await directory.categories()).get("01-02") is None


async def test_what_comes_back_is_retired_no_longer(directory: DirectoryRepository) -> None:
    await directory.replace_city(city(departments="code,name,name_en,system"), taxonomy(), "v2")
    await directory.replace_city(city(), taxonomy(), "v1")
    assert await directory.unit("51-JYJ") == city().units[1]
    assert await unit_codes(directory) == [unit.code for unit in city().units]


async def test_an_import_elsewhere_shows_at_the_next_look(
    directory: DirectoryRepository, database: mongo.Database
) -> None:
    assert "51-JYJ" in await unit_codes(directory)
    smaller = city(departments="code,name,name_en,system")
    await DirectoryRepository(database).replace_city(smaller, taxonomy(), "v2")
    assert "51-JYJ" not in await unit_codes(directory)


async def test_two_first_imports_at_once_end_as_one(database: mongo.Database) -> None:
    directory = DirectoryRepository(database)
    await asyncio.gather(
        *(DirectoryRepository(database).replace_city(city(), taxonomy(), "v1") for _ in range(4))
    )
    assert await unit_codes(directory) == [unit.code for unit in city().units]
    assert await directory.replace_city(city(), taxonomy(), "v1") == 0


async def test_an_import_that_was_interrupted_counts_as_none(database: mongo.Database) -> None:
    directory = DirectoryRepository(database)

    def fail(done: int, _total: int) -> None:
        raise InterruptedError(done)

    with pytest.raises(InterruptedError):
        await directory.replace_city(city(), taxonomy(), "v1", fail)
    assert await directory.is_empty()
    await directory.replace_city(city(), taxonomy(), "v1")
    assert await unit_codes(directory) == [unit.code for unit in city().units]
