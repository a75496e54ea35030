"""A unit's page: figures, ranks, how long replies took, and what it earned."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from domain.actors import ANONYMOUS, Actor
from domain.bulletins import Month
from domain.definitions import FigureName
from domain.facts import Mark
from domain.figures import Part
from domain.refusals import Forbidden, NotFound, Unauthenticated
from domain.words import Role, Rung
from domain.workflow import Action
from services.figures.units import UnitFigure, UnitPage, marks, reply_days, unit_figures
from services.office import Office
from services.process import Act, act
from tests.services.cohorts import letters
from tests.services.offices import (
    CITY,
    CLERK,
    DISTRICT,
    EDUCATION,
    FOOD_TEAM,
    GENERAL_OFFICE,
    HANDLER,
    MAYOR,
    NEXT_DISTRICT,
    REVIEWER,
    SUPERVISOR,
    TOWNSHIP,
    at,
    person,
    sent,
    walked,
)

pytestmark = pytest.mark.ring("test")

MARCH = Month(2017, 3)
FEBRUARY_6, MARCH_6, NOW = (at(f"2017-{text} 09:00") for text in ("02-06", "03-06", "03-30"))


async def page_of(
    office: Office, unit: str, reader: Actor = ANONYMOUS, now: datetime = NOW
) -> UnitPage:
    return await unit_figures(office, unit, MARCH, reader, now)


def figure(page: UnitPage, name: FigureName = FigureName.REPLY_RATE) -> UnitFigure:
    return next(one for one in page.figures if one.definition.figure is name)


async def test_the_five_figures_with_the_month_before_and_the_rank_among_peers(
    office: Office,
) -> None:
    await letters(office, f"{EDUCATION}/HEAD", 30, FEBRUARY_6, replied=15)
    await letters(office, f"{DISTRICT}/HEAD", 10, FEBRUARY_6, replied=10)
    await letters(office, f"{EDUCATION}/HEAD", 30, MARCH_6, replied=30)
    await letters(office, f"{DISTRICT}/HEAD", 20, MARCH_6, replied=10)
    await letters(office, f"{GENERAL_OFFICE}/HEAD", 4, MARCH_6)
    await letters(office, MAYOR, 10, MARCH_6, replied=10)

    page = await page_of(office, EDUCATION)
    assert page.letters == 30
    assert [one.definition.figure for one in page.figures] == list(FigureName)
    replies = figure(page)
    assert replies.part is not None
    assert replies.standing is not None
    assert replies.standing_before is not None
    assert (replies.part.numerator, replies.part.denominator, replies.change) == (30, 30, 50)
    ranks = (replies.standing.rank, replies.standing_before.rank, replies.peers)
    assert ranks == (1, 2, 2)
    # nobody answered a survey: no data, for nobody's eyes
    assert figure(page, FigureName.SATISFACTION_RATE).part is None
    of_leader = await page_of(office, EDUCATION, SUPERVISOR)
    satisfaction = figure(of_leader, FigureName.SATISFACTION_RATE)
    assert satisfaction.part is not None
    assert (satisfaction.part.value, satisfaction.change) == (None, None)
    assert satisfaction.standing is None

    # a unit of few letters: its own staff sees the figures, and no rank among those of ten
    few = figure(await page_of(office, GENERAL_OFFICE))
    assert (few.part, few.standing, few.change) == (None, None, None)
    assert (await page_of(office, GENERAL_OFFICE)).letters is None
    insider = person(Role.HANDLER, unit=GENERAL_OFFICE)
    own = figure(await page_of(office, GENERAL_OFFICE, insider))
    assert own.part is not None
    assert (own.part.value, own.part.denominator, own.standing, own.peers) == (0.0, 4, None, 2)

    # the city has no peers, and a unit without letters nothing to tell
    whole = await page_of(office, CITY)
    assert (whole.letters, figure(whole).peers, figure(whole).standing) == (64, 0, None)
    silent = await page_of(office, NEXT_DISTRICT, SUPERVISOR)
    assert (silent.letters, figure(silent).part) == (0, Part())
    with pytest.raises(NotFound):
        await page_of(office, "nowhere")


async def test_how_long_replies_took_all_of_them(office: Office) -> None:
    for day in range(12):
        case = (await sent(office, f"letter {day}", when=MARCH_6)).case
        if day < 10:
            told = MARCH_6 + timedelta(days=day)
            await act(
                office, case.id, Act(Action.REJECT, {"reason": "不属于受理范围"}), CLERK, told
            )
    page = await page_of(office, CITY)
    days = await reply_days(office, page, SUPERVISOR, NOW)
    assert days is not None
    assert (days.letters, days.mean, days.median, days.most) == (10, 4.5, 4.5, 9)
    assert [bar.letters for bar in days.bars] == [1, 2, 2, 5, 0, 0]

    # the quickest reply is one letter's
    assert await reply_days(office, page, ANONYMOUS, NOW) is None
    # as of an earlier moment fewer were replied to
    earlier = MARCH_6 + timedelta(days=6, hours=1)
    then = await page_of(office, CITY, SUPERVISOR, now=earlier)
    seen = await reply_days(office, then, SUPERVISOR, earlier)
    assert seen is not None
    assert (seen.letters, seen.most) == (7, 6)
    silent = await page_of(office, NEXT_DISTRICT, SUPERVISOR)
    assert await reply_days(office, silent, SUPERVISOR, NOW) is None


async def test_what_a_unit_earned_is_for_those_who_work_there(office: Office) -> None:
    wrong = (await sent(office, "wrong", when=MARCH_6)).case
    right = (await sent(office, "right", when=MARCH_6)).case
    for case in (wrong, right):
        given = {"unit": FOOD_TEAM}
        minute = case.updated_at + timedelta(minutes=1)
        await act(office, case.id, Act(Action.DISPATCH_DIRECTLY, given), CLERK, minute)
    later = MARCH_6 + timedelta(hours=1)
    judged = {"correct": False, "unit": NEXT_DISTRICT}
    await act(office, wrong.id, Act(Action.REVIEW_DISPATCH, judged), REVIEWER, later)
    refused = await walked(office, (await sent(office, "no", when=MARCH_6)).case, "ACCEPT REVIEW")
    given_back = Act(Action.REFUSE, {"reason": "不属于本单位职责"})
    await act(office, refused.id, given_back, HANDLER, later)
    for rung in (Rung.NOTICE, Rung.RED_CARD):
        later += timedelta(minutes=1)
        await act(office, right.id, Act(Action.SUPERVISE, {"rung": rung}), SUPERVISOR, later)

    leader = person(Role.SUPERVISOR, unit=DISTRICT)
    page = await page_of(office, DISTRICT, leader)
    earned = await marks(office, page, leader, NOW)
    assert {mark: count for mark, count in earned.counts.items() if count} == {
        Mark.DISPATCHED_DIRECTLY: 2,
        Mark.MISDISPATCHED: 1,
        Mark.REFUSED: 1,
        Mark.NOTICE: 1,
        Mark.RED_CARD: 1,
    }
    assert earned.misdispatched.value == 0.5
    # the unit that has the case now did not earn what another one did before
    other = await marks(office, await page_of(office, NEXT_DISTRICT), SUPERVISOR, NOW)
    assert not any(other.counts.values())
    assert other.misdispatched.value is None
    team = await page_of(office, FOOD_TEAM)
    assert (await marks(office, team, SUPERVISOR, NOW)).counts[Mark.RED_CARD] == 1
    # what came later is not in an earlier page
    early = MARCH_6 + timedelta(minutes=5)
    before = await page_of(office, DISTRICT, leader, early)
    assert (await marks(office, before, leader, early)).counts[Mark.RED_CARD] == 0

    for stranger, refusal in (
        (ANONYMOUS, Unauthenticated),
        (person(Role.OPS), Forbidden),
        (person(Role.CITIZEN), Forbidden),
        (person(Role.SUPERVISOR, unit=TOWNSHIP), Forbidden),
    ):
        with pytest.raises(refusal):
            await marks(office, page, stranger, NOW)
