"""What a scheduler outside missed is made up for by the next run that it starts."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from domain.runs import RunState, Trigger
from services.functions.catching_up import run_scheduled
from services.functions.clocks import MOST_AHEAD, ClockAhead, check_clock
from services.functions.running import Frame
from services.functions.runs import Run
from services.functions.table import CatchUp
from services.functions.workshop import Workshop
from services.office import Office
from tests.services.functions.jobs import MONDAY, frame, note, notes, table, wanted

pytestmark = pytest.mark.ring("test")


async def times(workshop: Workshop, run: Run) -> None:
    """Writes down the hour and minute it runs for."""
    await run.write(note(workshop.office, run.now.hour * 100 + run.now.minute))
    run.changed("", "NOTE")


def framed(office: Office, catch_up: CatchUp, **changed: object) -> Frame:
    return frame(office, functions=table(times, catch_up=catch_up), **changed)


def at(minutes: int) -> datetime:
    return MONDAY + timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("catch_up", "told"), [(CatchUp.ALL, [100, 110, 120, 130]), (CatchUp.LATEST, [100, 130])]
)
async def test_missed_times_are_made_up_for_in_order_where_each_counts(
    office: Office, catch_up: CatchUp, told: list[int]
) -> None:
    by = framed(office, catch_up)
    for minutes in (0, 30, 30):
        entries = await run_scheduled(by, wanted(times, at(minutes), trigger=Trigger.SCHEDULE))
        assert entries[-1].state is RunState.SUCCEEDED
    assert await notes(office) == told


async def test_where_a_missed_run_does_not_end_the_wanted_one_is_asked_for_again(
    office: Office,
) -> None:
    by = framed(office, CatchUp.ALL)
    await run_scheduled(by, wanted(times, trigger=Trigger.SCHEDULE))
    another = await office.functions.take("times", "another run", 60)
    assert another
    entries = await run_scheduled(by, wanted(times, at(20), trigger=Trigger.SCHEDULE))
    assert [one.state for one in entries] == [RunState.REQUESTED] * 2
    assert [one.scheduled_for for one in entries] == [at(10), at(20)]
    await office.functions.release(another)
    await run_scheduled(by, wanted(times, at(20), trigger=Trigger.SCHEDULE))
    assert await notes(office) == [100, 110, 120]


async def test_a_clock_that_is_ahead_of_the_databases_is_not_believed(office: Office) -> None:
    there = await office.functions.server_time()
    await check_clock(office, there - timedelta(days=400))
    await check_clock(office, there + MOST_AHEAD / 2)
    for ahead in (timedelta(minutes=10), timedelta(days=3), timedelta(days=365 * 4)):
        with pytest.raises(ClockAhead, match="ahead"):
            await check_clock(office, there + ahead)
    with pytest.raises(ClockAhead):
        await check_clock(office, datetime.max.replace(tzinfo=there.tzinfo))
