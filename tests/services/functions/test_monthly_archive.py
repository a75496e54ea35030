"""Concluded cases leave the working set: whole in the archive, a tombstone in the database."""

from __future__ import annotations

import asyncio
import base64
import hashlib
from collections.abc import Sequence
from pathlib import Path

import pytest

from domain.actors import SYSTEM
from domain.case import Case
from domain.merkle import Frontier
from domain.runs import Change, RunState
from domain.workflow import Action
from services.holds import hold_case, release_case
from services.office import Office
from services.process import Act, act
from services.verification import verify_all
from storage import mongo
from tests.services.functions.archiving import (
    AUTUMN,
    Cellar,
    concluded,
    delivered,
    rejected,
    standing,
    told,
    unpacked,
)
from tests.services.offices import CLERK, MONDAY, SUPERVISOR, at, documents, sent, walked

pytestmark = pytest.mark.ring("test")

NEXT = at("2017-11-01 02:00")
FOLDER = "archive/2017-10/20170930T180000Z"


@pytest.fixture
def cellar(office: Office, tmp_path: Path) -> Cellar:
    return Cellar(office, tmp_path)


async def test_what_is_due_lies_in_the_archive_and_a_tombstone_stays(
    cellar: Cellar, database: mongo.Database
) -> None:
    letters = await told(cellar, 5)
    before = {one["_id"]: one for one in await documents(database)}
    entry = await cellar.run()
    assert (entry.state, entry.error) == (RunState.SUCCEEDED, None)
    assert (entry.counts.seen, entry.counts.changed, entry.counts.failed) == (5, 5, 0)
    lines = await cellar.lines()
    assert [one["number"] for one in lines] == sorted(one.number for one in letters)
    assert all(one["letter"] == before[one["_id"]]["letter"] for one in lines)
    assert all("notices" not in one and "stamp" not in one for one in lines)
    assert set((await standing(database)).values()) == {"TOMBSTONE"}
    assert [finding async for finding in verify_all(cellar.office) if finding.problem] == []
    assert await cellar.keys() == [
        f"{FOLDER}/manifest.json",
        *(f"{FOLDER}/part-0000{number}.jsonl.zst" for number in (1, 2, 3)),
    ]


async def test_the_manifest_tells_what_anybody_can_compute(cellar: Cellar) -> None:
    await told(cellar, 5)
    await cellar.run()
    [manifest], lines = await cellar.manifests(), await cellar.lines()
    assert (manifest["count"], manifest["first"], manifest["last"]) == (
        5,
        lines[0]["number"],
        lines[-1]["number"],
    )
    for part, numbers in zip(manifest["parts"], ([0, 1], [2, 3], [4]), strict=True):
        data = (cellar.folder / part["key"]).read_bytes()
        assert (part["size"], part["sha256"]) == (len(data), hashlib.sha256(data).hexdigest())
        assert part["count"] == len(numbers)
        assert part["first"] == lines[numbers[0]]["number"]
        content = unpacked(cellar.folder / part["key"])
        assert part["lines_sha256"] == hashlib.sha256(content).hexdigest()
    tree = Frontier()
    for line in lines:
        tree = tree.with_leaf(line["history"][-1]["seal"].encode())
    assert manifest["root"] == tree.root
    assert (manifest["place"], manifest["previous"], manifest["retention"]) == (1, None, "1")


@pytest.mark.ring("all")
async def test_a_second_run_changes_nothing_and_the_next_batch_names_the_first(
    cellar: Cellar, database: mongo.Database
) -> None:
    await told(cellar, 2)
    await cellar.run()
    after, keys = await documents(database), await cellar.keys()
    again = await cellar.run(NEXT)
    assert (again.state, again.counts.seen) == (RunState.SUCCEEDED, 0)
    assert (await documents(database), await cellar.keys()) == (after, keys)
    await concluded(cellar.office, "another")
    await delivered(cellar.office)
    await cellar.run(at("2017-12-01 02:00"))
    first, second = await cellar.manifests()
    data = (cellar.folder / f"{FOLDER}/manifest.json").read_bytes()
    assert second["previous"] == hashlib.sha256(data).hexdigest()
    assert (first["place"], second["place"]) == (1, 2)


async def test_two_at_once_have_the_effects_of_one(
    cellar: Cellar, database: mongo.Database
) -> None:
    letters = await told(cellar, 3)
    entries = await asyncio.gather(cellar.run(), cellar.run(AUTUMN.replace(minute=5)))
    assert {entry.error is None or "another run" in entry.error for entry in entries} == {True}
    assert sorted(one["number"] for one in await cellar.lines()) == sorted(
        one.number for one in letters
    )
    assert len(await cellar.manifests()) == 1


async def test_a_dry_run_tells_the_numbers_and_changes_nothing(
    cellar: Cellar, database: mongo.Database
) -> None:
    letters = await told(cellar, 3)
    before = await documents(database)
    entry = await cellar.run(dry=True)
    assert sorted(entry.changes) == sorted(Change(one.number, "ARCHIVE") for one in letters)
    assert await documents(database) == before
    assert await documents(database, "archive_batches") == []
    assert await cellar.keys() == []


