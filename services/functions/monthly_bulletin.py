"""Closes the month's figures: a preliminary bulletin first, a frozen one for good."""

from __future__ import annotations

from datetime import datetime

from domain.bulletins import BulletinState, Month
from domain.calendar import city_date
from services.functions.runs import Run
from services.functions.workshop import Workshop
from services.office import Office
from storage.bulletins import Bulletin


async def monthly_bulletin(workshop: Workshop, run: Run) -> None:
    """Makes last month's bulletin where there is none, and freezes what is to be frozen."""
    office = workshop.office
    last_month = Month.of(city_date(run.now)).plus(-1)
    for month in sorted({*await office.bulletins.unfrozen(), last_month}):
        if not run.has_time():
            break
        run.saw()
        await _close(office, run, month)
    await run.reached({})


async def _close(office: Office, run: Run, month: Month) -> None:
    wanted = office.closing_plans.on(city_date(run.now)).state_of(month, run.now)
    if wanted is None or await office.bulletins.state_of(month) in (wanted, BulletinState.FROZEN):
        run.skipped()
        return
    bulletin = await _counted(office, month, wanted, run.now)
    if run.dry or await run.write(lambda session: office.bulletins.save(bulletin, session)):
        run.changed(str(month), wanted.value)
    else:
        run.skipped()


async def _counted(office: Office, month: Month, state: BulletinState, as_of: datetime) -> Bulletin:
    return Bulletin(month, state, as_of, await office.bulletins.counts_of(month))
