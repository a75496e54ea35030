"""`lizheng schema`: the files that are written from the code."""

from __future__ import annotations

from pathlib import Path

import typer

from cli.client_folder import write_client_files
from cli.documents import write_workflow_page

SDL = Path(__file__).resolve().parent.parent / "schema" / "schema.graphql"


def schema() -> None:
    """Write schema/schema.graphql, schema/clients/*.json and docs/workflow.md from the code."""
    from api.schema import sdl

    SDL.write_text(sdl(), encoding="utf-8", newline="\n")
    for path in (SDL, *write_client_files(), write_workflow_page()):
        typer.echo(path)
