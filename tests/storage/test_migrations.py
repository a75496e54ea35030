"""Cases get a new shape while people work on them, and whoever is killed half-way goes on."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from domain.case import Case
from services.office import Office
from services.verification import verify_all
from storage import mongo
from storage.case_documents import SCHEMA
from storage.migrations import (
    MIGRATIONS,
    Migration,
    current,
    difference,
    latest,
    migrate,
    outdated,
)
from storage.mongo import Document
from tests.services.offices import SEALS, documents, sent, walked
from tests.storage.migrating import COUNTED, DROPPED, NEXT, count_steps

pytestmark = [pytest.mark.ring("test"), pytest.mark.drivers]

ROOT = Path(__file__).resolve().parents[2]
CASES = 300
SOME = 40


async def letters(office: Office, count: int) -> list[Case]:
    return [(await sent(office, f"letter {number}")).case for number in range(count)]


async def broken(office: Office) -> list[str]:
    return [one.number async for one in verify_all(office) if one.problem]


async def done(database: mongo.Database) -> list[str]:
    return [case_id async for case_id in migrate(database, COUNTED, SEALS)]


def test_versions_are_without_gaps_and_new_cases_have_the_last_one() -> None:
    assert [one.version for one in MIGRATIONS] == list(range(2, len(MIGRATIONS) + 2))
    assert latest() == SCHEMA


async def test_every_case_is_brought_to_the_new_schema_once(
    office: Office, database: mongo.Database
) -> None:
    cases = await letters(office, 5)
    assert await outdated(database, COUNTED) == 5
    assert sorted(await done(database)) == sorted(case.id for case in cases)
    assert await done(database) == []
    assert await outdated(database, COUNTED) == 0
    for document in await documents(database):
        assert (document["schema"], document["steps"]) == (NEXT, 1)
        assert document["letter"]["heading"] == document["letter"]["title"]
    assert await broken(office) == []


async def test_several_migrations_are_applied_in_one_write(
    office: Office, database: mongo.Database
) -> None:
    await letters(office, 2)
    await done(database)
    assert len([one async for one in migrate(database, DROPPED, SEALS)]) == 2
    for document in await documents(database):
        assert document["schema"] == NEXT + 1
        assert "steps" not in document
        assert "heading" in document["letter"]


async def test_people_go_on_working_while_it_runs(office: Office, database: mongo.Database) -> None:
    cases = await letters(office, 20)
    moves = [walked(office, case, "ACCEPT REVIEW SIGN_FOR") for case in cases]
    moved = await asyncio.gather(*moves, done(database), done(database))
    assert [case.version for case in moved[: len(cases)] if isinstance(case, Case)] == [4] * 20
    await done(database)
    assert [one["steps"] for one in await documents(database)] == [4] * 20
    assert await broken(office) == []


async def test_what_an_old_server_writes_afterwards_is_met_again(
    office: Office, database: mongo.Database
) -> None:
    case = (await letters(office, 1))[0]
    await done(database)
    await walked(office, case, "ACCEPT")  # by this server, which knows the old schema alone
    assert [(one["schema"], one["steps"]) for one in await documents(database)] == [(SCHEMA, 1)]
    assert await done(database) == [case.id]
    assert [(one["schema"], one["steps"]) for one in await documents(database)] == [(NEXT, 2)]


async def test_a_write_in_between_is_never_overwritten(
    office: Office, database: mongo.Database
) -> None:
    await letters(office, 1)
    before = (await documents(database))[0]
    guard, change = difference(before, current(before, COUNTED))
    await database["cases"].update_one({"_id": before["_id"]}, {"$set": {"letter.title": "新"}})
    assert (await database["cases"].update_one(guard, change)).matched_count == 0


def test_a_reader_of_the_new_version_understands_an_old_document() -> None:
    old: Document = {"_id": "1", "schema": 1, "history": [{}, {}], "letter": {"title": "灯"}}
    assert current(old, COUNTED) == {**count_steps(dict(old)), "schema": NEXT}
    assert current(current(old, COUNTED), COUNTED) == current(old, COUNTED)


@pytest.mark.parametrize("schema", [1, "4", None, [4], float("nan")])
async def test_a_document_that_cannot_be_migrated_is_named_and_stops_nobody(
    office: Office, database: mongo.Database, schema: object
) -> None:
    await letters(office, 1)
    odd = {"_id": "a", "schema": schema, "version": 1, "number": "odd", "keys": [b"odd"]}
    await database["cases"].insert_one(odd)
    named: list[str] = []
    faults = migrate(database, COUNTED, on_fault=lambda document, _: named.append(document["_id"]))
    assert len([one async for one in faults]) == 1
    assert named == ["a"]


def test_a_change_gets_a_copy() -> None:
    old: Document = {"_id": "1", "schema": 1, "history": [], "letter": {"title": "灯"}}
    current(old, (Migration(NEXT, "touch", count_steps),))
    assert old["letter"] == {"title": "灯"}


async def test_one_that_is_killed_half_way_is_completed_by_the_next(
    database: mongo.Database, mongo_uri: str, driver: mongo.Driver
) -> None:
    await database["cases"].insert_many(
        {"_id": f"{number}", "schema": 1, "version": 1, "history": [{}], "letter": {"title": "灯"}}
        for number in range(CASES)
    )
    told = await asyncio.to_thread(killed_half_way, mongo_uri, database.name, driver)
    assert SOME <= len(told) < CASES
    half = await documents(database)
    migrated = {one["_id"] for one in half if one["schema"] == NEXT}
    assert set(told) <= migrated
    assert all(("steps" in one) == (one["schema"] == NEXT) for one in half)

    rest = await done(database)
    assert len(rest) + len(migrated) == CASES
    assert migrated.isdisjoint(rest)
    assert {one["schema"] for one in await documents(database)} == {NEXT}


def killed_half_way(uri: str, database: str, driver: str) -> list[str]:
    """What a migrating process had told when it was killed."""
    command = [sys.executable, "-m", "tests.storage.migrating", uri, database, driver]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout is not None
        told = [process.stdout.readline().strip() for _ in range(SOME)]
        process.kill()
        return told
