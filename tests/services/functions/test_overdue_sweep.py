"""The overdue sweep on a real database: done once, by one, whatever lies in the way."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest

from domain.actors import SYSTEM
from domain.runs import RunEntry, RunState
from services.functions import rounds
from services.functions.overdue_sweep import overdue_sweep
from services.office import Office, close_office, open_office
from storage import mongo
from storage.due_cases import DueCase
from tests.services.functions.jobs import QUICK, carried_out
from tests.services.offices import (
    DISTRICT,
    KEYS,
    TO_CALLBACK,
    TO_HANDLING,
    at,
    documents,
    sent,
    walked,
)

pytestmark = [pytest.mark.ring("test"), pytest.mark.drivers]

LATE = at("2017-03-14 00:10")
"""Handling was due on Monday, 2017-03-13."""


async def sweep(office: Office, when: datetime = LATE, **changed: Any) -> RunEntry:
    return await carried_out(office, overdue_sweep, at=when, **changed)


async def handled(office: Office, *keys: str) -> None:
    for key in keys:
        await walked(office, (await sent(office, key)).case, TO_HANDLING)


def told(document: mongo.Document) -> list[str]:
    """What the clockwork queued, by name."""
    return [one["id"].removeprefix(document["_id"]) for one in document["notices"] if one["daily"]]


async def test_a_case_is_warned_marked_and_supervised_and_its_units_are_told(
    office: Office, database: mongo.Database
) -> None:
    await handled(office, "one")
    first = await sweep(office, at("2017-03-11 00:10"))
    assert (first.state, first.counts.seen, first.counts.changed) == (RunState.SUCCEEDED, 1, 1)
    second = await sweep(office)
    assert (second.counts.seen, second.counts.changed) == (1, 2)
    [document] = await documents(database)
    assert told(document) == [
        "-warning-handling-20170313-5-unit",
        "-overdue-handling-20170313-5-unit",
        "-overdue-handling-20170313-5-superior",
        "-6-unit",
        "-6-superior",
    ]
    assert {one["unit"] for one in document["notices"][-2:]} == {DISTRICT, "5101"}
    assert document["watch"]["overdue"] == {"HANDLING": at("2017-03-13 23:59:59")}
    assert [entry["details"] for entry in document["history"][5:]] == [{"rung": "NOTICE"}]
    assert document["wake_at"] == at("2017-03-16 23:59:59.001")


async def test_running_twice_changes_nothing_the_second_time(
    office: Office, database: mongo.Database
) -> None:
    await handled(office, "one", "two")
    await sweep(office)
    before = await documents(database)
    again = await sweep(office, LATE + timedelta(minutes=10))
    assert (again.state, again.counts.seen, again.counts.changed) == (RunState.SUCCEEDED, 0, 0)
    assert await documents(database) == before


async def test_a_dry_run_says_what_it_would_do_and_does_nothing(
    office: Office, database: mongo.Database
) -> None:
    await handled(office, "one")
    before = await documents(database)
    entry = await sweep(office, label="dry")
    number = before[0]["number"]
    assert [tuple(change) for change in entry.changes] == [(number, "OVERDUE"), (number, "NOTICE")]
    assert await documents(database) == before
    assert [one.action for one in entry.changes] == ["OVERDUE", "NOTICE"]
    assert (await sweep(office)).counts.changed == 2, "the key was left free"


async def test_what_cannot_be_read_or_decided_blocks_nobody_and_is_met_again(
    office: Office, database: mongo.Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rounds, "PAGE", 2)
    await handled(office, *(f"letter {number}" for number in range(6)))
    ordered = await office.to_sweep.page(LATE, None, 10)
    unreadable, raising = ordered[0], ordered[3]
    cases = database["cases"]
    await cases.update_one({"_id": unreadable.id}, {"$set": {"stage": "NOWHERE"}})
    await cases.update_one({"_id": raising.id}, {"$set": {"mailbox_path": [], "responsible": []}})
    entry = await sweep(office)
    assert (entry.state, entry.counts.problems) == (RunState.SUCCEEDED, 2)
    assert [error.split(":")[0] for error in entry.counts.errors] == [
        unreadable.number,
        raising.number,
    ]
    assert entry.counts.seen == 6
    supervised = [one for one in await documents(database) if len(one["history"]) == 6]
    assert len(supervised) == 4, "the others, in front of it and behind it"
    again = await sweep(office, LATE + timedelta(minutes=10))
    assert (again.counts.seen, again.counts.problems) == (2, 2)


async def test_a_case_that_cannot_be_written_fails_alone(
    office: Office, database: mongo.Database
) -> None:
    await handled(office, "one", "two", "three")
    first = (await office.to_sweep.page(LATE, None, 1))[0]
    await database["cases"].update_one({"_id": first.id}, {"$set": {"notices": "none"}})
    entry = await sweep(office)
    assert (entry.state, entry.counts.problems) == (RunState.SUCCEEDED, 1)
    assert entry.counts.changed == 4
    assert entry.counts.errors[0].startswith(f"{first.number}: ")


async def test_who_acts_meanwhile_wins_and_the_case_is_met_next_time(
    office: Office, database: mongo.Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await handled(office, "one")
    page = type(office.to_sweep).page

    async def page_and_somebody_acts(self: Any, *given: Any) -> list[DueCase]:
        found = await page(self, *given)
        for one in found:
            assert one.case is not None
            await walked(office, one.case, "NOTE_PROGRESS")
        return found

    monkeypatch.setattr(type(office.to_sweep), "page", page_and_somebody_acts)
    entry = await sweep(office)
    assert (entry.counts.changed, entry.counts.skipped) == (0, 1)
    monkeypatch.undo()
    assert (await sweep(office, LATE + timedelta(minutes=10))).counts.changed == 2
    [document] = await documents(database)
    assert len(document["history"]) == 7


async def test_two_sweeps_at_once_have_the_effects_of_one(
    office: Office, database: mongo.Database, mongo_uri: str, driver: mongo.Driver
) -> None:
    await handled(office, *(f"letter {number}" for number in range(5)))
    other_client = mongo.connect(mongo_uri, driver)
    other = await open_office(other_client, database.name, driver, KEYS)
    try:
        entries = await asyncio.gather(sweep(office), sweep(other, LATE + timedelta(minutes=10)))
    finally:
        await close_office(other)
        await mongo.close(other_client)
    await sweep(office, LATE + timedelta(minutes=20))
    assert {entry.state for entry in entries} <= {RunState.SUCCEEDED, RunState.SKIPPED}
    for document in await documents(database):
        assert len(document["history"]) == 6
        assert len(told(document)) == len(set(told(document))) == 4


async def test_a_sweep_that_ran_out_of_time_goes_on_from_its_place(
    office: Office, database: mongo.Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rounds, "PAGE", 2)
    await handled(office, *(f"letter {number}" for number in range(5)))
    looks = iter([False, False, True])
    first = await sweep(office, is_stopping=lambda: next(looks, True))
    assert (first.state, first.counts.seen) == (RunState.PARTIAL, 4)
    second = await sweep(office)
    assert (second.state, second.counts.seen, second.counts.changed) == (RunState.SUCCEEDED, 5, 10)


async def test_a_sweep_that_has_no_time_at_all_begins_later(office: Office) -> None:
    await handled(office, "one")
    first = await sweep(office, is_stopping=lambda: True)
    assert (first.state, first.counts.seen) == (RunState.PARTIAL, 0)
    assert (await sweep(office)).counts.changed == 2


async def test_a_case_that_waits_for_its_writer_is_nobody_s_delay(
    office: Office, database: mongo.Database
) -> None:
    await walked(office, (await sent(office)).case, TO_CALLBACK)
    entry = await sweep(office, at("2017-06-01 12:00"))
    assert entry.counts.seen == 0
    [document] = await documents(database)
    assert document["wake_at"] is None


async def test_what_the_clockwork_did_is_sealed_like_everything_else(
    office: Office, database: mongo.Database
) -> None:
    await handled(office, "one")
    await sweep(office, at("2017-03-28 00:10"))
    ids = [one["_id"] for one in await documents(database)]
    [case] = (await office.cases.whole_by_ids(ids, SYSTEM)).values()
    assert office.rulebook.chain.first_broken(case.number, case.history) is None
    assert len(case.rungs) == 4


async def test_a_run_whose_lease_was_taken_over_writes_nothing_more(office: Office) -> None:
    await handled(office, "one")
    lease = await office.functions.take("overdue_sweep", "another", QUICK.lease)
    assert lease is not None
    entry = await sweep(office)
    assert entry.state is RunState.SKIPPED
