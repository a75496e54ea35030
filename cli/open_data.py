"""`lizheng open-data`: a frozen month's anonymised cases as files, as they are published."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.opening import now, with_workshop
from services.archive.open_data import open_files
from services.figures.months import read_month


def open_data(
    month: Annotated[str, typer.Argument(help="A frozen month, YYYY-MM.")],
    to: Annotated[Path, typer.Option(help="The folder to write to; it is made if need be.")],
) -> None:
    """Write a month's open data: cases.csv, cases.parquet and dictionary.json."""
    wanted = read_month(month, now())
    files = with_workshop(lambda shop: open_files(shop.office, shop.store, wanted))
    to.mkdir(parents=True, exist_ok=True)
    for name, body in files.items():
        (to / name).write_bytes(body)
        typer.echo(f"{to / name}  {len(body):,} bytes")
