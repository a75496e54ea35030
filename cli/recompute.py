"""`lizheng recompute-deadlines`: due dates anew, when a year's calendar has been published."""

from __future__ import annotations

import typer

from cli.failures import KEPT, resumable
from cli.opening import now, with_office
from cli.problems import tell_problems
from cli.progress import progress_bar
from services.office import Office
from services.recomputation import recompute_deadlines as recomputed


def recompute_deadlines() -> None:
    """Compute again the due dates that rest on another calendar, or on an assumed one.

    Running it again changes nothing.
    """
    with resumable(lambda: KEPT):
        typer.echo(with_office(_recompute))


async def _recompute(office: Office) -> str:
    seen = moved = problems = 0
    with progress_bar() as bar:
        task = bar.add_task("Cases", total=None)
        async for case in recomputed(office, now()):
            seen += 1
            moved += case.moved
            problems += case.problem is not None
            bar.advance(task)
    return (
        f"{seen} cases looked at, {moved} moved (by {office.rulebook.calendar.version})"
        f"{tell_problems(problems)}"
    )
