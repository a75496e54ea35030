"""Files that are there whole and on the disk, or not at all, whoever else writes and is killed."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast


@contextmanager
def create_file(path: Path) -> Iterator[IO[bytes]]:
    """A new file; raises ``FileExistsError`` when it is there already, and replaces none."""
    with _draft_of(path) as draft:
        yield draft
        _sync(draft)
        os.link(draft.name, path)  # unlike a rename, it never replaces a file
    sync_folder(path.parent)


@contextmanager
def replace_file(path: Path) -> Iterator[IO[bytes]]:
    """A file in place of the one that is there; of several who write it at once, the last."""
    with _draft_of(path) as draft:
        yield draft
        _sync(draft)
        Path(draft.name).replace(path)
    sync_folder(path.parent)


def make_folder(folder: Path) -> None:
    """A folder that is still there after a power cut."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """Its names are on the disk when this returns."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _draft_of(path: Path) -> Iterator[IO[bytes]]:
    """A hidden file beside it that nobody else has, for this user only; gone afterwards."""
    draft = tempfile.NamedTemporaryFile(  # noqa: SIM115  # it may have got another name meanwhile
        "wb", dir=path.parent, prefix=f".{path.name}-", delete=False
    )
    try:
        with draft:
            yield cast("IO[bytes]", draft)
    finally:
        Path(draft.name).unlink(missing_ok=True)


def _sync(draft: IO[bytes]) -> None:
    draft.flush()
    os.fsync(draft.fileno())
