"""A run of a function: its entry, its repetition, its end, and what is told of it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from domain.refusals import NotFound
from domain.runs import Change, RunState, Trigger
from services.functions.running import run_function
from services.functions.runs import Run
from services.functions.workshop import Workshop
from services.office import Office
from storage import mongo
from storage.functions import COLLECTION
from tests.services.functions.jobs import (
    MONDAY,
    QUICK,
    carried_out,
    frame,
    note,
    notes,
    slowly,
    three,
    wanted,
)

pytestmark = [pytest.mark.ring("test"), pytest.mark.drivers]

LATER = MONDAY + timedelta(minutes=10)


async def test_a_run_leaves_an_entry_that_says_what_it_did(office: Office) -> None:
    entry = await carried_out(office, three, at=MONDAY + timedelta(microseconds=7))
    assert (entry.id, entry.state) == ("three@2017-03-06T01:00:00Z", RunState.SUCCEEDED)
    assert (entry.counts.seen, entry.counts.changed, entry.counts.failed) == (3, 3, 0)
    assert (entry.attempt, entry.error, entry.checkpoint) == (1, None, None)
    assert entry.started_at
    assert entry.ended_at
    assert entry.started_at < entry.ended_at
    assert await office.runs.by_id(entry.id) == entry
    assert await notes(office) == [1, 2, 3]


@pytest.mark.parametrize("trigger", Trigger)
async def test_a_repeated_delivery_of_a_finished_run_does_nothing(
    office: Office, trigger: Trigger
) -> None:
    first = await carried_out(office, three, trigger=Trigger.SCHEDULE)
    assert await carried_out(office, three, trigger=trigger) == first
    assert await notes(office) == [1, 2, 3]


async def test_a_run_of_another_time_is_another_run(office: Office) -> None:
    await carried_out(office, three)
    await carried_out(office, three, at=LATER)
    assert await notes(office) == [1, 2, 3, 1, 2, 3]


async def test_a_function_that_does_not_exist_is_not_found(office: Office) -> None:
    with pytest.raises(NotFound) as refused:
        await run_function(frame(office), wanted(three))
    assert refused.value.field == "name"
    assert await office.runs.by_id(wanted(three).id) is None


# Failing


async def test_a_job_that_raises_fails_and_goes_on_from_its_checkpoint(office: Office) -> None:
    async def stumbling(workshop: Workshop, run: Run) -> None:
        if run.checkpoint is None:
            await three(workshop, _until(run, 2))
            raise LookupError("张小明 13880001234")
        await three(workshop, run)

    failed = await carried_out(office, stumbling)
    assert (failed.state, failed.checkpoint) == (RunState.FAILED, {"after": 2})
    assert failed.error
    assert failed.error.startswith("LookupError at test_running.py:")
    assert "138" not in failed.error  # nothing that a message may quote
    again = await carried_out(office, stumbling)
    assert (again.state, again.attempt) == (RunState.SUCCEEDED, 2)
    assert again.counts.seen == 3
    assert await notes(office) == [1, 2, 3]


def _until(run: Run, number: int) -> Run:
    """The same run, which has time until this number was written."""
    run.has_time = lambda: run.counts.seen < number  # type: ignore[method-assign]
    return run


async def test_one_that_fails_does_not_keep_the_others_back(office: Office) -> None:
    async def one_bad(workshop: Workshop, run: Run) -> None:
        run.failed("20170306-000001-7", KeyError("writer"))
        await three(workshop, run)

    entry = await carried_out(office, one_bad)
    assert (entry.state, entry.counts.failed) == (RunState.PARTIAL, 1)
    assert entry.counts.errors == ("20170306-000001-7: KeyError",)
    assert not entry.is_to_be_continued
    assert await notes(office) == [1, 2, 3]
    again = await carried_out(office, one_bad)
    assert (again.attempt, again.counts.seen, again.counts.failed) == (2, 3, 1)


async def test_the_first_twenty_failures_are_named_and_all_are_counted(office: Office) -> None:
    async def all_bad(workshop: Workshop, run: Run) -> None:
        for number in range(30):
            run.failed(str(number), "no")

    counts = (await carried_out(office, all_bad)).counts
    assert (counts.failed, len(counts.errors), counts.errors[0]) == (30, 20, "0: no")


# Time


async def test_one_that_stops_before_its_first_checkpoint_is_continued_from_the_start(
    office: Office,
) -> None:
    async def hasty(workshop: Workshop, run: Run) -> None:
        if run.has_time():
            await three(workshop, run)

    stopped = await carried_out(office, hasty, is_stopping=lambda: True)
    assert (stopped.state, stopped.is_to_be_continued) == (RunState.PARTIAL, True)
    assert [one.id for one in await office.runs.open()] == [stopped.id]
    assert (await carried_out(office, hasty)).state is RunState.SUCCEEDED
    assert await notes(office) == [1, 2, 3]


async def test_a_dry_run_that_stops_early_or_fails_waits_for_nobody(office: Office) -> None:
    async def broken(workshop: Workshop, run: Run) -> None:
        raise LookupError

    await carried_out(office, three, label="x", is_stopping=lambda: True)
    await carried_out(office, broken, label="x")
    assert await office.runs.open() == []


async def test_a_run_out_of_time_stops_with_a_checkpoint_and_is_continued(office: Office) -> None:
    looks = iter([False, False, True])
    first = await carried_out(office, three, is_stopping=lambda: next(looks))
    assert (first.state, first.checkpoint) == (RunState.PARTIAL, {"after": 2})
    assert first.is_to_be_continued
    second = await carried_out(office, three)
    assert (second.state, second.attempt, second.checkpoint) == (RunState.SUCCEEDED, 2, None)
    assert (second.counts.seen, second.counts.changed) == (3, 3)
    assert await notes(office) == [1, 2, 3]


async def test_it_stops_thirty_seconds_before_the_limit(office: Office) -> None:
    assert (await carried_out(office, three, seconds=29.9)).state is RunState.PARTIAL
    assert await notes(office) == []
    assert (await carried_out(office, three, seconds=60)).state is RunState.SUCCEEDED


async def test_a_run_that_is_cancelled_says_so_and_gives_its_lease_back(office: Office) -> None:
    begun = asyncio.Event()

    async def waiting(workshop: Workshop, run: Run) -> None:
        if run.checkpoint is None:
            await run.reached({"after": 0})
            begun.set()
            await asyncio.Event().wait()

    running = asyncio.create_task(carried_out(office, waiting))
    await begun.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    left = await office.runs.by_id(wanted(waiting).id)
    assert left is not None
    assert (left.state, left.checkpoint) == (RunState.FAILED, {"after": 0})
    assert (await carried_out(office, waiting)).state is RunState.SUCCEEDED


# Pausing


async def test_a_paused_function_skips_its_schedule_and_obeys_people(office: Office) -> None:
    await office.functions.enable("three", enabled=False, covered_until=MONDAY)
    skipped = await carried_out(office, three, trigger=Trigger.SCHEDULE)
    assert (skipped.state, skipped.error) == (RunState.SKIPPED, "this function is paused")
    assert await carried_out(office, three, trigger=Trigger.SCHEDULE) == skipped
    assert await notes(office) == []
    done = await carried_out(office, three, trigger=Trigger.OPS)
    assert (done.state, done.id) == (RunState.SUCCEEDED, skipped.id)
    assert await notes(office) == [1, 2, 3]


# A dry run


async def test_a_dry_run_says_what_it_would_change_and_changes_nothing(office: Office) -> None:
    dry = await carried_out(office, three, label="1")
    assert (dry.state, dry.dry, dry.counts.changed) == (RunState.SUCCEEDED, True, 3)
    assert dry.changes == [Change("1", "NOTE"), Change("2", "NOTE"), Change("3", "NOTE")]
    assert await notes(office) == []
    assert (await office.functions.states(["three"]))["three"].held_by is None
    real = await carried_out(office, three)  # the key was left free
    assert (real.id != dry.id, real.attempt, real.changes) == (True, 1, [])
    assert await notes(office) == [1, 2, 3]


async def test_a_dry_run_that_would_write_fails(office: Office) -> None:
    dry = await carried_out(office, slowly, label="1")
    assert dry.state is RunState.FAILED
    assert dry.error
    assert dry.error.startswith("AssertionError")
    assert await notes(office) == []


# One at a time


async def test_the_same_run_delivered_twice_at_once_is_carried_out_once(office: Office) -> None:
    entries = await asyncio.gather(*(carried_out(office, slowly) for _ in range(4)))
    assert await notes(office) == [1, 2, 3]
    assert {entry.id for entry in entries} == {"slowly@2017-03-06T01:00:00Z"}
    assert RunState.SKIPPED not in {entry.state for entry in entries}


async def test_another_run_of_the_function_is_skipped_meanwhile(office: Office) -> None:
    held = await office.functions.take("three", "three@earlier", 60)
    assert held
    skipped = await carried_out(office, three)
    assert skipped.state is RunState.SKIPPED
    assert skipped.error == "another run holds this function: three@earlier"
    await office.functions.release(held)
    again = await carried_out(office, three, trigger=Trigger.SCHEDULE)
    assert again.state is RunState.SKIPPED  # a repeated delivery
    assert (await carried_out(office, three)).state is RunState.SUCCEEDED  # somebody wants it


async def test_a_run_is_not_skipped_for_a_transaction_that_holds_no_lease(
    office: Office, client: mongo.Client, database: mongo.Database
) -> None:
    held = await office.functions.take("three", "three@earlier", 60)
    assert held
    await office.functions.release(held)
    async with mongo.transaction(client) as session:
        touched = {"$set": {"touched": True}}
        await database[COLLECTION].update_one({"_id": "three"}, touched, session=session)
        entry = await carried_out(office, three, trigger=Trigger.SCHEDULE)
    assert entry.state is RunState.REQUESTED
    assert (await carried_out(office, three, trigger=Trigger.SCHEDULE)).state is RunState.SUCCEEDED


async def test_a_run_that_was_begun_is_not_skipped_but_waits(office: Office) -> None:
    first = await carried_out(office, three, seconds=0)
    held = await office.functions.take("three", "three@later", 60)
    assert held
    assert (await carried_out(office, three)).state is RunState.REQUESTED
    assert await office.runs.by_id(first.id) == first
    await office.functions.release(held)
    assert (await carried_out(office, three)).state is RunState.SUCCEEDED


async def test_a_dead_run_is_taken_over_with_its_checkpoint(office: Office) -> None:
    entry = await carried_out(office, three, is_stopping=iter([False, True]).__next__)
    dead = await office.functions.take("three", entry.id, 0)  # its lease is over at once
    assert dead
    assert await office.runs.begin(entry, Trigger.SCHEDULE, dead.fence, MONDAY)
    taken = await carried_out(office, three)
    assert (taken.state, taken.attempt, taken.counts.seen) == (RunState.SUCCEEDED, 3, 3)
    assert await notes(office) == [1, 2, 3]


async def test_whoever_follows_a_dead_run_of_another_time_says_that_it_failed(
    office: Office,
) -> None:
    asked = replace(await carried_out(office, three, seconds=0))
    dead = await office.functions.take("three", asked.id, 0)
    assert dead
    await office.runs.begin(asked, Trigger.SCHEDULE, dead.fence, MONDAY)
    await carried_out(office, three, at=LATER)
    left = await office.runs.by_id(asked.id)
    assert left
    assert left.state is RunState.FAILED
    assert left.error
    assert "its lease ran out" in left.error


async def test_whoever_has_lost_the_lease_writes_nothing_and_ends_nothing(office: Office) -> None:
    async def robbed(workshop: Workshop, run: Run) -> None:
        functions = workshop.office.functions
        await run.write(note(workshop.office, 1))
        await functions._collection.update_one(
            {"_id": run.name}, {"$inc": {"fence": 1, "lease.fence": 1}}
        )
        await run.write(note(workshop.office, 2))

    entry = await carried_out(office, robbed)
    assert entry.state is RunState.RUNNING  # as its new holder has it
    assert await notes(office) == [1]


async def test_a_long_wait_does_not_lose_the_lease(office: Office) -> None:
    async def patient(workshop: Workshop, run: Run) -> None:
        for _ in range(40):  # more than the lease's second, in steps that renewals fit between
            await asyncio.sleep(QUICK.lease / 20)
            states = await workshop.office.functions.states([run.name])
            assert states[run.name].held_by == run.id
        await run.write(note(workshop.office, 1))

    entry = await carried_out(office, patient, terms=QUICK)
    assert (entry.state, entry.error) == (RunState.SUCCEEDED, None)
    assert await notes(office) == [1]
