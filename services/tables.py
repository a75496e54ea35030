"""A table that comes in a file: read line by line, and every fault named with its line."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from domain.rows import Row

T = TypeVar("T")


def read_table(path: Path, columns: Sequence[str], build: Callable[[Sequence[Row]], T]) -> T:
    """What ``build`` makes of the lines of a CSV file (UTF-8) with these columns.

    Raises ``ValueError`` starting with ``file:line: `` for a line that cannot be used, and
    ``OSError`` when there is no such file.
    """
    rows = _rows(path, columns)
    try:
        return build(rows)
    except ValueError as error:
        if str(error).startswith(f"{path.name}:"):
            raise
        raise ValueError(f"{path.name}: {error}") from error


def _rows(path: Path, columns: Sequence[str]) -> list[Row]:
    rows = []
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = csv.DictReader(file)
        if lines.fieldnames != list(columns):
            raise ValueError(f"{path.name}:1: the heading must be {','.join(columns)}")
        for line in lines:
            row = Row(path.name, lines.line_num, {k: v or "" for k, v in line.items() if k})
            if None in line:
                raise row.error("there are more values than columns")
            rows.append(row)
    return rows
