"""How letters come into their groups: once each, whoever is killed, one process at a time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from services.matters.grouping import group, group_left, group_soon, group_waiting, letters_left
from services.office import Office, close_office, open_office
from storage import mongo
from storage.case_reader import ignore
from storage.to_group import WaitingLetter
from storage.turns import TurnLost
from storage.word_counts import LETTERS
from tests.services.imports import as_file, imported, letter
from tests.services.matters.test_hot_issues import PLANT, issues, plant, wrote
from tests.services.offices import KEYS

pytestmark = pytest.mark.ring("test")

ALIKE = [letter(f"{n}", user=f"U{n}", title=title, body=title) for n, title in enumerate(PLANT)]


@pytest.fixture
async def other(
    client: mongo.Client, database: mongo.Database, driver: mongo.Driver, office: Office
) -> AsyncIterator[Office]:
    """The same office, opened by another process."""
    opened = await open_office(client, database.name, driver, KEYS)
    yield opened
    await close_office(opened)


async def counted(office: Office) -> int:
    """Letters that are counted for good."""
    office.hot_issues.counts.forget()
    await office.hot_issues.counts.learn([])
    return office.hot_issues.counts.often([])[LETTERS]


async def groups(database: mongo.Database) -> list[str]:
    found = database["grouped_letters"].find({}, ["group"]).sort("submitted_at", 1)
    return [one["group"] async for one in found]


async def lists(database: mongo.Database) -> list[mongo.Document]:
    return [one async for one in database["letters_to_group"].find()]


async def test_a_process_that_slept_through_its_turn_writes_nothing_more(
    office: Office, other: Office, database: mongo.Database
) -> None:
    """As a container that was frozen while it had the turn."""
    await wrote(office, PLANT[0], "w")
    kept = office.hot_issues
    assert await kept.begin()
    letters = await kept.waiting.marked(10, ignore)
    await database["turns"].update_one({"_id": "grouping"}, {"$set": {"until": None}})
    assert await group_left(other) == 1
    with pytest.raises(TurnLost):
        await group(office, letters_again(letters))
    await kept.end()
    assert await counted(other) == 1


def letters_again(letters: list[WaitingLetter]) -> list[WaitingLetter]:
    """The same letters, as if nobody had grouped them."""
    return [replace(one, id=f"{one.id}-again") for one in letters]


# Letters that come in one by one


async def test_a_letter_that_is_grouped_again_counts_once(office: Office) -> None:
    ids = await plant(office)
    await office.cases._collection.update_many({"_id": {"$in": ids}}, {"$set": {"to_group": True}})
    assert await counted(office) == 4
    assert await group_waiting(office) == 4
    assert await counted(office) == 4
    (one,) = await issues(office)
    assert one.issue.letters == 4


async def test_a_letter_is_grouped_soon_after_it_came(
    office: Office, database: mongo.Database
) -> None:
    for n, title in enumerate(PLANT):
        await wrote(office, title, f"w{n}")
        group_soon(office)
        await office.hot_issues.idle()
    assert len(set(await groups(database))) == 1
    assert await group_waiting(office) == 0


@pytest.mark.ring("all")
@pytest.mark.parametrize("at_once", [1, 3, 100])
async def test_how_many_are_grouped_together_changes_nothing(
    office: Office, database: mongo.Database, at_once: int
) -> None:
    ids = [await wrote(office, title, f"w{n}") for n, title in enumerate(PLANT)]
    ids += [await wrote(office, "翠竹花园楼下烧烤店油烟扰民", "x")]
    while await group_waiting(office, at_once):
        pass
    assert await groups(database) == [*[ids[0]] * 4, ids[4]]
    assert await counted(office) == 5


async def test_confidential_letters_are_in_no_group(
    office: Office, database: mongo.Database
) -> None:
    await wrote(office, PLANT[0], "w")
    await database["cases"].update_many({}, {"$set": {"confidential": True}})
    assert await group_waiting(office) == 1
    assert (await groups(database), await group_waiting(office)) == ([], 0)


# One at a time


async def test_while_one_process_groups_another_leaves_it_to_it(
    office: Office, other: Office, database: mongo.Database
) -> None:
    await wrote(office, PLANT[0], "w")
    assert await other.hot_issues.begin()
    assert await group_waiting(office) is None
    await other.hot_issues.end()
    assert await group_waiting(office) == 1


@pytest.mark.ring("all")
async def test_two_processes_put_letters_of_one_matter_into_one_group(
    office: Office, other: Office, database: mongo.Database
) -> None:
    for n in range(12):
        await wrote(office, PLANT[n % 4], f"w{n}")

    async def work(at: Office) -> None:
        while await group_waiting(at, 1) != 0:
            pass

    await asyncio.gather(work(office), work(other))
    assert len(await groups(database)) == 12
    assert len(set(await groups(database))) == 1
    assert await counted(office) == 12


# Imports


async def test_an_import_groups_its_letters(office: Office, database: mongo.Database) -> None:
    await imported(office, *ALIKE)
    assert len(set(await groups(database))) == 1
    assert await letters_left(office, 10) == []
    assert await lists(database) == []
    assert await counted(office) == 4
    assert await office.hot_issues.turn.take()


async def test_importing_again_groups_nothing_again(
    office: Office, database: mongo.Database
) -> None:
    await imported(office, *ALIKE)
    await imported(office, *ALIKE)
    assert len(await groups(database)) == await counted(office) == 4


@pytest.mark.ring("all")
async def test_an_import_while_another_process_groups_leaves_its_letters_waiting(
    office: Office, other: Office, database: mongo.Database
) -> None:
    assert await other.hot_issues.begin()
    report = await imported(office, *ALIKE)
    assert (report.stored, await groups(database)) == (4, [])
    assert len(await letters_left(office, 10)) == 4
    await other.hot_issues.end()
    assert await group_left(other) == 4
    assert len(set(await groups(database))) == 1


async def test_an_import_goes_on_where_grouping_fails_and_catches_up_later(
    office: Office, database: mongo.Database
) -> None:
    refusing = {"never": {"$exists": True}}
    await database.command("collMod", "grouped_letters", validator=refusing)
    report = await imported(office, *ALIKE)
    assert (report.stored, await groups(database)) == (4, [])
    await database.command("collMod", "grouped_letters", validator={})
    assert len(await letters_left(office, 10)) == 4
    assert await group_left(office) == 4
    assert len(set(await groups(database))) == 1
    assert (await letters_left(office, 10), await lists(database)) == ([], [])


async def test_a_list_is_kept_while_letters_of_it_are_missing(
    office: Office, database: mongo.Database
) -> None:
    waiting = office.hot_issues.waiting
    await imported(office, ALIKE[0])
    [stored] = await groups(database)
    await waiting.announce([stored, "not stored yet"])
    assert await group_left(office) == 0
    [kept] = await lists(database)
    assert (kept["ids"], kept["looks"]) == ([stored, "not stored yet"], 1)
    await database["letters_to_group"].update_one({}, {"$set": {"looks": 99}})
    assert await group_left(office) == 0
    assert await lists(database) == []


@pytest.mark.ring("all")
async def test_letters_of_a_file_are_in_the_same_groups_however_they_come(
    office: Office, other: Office, database: mongo.Database
) -> None:
    """A batch of the import sees its own letters as the letters after it do."""
    body = as_file(ALIKE).getvalue()
    assert body.count(b"\n") == 4
    await imported(office, *ALIKE[:2])
    await imported(other, *ALIKE)
    assert len(set(await groups(database))) == 1


async def test_a_letter_finds_its_group_where_a_crash_has_lost_the_counts(
    office: Office, database: mongo.Database
) -> None:
    await imported(office, *ALIKE[:2])
    await database["word_counts"].delete_many({})
    office.hot_issues.counts.forget()
    await imported(office, *ALIKE)
    assert len(set(await groups(database))) == 1
    assert await counted(office) == 2
