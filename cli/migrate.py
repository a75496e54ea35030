"""`lizheng migrate`: everything stored in today's form, beside whatever runs."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.failures import KEPT, resumable
from cli.opening import now, with_workshop
from cli.problems import tell_problems
from cli.progress import progress_bar
from domain.problem_cases import Problem
from services.functions.workshop import Workshop
from services.office import Office
from services.sealing import Sealing, close
from storage import migrations
from storage.case_reader import problem_of

JOB = "migrate"
"""What its problem cases are listed under."""
PASSES = 10


def migrate(
    keep_open: Annotated[
        bool,
        typer.Option(
            "--keep-open",
            help="Servers of an older version still run: more may be written by them.",
        ),
    ] = False,
) -> None:
    """Bring what is stored to today's form; running it again changes nothing.

    Cases get the newest schema and a seal over the whole of each; what is encrypted is bound to
    where it lies; search terms follow today's rules. A case that fails the checks of the version
    that wrote it is named and left; so is one that cannot be read, which `lizheng problems` lists.
    It may be interrupted and run beside servers. When nothing is left, that is noted outside the
    database: from then on a document of an older form is a finding. Restart the servers then.
    """
    with resumable(lambda: KEPT):
        aside = with_workshop(
            lambda workshop: _migrate(workshop, keep_open=keep_open), prepared=True
        )
    if aside:
        raise typer.Exit(1)


async def _migrate(workshop: Workshop, *, keep_open: bool) -> int:
    office, store = workshop.office, workshop.store
    typer.echo(await _change(workshop))
    typer.echo(f"search terms of {await _rebuild_terms(office)} letters made anew")
    sealed = bound = 0
    for _ in range(PASSES):
        sealing = Sealing(office, store)
        await _show(sealing, await office.cases.count())
        sealed, bound = sealed + sealing.sealed, bound + sealing.bound
        if not sealing.has_changed:
            break
    for name, problem in sealing.aside.items():
        typer.echo(f"put aside: {name}: {problem}")
    typer.echo(
        f"{sealed} cases sealed, {bound} other documents bound, {len(sealing.aside)} put aside"
    )
    if not keep_open and not sealing.has_changed:
        await close(office, store, sealing.aside, now())
    return len(sealing.aside)


async def _change(workshop: Workshop) -> str:
    """Documents in the newest schema."""
    database, seals = workshop.office.older_cases.database, workshop.office.older_cases.seals
    changed = 0
    problems: list[Problem] = []
    with progress_bar() as bar:
        task = bar.add_task("Cases", total=await migrations.outdated(database))
        async for _ in migrations.migrate(
            database,
            seals=seals,
            on_fault=lambda *fault: problems.append(problem_of(*fault)),
        ):
            changed += 1
            bar.advance(task)
    await workshop.office.problem_cases.replace(JOB, problems, now())
    left = await migrations.outdated(database)
    return (
        f"{changed} cases brought to schema {migrations.latest()}, {left} left in an older one"
        f"{tell_problems(len(problems))}"
    )


async def _rebuild_terms(office: Office) -> int:
    """Search terms of cases and of published letters; how many lists there were to be made."""
    rebuilt = 0
    with progress_bar() as bar:
        task = bar.add_task("Search terms", total=None)
        for batches in (office.cases.rebuild_terms(), office.outside.publications.rebuild_terms()):
            async for count in batches:
                rebuilt += count
                bar.advance(task, count)
    return rebuilt


async def _show(sealing: Sealing, total: int) -> None:
    with progress_bar() as bar:
        task = bar.add_task("Seals", total=total)
        async for _ in sealing.carry_out():
            bar.advance(task)
