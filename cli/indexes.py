"""`lizheng indexes`: the database's indexes as they are declared."""

from __future__ import annotations

import typer

from cli.opening import with_database
from storage.indexes import DECLARED, ensure_indexes


def indexes() -> None:
    """Create the indexes that are missing and replace those that are declared differently."""
    created = with_database(ensure_indexes)
    for name in created:
        typer.echo(name)
    typer.echo(f"{len(created)} created, {len(DECLARED) - len(created)} there already")
