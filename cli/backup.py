"""`lizheng backup` and `lizheng restore-backup`: everything in one file, and back."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Annotated, TypeAlias, cast

import typer
from rich.progress import TaskID

from cli.failures import resumable
from cli.opening import CommandRefused, read_settings, with_database, with_office
from cli.progress import progress_bar
from cli.verify import tell_all
from infra.attachment_store import AttachmentBucket, AttachmentDirectory, attachment_store
from infra.files import create_file
from storage import backup as backups
from storage.backup import Contents
from storage.backup_lines import BackupError, Progress
from storage.backup_objects import remove_strays
from storage.indexes import ensure_indexes
from storage.mongo import Database

LEVEL = 6
_FILE = typer.Argument(help="The backup.", dir_okay=False)
_OBJECTS = "objects of attachments"
_LACKING = (
    "Of {} files of letters no bytes were found below {}: is that the servers' DATA_DIR? "
    "Everything else is in the backup."
)
_IN_BUCKET = (
    "The bytes of attachments lie in the bucket {} and were not copied. The bucket of our stack "
    "keeps what is deleted or written over for 30 days; a second copy takes S3 replication."
)
_NOT_IN_FILE = (
    "The bytes of {} attachments are not in this backup. They are shown where "
    "ATTACHMENTS_BUCKET, or DATA_DIR, still has them."
)
NO_BACKUP = "No backup was written; the same command begins a new one."
HALF_RESTORED = (
    "The database may hold a part of the backup: run the same command with --replace, "
    "which begins anew."
)

Store: TypeAlias = AttachmentDirectory | AttachmentBucket | None


def backup(file: Annotated[Path, _FILE]) -> None:
    """Write all collections and attachments to one new file, for this user only.

    It works beside whatever runs. The keys are not in the file: keep them, but not beside it.
    Attachments that lie in a bucket are not copied.
    """
    store = _attachments()
    source = store if isinstance(store, AttachmentDirectory) else None

    async def dump(database: Database) -> Contents:
        with (
            create_file(file) as raw,
            gzip.GzipFile("", "wb", LEVEL, raw) as packed,
            _bar() as tell,
        ):
            created = datetime.now(UTC).isoformat(timespec="seconds")
            return await backups.dump(database, cast("IO[bytes]", packed), created, tell, source)

    if file.exists():
        raise CommandRefused(f"{file} is there already")
    try:
        with resumable(lambda: NO_BACKUP):
            contents = with_database(dump)
    except BackupError as error:
        raise CommandRefused(str(error)) from error
    for part in contents.parts:
        typer.echo(f"{part.collection}: {part.count}")
    _tell_objects(contents, store)


def _attachments() -> Store:
    settings = read_settings()
    return attachment_store(settings.outside.attachments, settings.data_dir)


def _tell_objects(contents: Contents, store: Store) -> None:
    """What became of the attachments' bytes; what somebody must know, as a warning."""
    if isinstance(store, AttachmentBucket):
        typer.echo(_IN_BUCKET.format(store.bucket), err=True)
    if contents.objects is None:
        return
    typer.echo(f"{_OBJECTS}: {contents.objects.count}")
    if contents.objects.lacking:
        typer.echo(_LACKING.format(contents.objects.lacking, read_settings().data_dir), err=True)


def restore_backup(
    file: Annotated[Path, _FILE],
    replace: Annotated[
        bool, typer.Option("--replace", help="Remove first what the database holds.")
    ] = False,
) -> None:
    """Put a backup into a database without letters, then verify every case.

    The file is read to its end and checked before anything is written. An interrupted restore
    is begun again with --replace. Restart servers afterwards. Attachments go to where this
    installation keeps them; with --replace those go that the backup does not know.
    """
    with resumable(lambda: HALF_RESTORED):
        with_database(lambda database: _restore(database, file, replace))
    if with_office(tell_all):
        raise typer.Exit(1)


async def _restore(database: Database, file: Path, replace: bool) -> None:
    if not replace and not await backups.is_free(database):
        raise CommandRefused("the database is not empty: --replace removes what it holds")
    with _opened(file) as packed, _bar() as tell:
        contents = backups.check(packed, tell)
    await backups.clear(database)
    await ensure_indexes(database)
    store = _attachments()
    with _opened(file) as packed, _bar() as tell:
        await backups.load(database, packed, tell, store)
    if contents.objects is not None:
        # Nothing else would find the others, and they may show who asked to be forgotten.
        if replace and isinstance(store, AttachmentDirectory):
            await remove_strays(database, store.held(), store)
        typer.echo(f"{_OBJECTS}: {contents.objects.count}", err=True)
    elif contents.attachments:
        typer.echo(_NOT_IN_FILE.format(contents.attachments), err=True)


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    try:
        with gzip.open(path, "rb") as packed:
            yield cast("IO[bytes]", packed)
    except (BackupError, gzip.BadGzipFile, zlib.error, EOFError) as error:
        raise CommandRefused(f"{path}: {error}") from error


@contextmanager
def _bar() -> Iterator[Progress]:
    """Counts documents, a line for each collection."""
    with progress_bar() as bar:
        tasks: dict[str, TaskID] = {}

        def tell(collection: str, count: int) -> None:
            if collection not in tasks:
                tasks[collection] = bar.add_task(collection, total=None)
            bar.advance(tasks[collection], count)

        yield tell
