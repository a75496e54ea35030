"""Documents that are written from the code."""

from __future__ import annotations

from pathlib import Path

from domain.diagram import workflow_page

WORKFLOW_PAGE = Path(__file__).resolve().parent.parent / "docs" / "workflow.md"


def write_workflow_page() -> Path:
    """Writes ``docs/workflow.md`` from the process table; answers where it is."""
    WORKFLOW_PAGE.write_text(workflow_page(), encoding="utf-8", newline="\n")
    return WORKFLOW_PAGE
