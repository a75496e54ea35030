"""`lizheng migrate`: stored cases in the newest schema, beside whatever runs."""

from __future__ import annotations

import typer

from cli.opening import now, with_database
from cli.problems import tell_problems
from cli.progress import progress_bar
from domain.problem_cases import Problem
from storage import migrations
from storage.case_reader import problem_of
from storage.mongo import Database
from storage.problem_cases import ProblemCaseRepository

JOB = "migrate"
"""What its problem cases are listed under."""


def migrate() -> None:
    """Bring stored cases to the newest schema; running it again changes nothing.

    It may be interrupted and run beside servers. Run it once more when the last server of the
    old version is gone. A case that cannot be migrated stays as it is; `lizheng problems` lists it.
    """
    typer.echo(with_database(_migrate))


async def _migrate(database: Database) -> str:
    changed = 0
    problems: list[Problem] = []
    with progress_bar() as bar:
        task = bar.add_task("Cases", total=await migrations.outdated(database))
        async for _ in migrations.migrate(
            database, on_fault=lambda *fault: problems.append(problem_of(*fault))
        ):
            changed += 1
            bar.advance(task)
    await ProblemCaseRepository(database).replace(JOB, problems, now())
    left = await migrations.outdated(database)
    return (
        f"{changed} cases brought to schema {migrations.latest()}, {left} left in an older one"
        f"{tell_problems(len(problems))}"
    )
