"""The clockwork among others: paused functions, other processes, dead ones, and wrong clocks."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from domain.runs import RunState, Trigger
from services.functions.clockwork import Clockwork
from services.functions.running import new_entry, run_function
from services.functions.runs import Run
from services.functions.table import CatchUp
from services.functions.workshop import Workshop
from services.office import Office
from storage.functions import LeaseLost
from tests.services.functions.jobs import Clock, frame, note, notes, table, three, wanted
from tests.services.functions.test_clockwork import PACE, START, clockwork, look, times

pytestmark = pytest.mark.ring("test")


async def test_news_of_this_second_are_met_when_the_second_is_over(office: Office) -> None:
    news_at = START + timedelta(milliseconds=600)

    async def has_news(office: Office, now: datetime) -> bool:
        return now >= news_at and not await notes(office)

    async def answers(workshop: Workshop, run: Run) -> None:
        if run.now >= news_at:
            await run.write(note(workshop.office, 1))
            run.changed("1", "NOTE")

    moment = [START]
    rows = {name: replace(row, has_news=has_news) for name, row in table(answers).items()}
    works = Clockwork(frame(office, functions=rows, clock=lambda: moment[0]), PACE)
    for milliseconds in (0, 500, 900, 1400):
        moment[0] = START + timedelta(milliseconds=milliseconds)
        await look(works)
    assert await notes(office) == [1]


async def test_missed_times_wait_for_another_process_and_none_is_left_out(office: Office) -> None:
    clock = Clock(START)
    await look(clockwork(office, clock, times))
    clock.ticks += 25 * 60
    first, second = START + timedelta(minutes=5), START + timedelta(minutes=15)
    entry = await office.runs.opened(new_entry(wanted(times, first), START))
    held = await office.functions.take("times", entry.id, 60)
    assert held
    await office.runs.begin(entry, Trigger.SCHEDULE, held.fence, START)
    works = clockwork(office, clock, times)
    # Both were looked up before the other process took the lease.
    state = (await office.functions.states(["times"]))["times"]
    await works._scheduled(state, [first, second])()
    await works._scheduled(state, [second])()
    assert await notes(office) == []
    await office.functions.release(held)
    await look(works)
    await look(works)
    assert await notes(office) == [110, 120, 130]


async def test_a_clock_that_ran_ahead_for_a_moment_stops_nothing_for_good(office: Office) -> None:
    clock = Clock(START)
    await look(clockwork(office, clock, times, catch_up=CatchUp.LATEST))
    await office.functions.cover("times", START + timedelta(days=3650))
    works = clockwork(office, clock, times, catch_up=CatchUp.LATEST)
    await look(works)
    clock.ticks += 10 * 60
    await look(works)
    assert await notes(office) == [110]


async def test_what_was_interrupted_waits_while_its_function_is_paused(office: Office) -> None:
    clock = Clock(START)
    stops = iter([False, True])
    left = await run_function(
        frame(office, three, is_stopping=lambda: next(stops)),
        wanted(three, START, trigger=Trigger.SCHEDULE),
    )
    assert left.is_to_be_continued
    await office.functions.enable("three", enabled=False, covered_until=START)
    works = clockwork(office, clock, three)
    await look(works)
    assert await notes(office) == [1]
    await office.functions.enable("three", enabled=True, covered_until=clock())
    await look(works)
    assert await notes(office) == [1, 2, 3]


async def test_a_run_that_nobody_will_ever_end_is_not_told_as_running_for_ever(
    office: Office,
) -> None:
    dry = await office.runs.opened(new_entry(wanted(three, START, label="x"), START))
    await office.runs.begin(dry, Trigger.COMMAND, None, START)
    asked = await office.runs.opened(new_entry(wanted(three, START), START))
    clock = Clock(START + timedelta(minutes=59))
    await look(clockwork(office, clock, three))
    assert len(await office.runs.open()) == 2
    clock.ticks += timedelta(hours=24).total_seconds()
    await look(clockwork(office, clock, three))
    assert await office.runs.open() == []
    for one in (dry, asked):
        assert (await office.runs.by_id(one.id)).state is RunState.FAILED  # type: ignore[union-attr]


async def test_a_server_s_clock_that_was_put_back_keeps_no_lease_alive(office: Office) -> None:
    held = await office.functions.take("three", "three@of-a-dead-process", 60)
    assert held
    functions = office.functions._collection
    in_an_hour = [{"$set": {"lease.until": {"$add": ["$lease.until", 3_600_000]}}}]
    await functions.update_one({"_id": "three"}, in_an_hour)
    entry = await run_function(frame(office, three), wanted(three, START))
    assert entry.state is RunState.SUCCEEDED
    with pytest.raises(LeaseLost):
        await office.functions.renew(held)
