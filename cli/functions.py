"""`lizheng function`, `functions`, `runs`: what ops do from a terminal."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Annotated

import typer

from cli.failures import resumable
from cli.functions_told import tell_functions, tell_run, tell_runs
from cli.opening import CommandRefused, now, with_office, with_workshop
from cli.progress import tell_while
from domain.calendar import CITY_TIME
from domain.runs import EARLIEST, RunEntry, RunState, Trigger
from infra.identity import is_gone, own_identity
from services.functions.clocks import ClockAhead, check_clock
from services.functions.ops import Ops, overviews, runs_of
from services.functions.running import Frame, Wanted, function_named, run_function
from services.functions.workshop import Workshop
from storage.pages import MAX_PAGE, Page

WAIT_SECONDS = 120
"""For another run of the function: by then the lease of one that died has ended."""
LOOK_SECONDS = 1.0

Name = Annotated[str, typer.Argument(help="The function's name; `lizheng functions` lists them.")]


def function(
    name: Name,
    at: Annotated[
        str | None,
        typer.Option(help="The run's time, such as 2017-02-01T02:00 (Asia/Shanghai); else now."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what it would change; change nothing.")
    ] = False,
) -> None:
    """Run a function, and wait for its end. Exit status 0 only for a run that succeeded.

    A run is known by its function and time: one that succeeded is not repeated; one that broke
    off goes on where it was.
    """
    function_named(name)
    moment = now()
    label = format(int(moment.timestamp() * 1000), "x") if dry_run else ""
    wanted = Wanted(name, _read_time(at, moment), Trigger.COMMAND, label)
    with resumable(lambda: _how_to_go_on(wanted)):
        entry = with_workshop(lambda workshop: _awaited(workshop, wanted))
    tell_run(entry)
    if entry.ended_at is not None and entry.ended_at < moment:
        typer.echo("This run was carried out before; nothing was done again.", err=True)
    if entry.state is not RunState.SUCCEEDED:
        raise typer.Exit(1)


def functions() -> None:
    """List the functions: when they run, and how their last run went."""
    tell_functions(with_office(lambda office: overviews(office, Ops(), now())))


def runs(
    name: Name,
    first: Annotated[int, typer.Option(help="How many.", min=1, max=MAX_PAGE)] = 20,
) -> None:
    """List a function's runs, newest first."""
    page = Page(first=first)
    tell_runs(with_office(lambda office: runs_of(office, Ops(), name, page, counted=False)).items)


def _how_to_go_on(wanted: Wanted) -> str:
    """The same run again: of another time it would be another one."""
    if wanted.label:
        return "A dry run changes nothing."
    at = wanted.at.astimezone(CITY_TIME).replace(tzinfo=None).isoformat(timespec="seconds")
    return f"`lizheng function {wanted.name} --at {at}` goes on from where this run is."


async def _awaited(workshop: Workshop, wanted: Wanted) -> RunEntry:
    """The run's entry; while another run is in its way, or at it, it is waited for."""
    try:
        await check_clock(workshop.office, now())
    except ClockAhead as error:
        raise CommandRefused(str(error)) from None
    frame = Frame(workshop, now, process=own_identity(), is_gone=is_gone)
    until = asyncio.get_running_loop().time() + WAIT_SECONDS
    entry = await tell_while(run_function(frame, wanted), wanted.name)
    while _is_in_the_way(entry) and asyncio.get_running_loop().time() < until:
        await asyncio.sleep(LOOK_SECONDS)
        entry = await tell_while(run_function(frame, wanted), wanted.name)
    return entry


def _is_in_the_way(entry: RunEntry) -> bool:
    """Somebody carries this run out, or another one; a command is never skipped for a pause."""
    return entry.state is RunState.SKIPPED or not entry.state.is_over


def _read_time(text: str | None, this_moment: datetime) -> datetime:
    """A time of the city's clock, unless it says otherwise; not one to come."""
    if text is None:
        return this_moment
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise CommandRefused(f"--at: {text!r} is no time such as 2017-02-01T02:00") from None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=CITY_TIME)
    if moment > this_moment:
        raise CommandRefused(f"--at: {text} is still to come")
    if moment < EARLIEST:
        raise CommandRefused(f"--at: {text} is before the year 2000")
    return moment.astimezone(UTC)
