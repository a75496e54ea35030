"""`lizheng backup` and `lizheng restore-backup`: everything in one file, and back."""

from __future__ import annotations

import gzip
import os
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Annotated, cast

import typer
from rich.progress import TaskID

from cli.opening import CommandRefused, with_database, with_office
from cli.progress import progress_bar
from cli.verify import tell_all
from storage import backup as backups
from storage.indexes import ensure_indexes
from storage.mongo import Database

LEVEL = 6
_FILE = typer.Argument(help="The backup.", dir_okay=False)


def backup(file: Annotated[Path, _FILE]) -> None:
    """Write all collections to one new file, for this user only; beside whatever runs.

    The keys are not in it: keep them, but not beside it.
    """

    async def dump(database: Database) -> list[backups.Part]:
        with _new_file(file) as raw, gzip.GzipFile("", "wb", LEVEL, raw) as packed, _bar() as tell:
            created = datetime.now(UTC).isoformat(timespec="seconds")
            return await backups.dump(database, cast("IO[bytes]", packed), created, tell)

    if file.exists():
        raise CommandRefused(f"{file} is there already")
    for part in with_database(dump):
        typer.echo(f"{part.collection}: {part.count}")


def restore_backup(
    file: Annotated[Path, _FILE],
    replace: Annotated[
        bool, typer.Option("--replace", help="Remove first what the database holds.")
    ] = False,
) -> None:
    """Put a backup into a database without letters, then verify every case.

    The file is read to its end and checked before anything is written. An interrupted restore
    is begun again with --replace. Restart servers afterwards.
    """

    async def load(database: Database) -> None:
        if not replace and not await backups.is_free(database):
            raise CommandRefused("the database is not empty: --replace removes what it holds")
        with _opened(file) as packed, _bar() as tell:
            backups.check(packed, tell)
        await backups.clear(database)
        await ensure_indexes(database)
        with _opened(file) as packed, _bar() as tell:
            await backups.load(database, packed, tell)

    with_database(load)
    if with_office(tell_all):
        raise typer.Exit(1)


@contextmanager
def _new_file(path: Path) -> Iterator[IO[bytes]]:
    """A file that is there whole and on disk, or not at all; it replaces none."""
    with tempfile.NamedTemporaryFile("wb", dir=path.parent, prefix=f".{path.name}-") as draft:
        yield cast("IO[bytes]", draft)
        draft.flush()
        os.fsync(draft.fileno())
        os.link(draft.name, path)  # unlike a rename, it never replaces a file
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    try:
        with gzip.open(path, "rb") as packed:
            yield cast("IO[bytes]", packed)
    except (backups.BackupError, gzip.BadGzipFile, zlib.error, EOFError) as error:
        raise CommandRefused(f"{path}: {error}") from error


@contextmanager
def _bar() -> Iterator[backups.Progress]:
    """Counts documents, a line for each collection."""
    with progress_bar() as bar:
        tasks: dict[str, TaskID] = {}

        def tell(collection: str, count: int) -> None:
            if collection not in tasks:
                tasks[collection] = bar.add_task(collection, total=None)
            bar.advance(tasks[collection], count)

        yield tell
