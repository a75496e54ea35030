"""What a run of a function costs follows what is due, not what is there."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import pytest

from domain.runs import RunEntry, RunState
from services.functions.overdue_sweep import overdue_sweep
from services.office import Office
from storage import mongo
from tests.growth import FEW, MANY, counting, crowd
from tests.services.functions.delivering import Letterbox, delivered
from tests.services.functions.jobs import carried_out
from tests.services.offices import TO_HANDLING, at, sent, walked

pytestmark = pytest.mark.ring("release")

DUE = 5
CHANGED = 2 * DUE
"""Overdue and supervised; the writer and the unit are told."""
LATE = at("2017-03-14 10:00")
"""Handling was due on Monday, 2017-03-13."""


async def sweep(office: Office, when: datetime) -> RunEntry:
    return await carried_out(office, overdue_sweep, at=when)


async def deliver(office: Office, when: datetime) -> RunEntry:
    return await delivered(office, Letterbox(), when)


@pytest.mark.parametrize("run", [sweep, deliver])
async def test_a_run_costs_the_same_among_many_cases(
    office: Office,
    database: mongo.Database,
    run: Callable[[Office, datetime], Awaitable[RunEntry]],
) -> None:
    costs = {}
    for hour, others in enumerate((0, FEW, MANY)):  # what the first run looks up is kept at hand
        for number in range(DUE):
            letter = await sent(office, f"{others} {number}")
            await walked(office, letter.case, TO_HANDLING)
        await crowd(database, others)
        with counting() as costs[others]:
            entry = await run(office, LATE + timedelta(hours=hour))
        assert (entry.state, entry.counts.changed) == (RunState.SUCCEEDED, CHANGED)
    assert costs[FEW].documents["update cases"] >= DUE
    assert costs[MANY] == costs[FEW]
