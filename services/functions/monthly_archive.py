"""Moves concluded cases out of the working set."""

from __future__ import annotations

from services.archive.archiving import Archiving
from services.archive.open_data import Publishing
from services.functions.runs import Run
from services.functions.workshop import Workshop


async def monthly_archive(workshop: Workshop, run: Run) -> None:
    """Every case whose retention is over goes into the archive; a tombstone stays.

    Then the frozen months that are not open data yet are published (docs/open-data.md).
    Interrupted anywhere, the next run completes what was begun (docs/archive.md).
    """
    await Archiving(workshop, run).carry_out()
    if run.has_time():
        await Publishing(workshop, run).carry_out()
