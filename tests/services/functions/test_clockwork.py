"""The clockwork of one machine: what is due, what ops ask for, what others left."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from domain.runs import RunState, Trigger
from services.functions.clockwork import Clockwork, Pace
from services.functions.running import new_entry, run_function
from services.functions.runs import Job, Run
from services.functions.table import CatchUp
from services.functions.workshop import Workshop
from services.office import Office
from storage.pages import Page
from tests.services.functions.jobs import Clock, frame, note, notes, table, three, wanted

pytestmark = [pytest.mark.ring("test"), pytest.mark.drivers]

START = datetime(2017, 3, 6, 1, 5, tzinfo=UTC)
PACE = Pace(look=0.01, left_over=0, retry=60, end=0.2)


def clockwork(
    office: Office, clock: Clock, *jobs: Job, catch_up: CatchUp = CatchUp.ALL, pace: Pace = PACE
) -> Clockwork:
    rows = table(*jobs, catch_up=catch_up)
    return Clockwork(frame(office, functions=rows, clock=clock), pace)


async def look(works: Clockwork) -> None:
    await works.look()
    await works.idle()


async def times(workshop: Workshop, run: Run) -> None:
    """Writes down which time it ran for, as HHMM."""
    number = run.now.hour * 100 + run.now.minute
    await run.write(note(workshop.office, number))
    run.changed(str(number), "NOTE")


async def ledger(office: Office, name: str) -> list[tuple[str, RunState]]:
    found = await office.runs.page(name, Page(first=50))
    return [(entry.id.partition("@")[2], entry.state) for entry in reversed(found.items)]


async def test_a_new_function_is_not_due_before_its_time_comes(office: Office) -> None:
    clock = Clock(START)
    works = clockwork(office, clock, times)
    await look(works)
    assert await notes(office) == []
    clock.ticks += 300
    await look(works)
    await look(works)
    assert await notes(office) == [110]
    assert (await office.runs.last("times")).trigger is Trigger.SCHEDULE  # type: ignore[union-attr]


async def test_missed_times_are_made_up_for_in_order(office: Office) -> None:
    clock = Clock(START)
    await look(clockwork(office, clock, times))
    clock.ticks += 35 * 60
    await look(clockwork(office, clock, times))
    assert await notes(office) == [110, 120, 130, 140]
    assert [state for _, state in await ledger(office, "times")] == [RunState.SUCCEEDED] * 4


async def test_one_run_does_for_all_missed_times_where_it_can(office: Office) -> None:
    clock = Clock(START)
    await look(clockwork(office, clock, times, catch_up=CatchUp.LATEST))
    clock.ticks += 35 * 60
    works = clockwork(office, clock, times, catch_up=CatchUp.LATEST)
    await look(works)
    await look(works)
    assert await notes(office) == [140]


async def test_news_are_seen_to_before_the_time_comes_and_a_run_that_can_do_nothing_rests(
    office: Office,
) -> None:
    waiting = [1, 2]

    async def has_news(office: Office, now: datetime) -> bool:
        return bool(waiting)

    async def answers_one(workshop: Workshop, run: Run) -> None:
        run.saw()
        if waiting[0] < 3:
            run.changed(str(waiting.pop()), "NOTE")

    clock = Clock(START)
    rows = {name: replace(row, has_news=has_news) for name, row in table(answers_one).items()}
    works = Clockwork(frame(office, functions=rows, clock=clock), PACE)
    await look(works)
    await look(works)
    assert waiting == []
    assert len(await ledger(office, "answers_one")) == 2
    assert (await office.runs.last("answers_one")).trigger is Trigger.CHANGE  # type: ignore[union-attr]
    waiting.append(3)
    for seconds in (1, 10, 60):
        clock.ticks += seconds
        await look(works)
    assert len(await ledger(office, "answers_one")) == 4, "one at once, one a minute later"
    waiting[0] = 1
    await office.functions.enable("answers_one", enabled=False, covered_until=START)
    clock.ticks += 61
    await look(works)
    assert waiting == [1], "paused is paused"


async def test_a_change_of_schedule_counts_at_the_next_look(office: Office) -> None:
    clock = Clock(START)
    works = clockwork(office, clock, times)
    await look(works)
    await office.functions.reschedule("times", "7 * * * *", "Asia/Shanghai", START)
    clock.ticks += 180
    await look(works)
    assert await notes(office) == [107]
    clock.ticks += 600
    await look(clockwork(office, clock, times))  # another process, after a restart
    assert await notes(office) == [107]


async def test_nothing_is_due_while_paused_and_nothing_is_made_up_for_after(
    office: Office,
) -> None:
    clock = Clock(START)
    works = clockwork(office, clock, times)
    await look(works)
    await office.functions.enable("times", enabled=False, covered_until=START)
    clock.ticks += 1200
    await look(works)
    resumed_at = clock()
    await office.functions.enable("times", enabled=True, covered_until=resumed_at)
    await look(works)
    assert await notes(office) == []
    clock.ticks += 600
    await look(works)
    assert await notes(office) == [130]


async def test_what_ops_ask_for_is_carried_out_though_paused(office: Office) -> None:
    clock = Clock(START)
    await office.functions.enable("three", enabled=False, covered_until=START)
    await office.runs.opened(new_entry(wanted(three, START, trigger=Trigger.OPS), START))
    dry = new_entry(wanted(three, START, trigger=Trigger.OPS, label="x"), START)
    await office.runs.opened(dry)
    works = clockwork(office, clock, three)
    await look(works)
    await look(works)
    assert {state for _, state in await ledger(office, "three")} == {RunState.SUCCEEDED}
    assert await notes(office) == [1, 2, 3]
    seen = await office.runs.by_id(dry.id)
    assert seen
    assert len(seen.changes) == 3


async def test_it_goes_on_with_what_another_process_left(office: Office) -> None:
    stops = iter([False, True])
    left = await run_function(
        frame(office, three, is_stopping=lambda: next(stops)), wanted(three, START)
    )
    assert left.is_to_be_continued
    await look(clockwork(office, Clock(START), three))
    done = await office.runs.by_id(left.id)
    assert done
    assert (done.state, done.attempt) == (RunState.SUCCEEDED, 2)
    assert await notes(office) == [1, 2, 3]


async def test_a_living_run_of_another_process_is_left_alone(office: Office) -> None:
    entry = await office.runs.opened(new_entry(wanted(three, START), START))
    held = await office.functions.take("three", entry.id, 60)
    assert held
    await office.runs.begin(entry, Trigger.COMMAND, held.fence, START)
    await look(clockwork(office, Clock(START), three))
    assert await notes(office) == []
    assert (await office.runs.by_id(entry.id)).attempt == 1  # type: ignore[union-attr]


async def test_a_failed_run_is_tried_again_after_a_minute_three_times_in_all(
    office: Office,
) -> None:
    tries = []

    async def hopeless(workshop: Workshop, run: Run) -> None:
        tries.append(run.id)
        raise LookupError

    clock = Clock(START)
    await run_function(frame(office, hopeless, clock=clock), wanted(hopeless, START))
    works = clockwork(office, clock, hopeless)
    await office.functions.reschedule("hopeless", "0 0 1 1 *", "Asia/Shanghai", START)
    await look(works)
    assert len(tries) == 1
    for _ in range(4):
        clock.ticks += 61
        await look(works)
    assert len(tries) == 3


async def test_stopped_it_lets_a_run_come_to_its_checkpoint(office: Office) -> None:
    begun = asyncio.Event()

    async def long(workshop: Workshop, run: Run) -> None:
        begun.set()
        while run.has_time():
            await run.reached({"after": 1})

    works = clockwork(office, Clock(START), long, pace=replace(PACE, end=60))
    await office.runs.opened(new_entry(wanted(long, START, trigger=Trigger.OPS), START))
    running = asyncio.create_task(works.run())
    await begun.wait()
    works.stop()
    await running
    assert await ledger(office, "long") == [("2017-03-06T01:05:00Z", RunState.PARTIAL)]


async def test_stopped_it_interrupts_who_does_not_come_to_one(office: Office) -> None:
    begun = asyncio.Event()

    async def stubborn(workshop: Workshop, run: Run) -> None:
        begun.set()
        await asyncio.Event().wait()

    works = clockwork(office, Clock(START), stubborn)
    await office.runs.opened(new_entry(wanted(stubborn, START, trigger=Trigger.OPS), START))
    running = asyncio.create_task(works.run())
    await begun.wait()
    works.stop()
    await running
    assert await ledger(office, "stubborn") == [("2017-03-06T01:05:00Z", RunState.FAILED)]
    assert (await office.functions.states(["stubborn"]))["stubborn"].held_by is None


@pytest.mark.parametrize("days", [1, 1000])
async def test_what_was_missed_too_long_ago_is_left(office: Office, days: int) -> None:
    clock = Clock(START)
    works = clockwork(office, clock, times)
    await look(works)
    await office.functions.reschedule("times", "30 9 6 3 *", "Asia/Shanghai", START)
    clock.ticks += timedelta(days=days).total_seconds()
    await look(works)
    assert len(await notes(office)) == {1: 1, 1000: 1}[days]  # of three, the last year's
