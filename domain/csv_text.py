"""The one writer of CSV for all that goes out.

People open a file with a spreadsheet: theirs begins with a byte order mark, or Chinese Excel
shows nonsense; its lines end as RFC 4180 has it; and no cell is taken for a formula, because what
stands in it may come from strangers (OWASP, "CSV Injection"). Machines read the values as they
are: theirs has neither mark nor quotation against formulas.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable

BYTE_ORDER_MARK = "\ufeff"
_BEGINS_FORMULA = frozenset("=+-@＝＋－＠\t\r\n|%")
_NUMBER = re.compile(r"[+-]?[0-9]{1,20}(?:\.[0-9]{1,20})?%?")


def format_for_people(rows: Iterable[Iterable[object]]) -> str:
    """The rows, the head first, for a spreadsheet. None is an empty cell."""
    safe = ([_disarm(cell) for cell in row] for row in rows)
    return BYTE_ORDER_MARK + _format(safe, "\r\n")


def format_for_machines(rows: Iterable[Iterable[object]]) -> str:
    """The rows as they are, in UTF-8 without a mark once they are encoded; lines end in LF."""
    return _format(rows, "\n")


def _format(rows: Iterable[Iterable[object]], line_end: str) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator=line_end).writerows(rows)
    return out.getvalue()


def _disarm(cell: object) -> object:
    """A text that would be a formula, with the apostrophe that makes it text."""
    if not isinstance(cell, str) or _NUMBER.fullmatch(cell):
        return cell
    is_formula = cell[:1] in _BEGINS_FORMULA or cell.lstrip()[:1] in _BEGINS_FORMULA
    return f"'{cell}" if cell and is_formula else cell
