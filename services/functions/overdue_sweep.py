"""Warns, marks overdue, climbs the ladder: what is due by ``wake_at``."""

from __future__ import annotations

from collections.abc import Sequence

from domain.actors import SYSTEM
from domain.rulebook import Moment
from domain.sweeping import swept
from services.functions.rounds import Decided, go_round
from services.functions.runs import Run
from services.functions.workshop import Workshop
from storage.due_cases import DueCase, Handled
from storage.mongo import Session


async def overdue_sweep(workshop: Workshop, run: Run) -> None:
    """Warns, marks overdue, climbs the ladder: what is due by ``wake_at``."""
    office = workshop.office
    moment = Moment(SYSTEM, run.now, office.rulebook)

    async def decide(page: Sequence[DueCase]) -> Sequence[Decided | Exception]:
        return [_decided(one, moment) for one in page]

    async def save(decided: Sequence[Decided], session: Session) -> Sequence[Decided]:
        saved = await office.to_sweep.save([one.handled for one in decided], session)
        return [one for one in decided if one.handled.due.id in saved]

    await go_round(run, office.to_sweep, decide, save)


def _decided(one: DueCase, moment: Moment) -> Decided | Exception:
    if one.case is None:
        return LookupError("it was not read")
    try:
        done = swept(one.case, moment)
    except Exception as error:  # noqa: BLE001  # whatever is wrong with one, the others are swept
        return error
    return Decided(Handled(one, done.case, done.notices), done.what)
