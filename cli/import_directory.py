"""`lizheng import-directory`: fill the directory from a folder of CSV files."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import Annotated

import typer

from cli.progress import progress_bar
from domain.rows import DirectoryError
from infra.embedded import database
from services.directory import DirectoryReport
from services.directory import import_directory as import_folder
from settings import Settings
from storage import mongo
from storage.directory import DirectoryRepository

CHENGDU = Path(__file__).resolve().parent.parent / "data" / "chengdu"


def import_directory(
    from_: Annotated[
        Path, typer.Option("--from", help="A folder like data/chengdu, one CSV file per table.")
    ] = CHENGDU,
) -> None:
    """Make the directory (units, mailboxes, categories) the one in a folder of CSV files.

    Running it again changes nothing. What is no longer in the files is retired, not deleted.
    """
    settings = Settings.from_environment(os.environ)
    try:
        with database(settings) as uri:
            report = asyncio.run(_import(from_, uri, settings))
    except DirectoryError as error:
        typer.echo(error, err=True)
        raise typer.Exit(1) from None
    typer.echo(
        f"{report.units} units, {report.mailboxes} mailboxes, {report.categories} categories; "
        f"{report.changed} documents changed"
    )


async def _import(folder: Path, uri: str, settings: Settings) -> DirectoryReport:
    client = mongo.connect(uri, settings.mongodb_driver)
    repository = DirectoryRepository(client[settings.mongodb_database])
    try:
        with progress_bar(is_counted=True) as bar:
            task = bar.add_task("Directory", total=None)
            return await import_folder(
                folder,
                repository,
                lambda done, total: bar.update(task, completed=done, total=total),
            )
    finally:
        await mongo.close(client)
