"""Scheduled times that nobody came for are made up for by the next scheduled run.

Where a scheduler outside starts the runs, it tells of one time only: what it missed before, while
it or the function was away, the run finds out from what is kept of the function.
"""

from __future__ import annotations

from datetime import datetime

from domain.runs import RunEntry, Trigger
from services.functions.running import Frame, Wanted, new_entry, run_function
from services.functions.schedules import due


async def run_scheduled(frame: Frame, wanted: Wanted) -> list[RunEntry]:
    """The run of this scheduled time, after those that were missed before it; in order.

    Each time is noted as seen to when its run is over. Where one stops before its end, or another
    run is in its way, the last entry is the wanted run, REQUESTED: to be asked for again later.
    """
    entries = []
    for at in (*await _missed(frame, wanted), wanted.at):
        entry = await run_function(frame, Wanted(wanted.name, at, Trigger.SCHEDULE))
        entries.append(entry)
        if not entry.state.is_over or entry.is_to_be_continued:
            if at != wanted.at:
                entries.append(new_entry(wanted, frame.clock()))
            return entries
        await frame.office.functions.cover(wanted.name, at)
    return entries


async def _missed(frame: Frame, wanted: Wanted) -> list[datetime]:
    """Scheduled times before this one that were not seen to; a new function has missed none."""
    functions = frame.office.functions
    state = (await functions.states([wanted.name]))[wanted.name]
    if state.is_new(wanted.at):
        await functions.begin([wanted.name], wanted.at)
        return []
    times = due(frame.functions[wanted.name], state, wanted.at)
    return [at for at in times if at < wanted.at]
