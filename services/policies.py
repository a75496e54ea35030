"""The deadline policies, from ``data/deadline_policies.csv``."""

from __future__ import annotations

import csv
from pathlib import Path

from domain.policies import Policies, build_policies
from domain.rows import Row

DATA = Path(__file__).resolve().parent.parent / "data"
COLUMNS = ["version", "valid_from", "limit", "category", "urgency", "working_days"]


def read_policies(folder: Path = DATA) -> Policies:
    """The policies of ``deadline_policies.csv`` (UTF-8) in ``folder``.

    Raises ``ValueError`` starting with ``deadline_policies.csv:line: `` for a line that cannot
    be used, and ``OSError`` when there is no such file.
    """
    path = folder / "deadline_policies.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = csv.DictReader(file)
        if lines.fieldnames != COLUMNS:
            raise ValueError(f"{path.name}:1: the heading must be {','.join(COLUMNS)}")
        rows = []
        for line in lines:
            row = Row(path.name, lines.line_num, {k: v or "" for k, v in line.items() if k})
            if None in line:
                raise row.error("there are more values than columns")
            rows.append(row)
    return _checked(path.name, rows)


def _checked(name: str, rows: list[Row]) -> Policies:
    try:
        return build_policies(rows)
    except ValueError as error:
        if str(error).startswith(f"{name}:"):
            raise
        raise ValueError(f"{name}: {error}") from error
