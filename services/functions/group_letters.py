"""Groups the letters that still wait: after a crash, from before there were groups, or where the
process that took them in could not.

Usually there is nothing to do. What waits says so itself: a run that is broken off leaves the
rest waiting and needs no checkpoint. What is written goes through no fence of the run's own: who
groups, servers and imports included, has the turn of ``storage/turns.py``, and a letter's one
document lets nobody group it twice.
"""

from __future__ import annotations

from contextlib import suppress

from services.functions.runs import Run
from services.functions.workshop import Workshop
from services.matters.grouping import group_again, group_left, letters_left
from services.office import Office
from storage.turns import TurnLost

MOST_AGAIN = 200
"""So many problem cases are tried again in a run."""
MOST_TOLD = 1_000
"""So many letters at most a dry run tells of."""


async def group_letters(workshop: Workshop, run: Run) -> None:
    """Groups batch after batch while there is time; leaves it to whoever is at it already."""
    if run.dry:
        for letter in await letters_left(workshop.office, MOST_TOLD):
            run.saw()
            run.changed(letter.number, "GROUP")
        return
    with suppress(TurnLost):  # whoever has the turn by now groups the rest
        await _group_all(workshop.office, run)


async def _group_all(office: Office, run: Run) -> None:
    await _group_again(office, run)
    while run.has_time():
        grouped = await group_left(office, run.problem)
        if not grouped:
            return
        run.saw(grouped)
        for _ in range(grouped):
            run.changed("", "GROUP")
        await run.reached({})


async def _group_again(office: Office, run: Run) -> None:
    """What could not be grouped waits as a problem case, and nowhere else."""
    again = await office.problem_cases.to_try(run.name, run.moment(), MOST_AGAIN)
    if not again:
        return
    ids = [one.problem.case_id for one in again]
    grouped = await group_again(office, ids, run.problem)
    if grouped is not None:
        run.tried(ids)
        run.saw(len(ids))
        for _ in range(grouped):
            run.changed("", "GROUP")
