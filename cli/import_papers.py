"""The files that an import leaves beside the database: query codes, and lines it did not take.

Nobody but the user may read them. The codes are on disk before their letters are in the
database; after an import that was killed, the last line of an id is the one that counts.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO

import typer

from cli.opening import CommandRefused
from domain.csv_text import format_for_machines
from services.importing import Opened
from services.letter_lines import Rejected

HEADING = ("id", "number", "query_code")
_ONLY_MINE = 0o600


@dataclass(slots=True)
class ImportPapers:
    """The desk of an import at a terminal. ``codes`` is open; ``rejects`` is made when needed."""

    codes: IO[str]
    rejects: Path
    advance: Callable[[int], None]
    _rejected: IO[str] | None = field(default=None, init=False)

    def keep(self, codes: Sequence[Opened]) -> None:
        """Appends the codes and waits until they are on disk."""
        rows = [(one.source_id, one.number, one.query_code) for one in codes]
        self.codes.write(format_for_machines(rows))
        self.codes.flush()
        os.fsync(self.codes.fileno())

    def reject(self, rejected: Rejected) -> None:
        """Says it on standard error and keeps the line."""
        typer.echo(f"line {rejected.line}: {rejected.reason}", err=True)
        if self._rejected is None:
            self._rejected = _opened(self.rejects, os.O_TRUNC)
        json.dump(asdict(rejected), self._rejected, ensure_ascii=False)
        self._rejected.write("\n")

    def close(self) -> None:
        """Closes the file of rejected lines."""
        if self._rejected is not None:
            self._rejected.close()


@contextmanager
def import_papers(
    codes: Path, rejects: Path, advance: Callable[[int], None]
) -> Iterator[ImportPapers]:
    """Papers in these files; codes are added, rejected lines of a run before are removed.

    Raises ``CommandRefused`` while another import writes to the same codes, and ``OSError``.
    """
    with _opened(codes, os.O_APPEND) as kept:
        try:
            fcntl.flock(kept, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CommandRefused(f"another import is writing to {codes}") from None
        _begin(kept, codes)
        rejects.unlink(missing_ok=True)
        papers = ImportPapers(kept, rejects, advance)
        try:
            yield papers
        finally:
            papers.close()


def _begin(kept: IO[str], path: Path) -> None:
    """A heading for a new file; an end for a line that a killed import left half written."""
    with path.open("rb") as written:
        if written.seek(0, os.SEEK_END) == 0:
            kept.write(format_for_machines([HEADING]))
            return
        written.seek(-1, os.SEEK_END)
        if written.read(1) != b"\n":
            kept.write("\n")


def _opened(path: Path, how: int) -> IO[str]:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | how, _ONLY_MINE)
    os.fchmod(descriptor, _ONLY_MINE)
    return os.fdopen(descriptor, "w", encoding="utf-8", newline="")
