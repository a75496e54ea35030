"""`lizheng migrate`: stored cases in the newest schema, beside whatever runs."""

from __future__ import annotations

import typer

from cli.opening import CommandRefused, with_database
from cli.progress import progress_bar
from storage import migrations
from storage.mongo import Database


def migrate() -> None:
    """Bring stored cases to the newest schema; running it again changes nothing.

    It may be interrupted and run beside servers. Run it once more when the last server of the
    old version is gone.
    """
    typer.echo(with_database(_migrate))


async def _migrate(database: Database) -> str:
    changed = 0
    with progress_bar() as bar:
        task = bar.add_task("Cases", total=await migrations.outdated(database))
        try:
            async for _ in migrations.migrate(database):
                changed += 1
                bar.advance(task)
        except migrations.MigrationFailed as error:
            raise CommandRefused(str(error)) from error
    left = await migrations.outdated(database)
    return f"{changed} cases brought to schema {migrations.latest()}, {left} left in an older one"
