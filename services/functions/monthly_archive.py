"""Moves concluded cases out of the working set."""

from __future__ import annotations

from services.archive.archiving import Archiving
from services.functions.runs import Run
from services.functions.workshop import Workshop


async def monthly_archive(workshop: Workshop, run: Run) -> None:
    """Every case whose retention is over goes into the archive; a tombstone stays.

    Interrupted anywhere, the next run completes what was begun (docs/archive.md).
    """
    await Archiving(workshop, run).carry_out()
