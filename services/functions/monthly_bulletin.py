"""Closes the month's figures: a preliminary bulletin first, a frozen one for good."""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime, timedelta

from domain.bulletins import BulletinState, Month
from domain.calendar import city_date
from services.figures.closing import closed
from services.functions.runs import Run
from services.functions.workshop import Workshop
from services.matters.grouping import ASK_AGAIN, group_left
from services.matters.hot_issues import are_all_grouped
from services.office import Office

LONGEST_WAIT = timedelta(hours=6)
"""So long after its time a month is frozen at the latest, grouped or not: figures are due."""
_log = logging.getLogger(__name__)


async def monthly_bulletin(workshop: Workshop, run: Run) -> None:
    """Makes last month's bulletin where there is none, and freezes what is to be frozen.

    Whenever it runs, it counts as of the moment that the plan names: a run that comes late
    finds the same figures. A month freezes after its letters are grouped, so that what stands
    beside its figures moves no more either.
    """
    office = workshop.office
    last_month = Month.of(city_date(run.now)).plus(-1)
    for month in sorted({*await office.bulletins.unfrozen(), last_month}):
        if not run.has_time():
            break
        run.saw()
        await _close(office, run, month)
    await run.reached({})


async def _close(office: Office, run: Run, month: Month) -> None:
    plan = office.closing_plans.on(month.plus(1).day(1))
    wanted = plan.state_of(month, run.now)
    standing = await office.bulletins.state_of(month)
    if wanted is BulletinState.LIVE or standing in (wanted, BulletinState.FROZEN):
        run.skipped()
        return
    at = plan.closes_at(month, wanted)
    if wanted is BulletinState.FROZEN and not await _is_grouped(office, run, month, at):
        run.skipped()
        return
    bulletin, counted = await closed(office, month, wanted, at, run.problem)
    numbers = {one.number for one in counted.members}
    known = await office.problem_cases.of_job(run.name)
    run.tried(one.problem.case_id for one in known if one.problem.number in numbers)
    if run.dry or await run.write(
        lambda session: office.bulletins.save(bulletin, counted, session)
    ):
        run.changed(str(month), wanted.value)
    else:
        run.skipped()


async def _is_grouped(office: Office, run: Run, month: Month, at: datetime) -> bool:
    """Whether the month may freeze; groups what waits, or waits for whoever is at it.

    False when the run's time is over first: it goes on later.
    """
    while not await are_all_grouped(office, month):
        if run.dry:
            break
        if run.moment() >= at + LONGEST_WAIT:
            _log.warning("%s is frozen before all of its letters are grouped", month)
            break
        if not run.has_time():
            return False
        if not await group_left(office):
            await asyncio.sleep(ASK_AGAIN)
    return True