@pytest.mark.ring("all")
async def test_a_case_whose_time_has_not_come_is_looked_at_on_its_day(
    cellar: Cellar, database: mongo.Database
) -> None:
    [letter] = await told(cellar, 1)
    entry = await cellar.run(at("2017-05-01 02:00"))
    assert (entry.counts.seen, entry.counts.changed, entry.counts.skipped) == (1, 0, 1)
    [document] = await documents(database)
    assert document["archive_at"] == at("2017-09-06 00:00")
    assert document["version"] == letter.case.version
    assert (await cellar.run(at("2017-06-01 02:00"))).counts.seen == 0


# Personal data


async def test_sealed_data_goes_into_the_archive_encrypted_and_out_of_the_database(
    cellar: Cellar, database: mongo.Database
) -> None:
    await told(cellar, 1)
    [before] = await documents(database)
    await cellar.run()
    [line], [after] = await cellar.lines(), await documents(database)
    sealed = line["writer"]["phone"]["$binary"]
    assert base64.b64decode(sealed["base64"]) == bytes(before["writer"]["phone"])
    assert set(line["writer"]["salts"]) == {"name", "phone", "title", "body", "address"}
    assert (after["writer"]["name"], after["writer"]["phone"]) == (None, None)
    assert set(after["writer"]["salts"]) == {"title"}


async def test_erased_data_is_nowhere_any_more_and_the_chain_is_whole(
    cellar: Cellar, database: mongo.Database
) -> None:
    await rejected(cellar.office)
    await delivered(cellar.office)
    entry = await cellar.run()
    assert (entry.state, entry.counts.changed) == (RunState.SUCCEEDED, 1)
    [line], [after] = await cellar.lines(), await documents(database)
    for writer in (line["writer"], after["writer"]):
        assert (writer["name"], writer["phone"]) == (None, None)
        assert not {"name", "phone"} & set(writer["salts"])
    assert after["tombstone"]["class"] == "UNWORKED"
    assert [finding async for finding in verify_all(cellar.office) if finding.problem] == []


# What keeps a case


async def test_a_hold_keeps_a_case_until_it_is_released(
    cellar: Cellar, database: mongo.Database
) -> None:
    held, free = await told(cellar, 2)
    await hold_case(cellar.office, held.id, "行政诉讼", SUPERVISOR, at("2017-04-01 09:00"))
    entry = await cellar.run()
    assert (entry.counts.changed, entry.counts.skipped) == (1, 1)
    assert await standing(database) == {held.number: "CONCLUSION", free.number: "TOMBSTONE"}
    await release_case(cellar.office, held.id, "诉讼终结", SUPERVISOR, at("2017-10-20 09:00"))
    assert (await cellar.run(NEXT)).counts.changed == 1
    assert set((await standing(database)).values()) == {"TOMBSTONE"}


@pytest.mark.ring("all")
async def test_a_hold_that_comes_while_a_run_is_about_to_mark_wins(
    cellar: Cellar, database: mongo.Database
) -> None:
    [letter] = await told(cellar, 1)
    archive = cellar.office.archive
    look_up = archive.stored

    async def held_meanwhile(cases: Sequence[Case]) -> object:
        now = at("2017-10-01 02:01")
        await hold_case(cellar.office, letter.id, "行政诉讼", SUPERVISOR, now)
        return await look_up(cases)

    archive.stored = held_meanwhile  # type: ignore[method-assign,assignment]
    entry = await cellar.run()
    assert (entry.state, entry.counts.changed, entry.counts.skipped) == (RunState.SUCCEEDED, 0, 1)
    assert await standing(database) == {letter.number: "CONCLUSION"}
    assert await documents(database, "archive_batches") == []


@pytest.mark.ring("all")
async def test_a_joined_letter_waits_for_the_reply_it_was_promised(
    cellar: Cellar, database: mongo.Database
) -> None:
    main = (await sent(cellar.office, "main")).case
    joined = (await sent(cellar.office, "joined")).case
    wanted = Act(Action.JOIN, {"main_case": main.id})
    await act(cellar.office, joined.id, wanted, CLERK, MONDAY.replace(hour=10))
    await delivered(cellar.office)
    entry = await cellar.run()
    assert (entry.counts.seen, entry.counts.skipped) == (1, 1)
    await walked(cellar.office, main, "REJECT")
    await delivered(cellar.office)
    assert (await cellar.run(NEXT)).counts.changed == 2


async def test_whoever_is_still_to_be_told_something_keeps_a_case(
    cellar: Cellar, database: mongo.Database
) -> None:
    await concluded(cellar.office)
    assert (await cellar.run()).counts.skipped == 1
    await delivered(cellar.office)
    assert (await cellar.run(NEXT)).counts.changed == 1


@pytest.mark.ring("all")
async def test_a_case_archived_by_hand_comes_into_a_batch_too(
    cellar: Cellar, database: mongo.Database
) -> None:
    [letter] = await told(cellar, 1)
    await act(cellar.office, letter.id, Act(Action.ARCHIVE, {}), SYSTEM, at("2017-09-20 09:00"))
    assert (await cellar.run()).counts.changed == 1
    [line] = await cellar.lines()
    assert [one["action"] for one in line["history"]].count("ARCHIVE") == 1
    assert await standing(database) == {letter.number: "TOMBSTONE"}
