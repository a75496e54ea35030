"""Silence is noticed: a run that nobody came for, and a city that falls behind."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from domain.runs import Trigger
from services.functions.running import Wanted, new_entry
from services.functions.standing import GRACE, standing
from services.functions.table import FUNCTIONS, CatchUp
from services.office import Office
from tests.services.functions.jobs import slowly, table, three
from tests.services.offices import TO_HANDLING, at, sent, walked

pytestmark = pytest.mark.ring("test")

JOBS = {**table(three), **table(slowly, catch_up=CatchUp.ALL)}
TEN, HALF_PAST = at("2017-03-06 10:00"), at("2017-03-06 10:30")


async def missing(office: Office, now: datetime) -> set[str]:
    return set((await standing(office, now, JOBS)).missing)


async def came(office: Office, name: str, when: datetime) -> None:
    """Somebody came for the scheduled run of this time, whatever became of it."""
    await office.runs.opened(new_entry(Wanted(name, when, Trigger.SCHEDULE), when))


async def test_a_function_that_is_new_has_missed_nothing(office: Office) -> None:
    assert await missing(office, TEN) == set()
    assert await missing(office, TEN + timedelta(minutes=10)) == set()


async def test_a_run_that_nobody_came_for_is_missing_after_a_while(office: Office) -> None:
    await missing(office, TEN)
    assert await missing(office, TEN + timedelta(minutes=9) + GRACE) == set()
    assert await missing(office, HALF_PAST) == {"three", "slowly"}
    await came(office, "three", TEN + timedelta(minutes=10))
    assert await missing(office, HALF_PAST) == {"slowly"}
    assert await missing(office, HALF_PAST + timedelta(minutes=10)) == {"three", "slowly"}


async def test_a_function_that_is_paused_misses_nothing(office: Office) -> None:
    await missing(office, TEN)
    await office.functions.enable("three", enabled=False, covered_until=TEN)
    assert await missing(office, HALF_PAST) == {"slowly"}
    await office.functions.enable("three", enabled=True, covered_until=HALF_PAST)
    assert await missing(office, HALF_PAST) == {"slowly"}


async def test_open_cases_past_their_limit_are_counted(office: Office) -> None:
    for key in ("one", "two"):
        await walked(office, (await sent(office, key)).case, TO_HANDLING)
    assert (await standing(office, TEN, FUNCTIONS)).overdue == 0
    assert (await standing(office, at("2017-03-14 00:10"), FUNCTIONS)).overdue == 2
