"""The calendar of 2027 is published: dates that rested on an assumption are computed again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from domain.actors import SYSTEM
from domain.calendar import CITY_TIME, WorkingCalendar
from domain.case import Case
from domain.facts import facts_of
from domain.policies import Limit
from domain.rulebook import Moment
from domain.sweeping import swept
from domain.workflow import Action
from services.calendar import official_calendar
from services.office import Office
from services.recomputation import recompute_deadlines
from services.verification import verify_all
from storage import mongo
from tests.services.offices import CLERK, at, documents, sent, walked

pytestmark = pytest.mark.ring("test")

SPRING_FESTIVAL = {date(2027, 2, 5) + timedelta(days): "Spring Festival" for days in range(7)}
MADE_UP = {date(2027, 1, 31): "Spring Festival", date(2027, 2, 13): "Spring Festival"}


def published() -> WorkingCalendar:
    """The official calendar with a year more: as it might be, New Year's Day and all."""
    today = official_calendar()
    new_year = {date(2027, 1, 1): "New Year's Day"}
    return WorkingCalendar(
        version="with 2027",
        holidays={**today.holidays, **new_year, **SPRING_FESTIVAL},
        make_up_days={**today.make_up_days, **MADE_UP},
        first_year=today.first_year,
        last_year=2027,
    )


def with_2027(office: Office) -> Office:
    return replace(office, rulebook=replace(office.rulebook, calendar=published()))


LATER = at("2027-03-01 09:00")


async def recomputed(office: Office, now: datetime = LATER) -> dict[str, bool]:
    return {one.number: one.moved async for one in recompute_deadlines(office, now)}


async def reread(office: Office, case: Case) -> Case:
    found = await office.cases.by_id(case.id, CLERK)
    assert found is not None
    return found


def days(case: Case) -> dict[str, str]:
    """The city's dates of what is promised and of the stage, and whether they may move."""
    clocks = {"promised": case.promise, "stage": case.stage_clock}
    return {
        name: f"{clock.due_at.astimezone(CITY_TIME):%Y-%m-%d}{'?' * clock.provisional}"
        for name, clock in clocks.items()
        if clock
    }


@pytest.mark.parametrize(
    ("written", "assumed", "published"),
    [
        # letter            promised       stage           promised       stage
        ("2026-12-01 09:00", "2026-12-15 | 2026-12-02", "2026-12-15 | 2026-12-02"),
        # New Year's Day and four days of Spring Festival are known by law, the rest is not.
        ("2026-12-21 09:00", "2027-01-05? | 2026-12-22", "2027-01-05 | 2026-12-22"),
        ("2026-12-31 09:00", "2027-01-15? | 2027-01-04?", "2027-01-15 | 2027-01-04"),
        ("2027-01-29 09:00", "2027-02-18? | 2027-02-01?", "2027-02-17 | 2027-01-31"),
    ],
)
async def test_due_dates_follow_the_published_year(
    office: Office, written: str, assumed: str, published: str
) -> None:
    case = (await sent(office, when=at(written))).case
    assert " | ".join(days(case).values()) == assumed
    moved = await recomputed(with_2027(office))
    after = await reread(office, case)
    assert " | ".join(days(after).values()) == published
    assert moved == {case.number: assumed.replace("?", "") != published}
    assert after.promise.calendar_version == "with 2027"


async def test_a_rung_climbed_for_a_date_that_has_moved_is_revoked(
    office: Office, database: mongo.Database
) -> None:
    # To be signed for by Thursday the eleventh, which is taken for a working day and will be off.
    case = (await sent(office, when=at("2027-02-04 09:00"))).case
    case = await walked(office, case, "ACCEPT REVIEW")
    climbed = swept(case, Moment(SYSTEM, at("2027-02-12 09:00"), office.rulebook))
    assert climbed.case.rungs == {"NOTICE"}
    await office.cases.save(case, climbed.case, climbed.notices)
    assert list((await recomputed(with_2027(office))).values()) == [True]
    after = await reread(office, case)
    assert after.rungs == frozenset()
    assert after.history[-1].action is Action.REVOKE_SUPERVISION
    assert facts_of(after.history, after.promise).marks == ()
    told = [one["about"] for one in (await documents(database))[0]["notices"]]
    assert told.count("REVOKE_SUPERVISION") == 2, "the unit, and the one above it"
    assert await recomputed(with_2027(office)) == {}


async def test_a_second_time_there_is_nothing_to_do(office: Office) -> None:
    await sent(office, when=at("2027-02-04 09:00"))
    assert list((await recomputed(with_2027(office))).values()) == [True]
    assert await recomputed(with_2027(office)) == {}


async def test_while_the_year_is_not_published_nothing_moves(office: Office) -> None:
    case = (await sent(office, when=at("2026-12-31 09:00"))).case
    assert await recomputed(office) == {case.number: False}
    assert await reread(office, case) == case


async def test_history_and_version_stay_and_every_seal_fits(office: Office) -> None:
    case = (await sent(office, when=at("2026-12-31 09:00"))).case
    case = await walked(office, case, "ACCEPT REVIEW")
    await recomputed(with_2027(office))
    after = await reread(office, case)
    assert (after.version, after.history) == (case.version, case.history)
    assert not [finding async for finding in verify_all(office) if finding.problem]


async def test_whoever_acts_next_meets_the_new_dates(office: Office) -> None:
    case = await walked(office, (await sent(office, when=at("2027-01-29 09:00"))).case, "ACCEPT")
    later = with_2027(office)
    await recomputed(later)
    after = await walked(later, await reread(office, case), "REVIEW")
    assert not after.clocks[Limit.TRANSFER].provisional
    assert days(after) == {"promised": "2027-02-17", "stage": "2027-01-31"}


async def test_what_was_closed_long_ago_stays_as_it_was(office: Office) -> None:
    case = (await sent(office)).case
    closed = await walked(office, case, "REJECT")
    assert await recomputed(with_2027(office)) == {}
    assert await reread(office, closed) == closed
