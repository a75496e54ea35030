"""What a backup is written in: lines of JSON, and bytes whose number is known before them."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from typing import IO

from storage.mongo import Document

MOST_LINE_BYTES = 1_000_000

Progress = Callable[[str, int], None]
"""Told of what, a collection's name as a rule, and how many more are done."""


class BackupError(Exception):
    """A file that is no backup, or a damaged one; or something that fits into none."""


def write_line(file: IO[bytes], value: Document) -> None:
    """Writes it."""
    file.write(json.dumps(value).encode() + b"\n")


def read_line(file: IO[bytes]) -> Document:
    """The next line; raises ``BackupError`` where there is none."""
    line = file.readline(MOST_LINE_BYTES)
    with suppress(ValueError):
        value = json.loads(line)
        if isinstance(value, dict):
            return value
    raise BackupError("the backup is damaged or ends in the middle")


def read_bytes(file: IO[bytes], size: int) -> bytes:
    """Exactly so many; raises ``BackupError`` where there are fewer."""
    data = file.read(size)
    if len(data) != size:
        raise BackupError("the backup ends in the middle")
    return data
