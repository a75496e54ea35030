"""How far long work has come: on standard error, so that standard output has the result alone."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Awaitable
from typing import Any, TypeVar

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    TaskID,
    TaskProgressColumn,
    TextColumn,
    TimeElapsedColumn,
)

T = TypeVar("T")
SECONDS = 10.0
"""Between two lines, where nobody watches a terminal."""


class LineProgress(Progress):
    """A bar at a terminal; elsewhere a line now and then, such as a log can keep."""

    told_at = float("-inf")

    def update(self, task_id: TaskID, **changed: Any) -> None:
        """Tells of the task when the last line is ``SECONDS`` old, and always when it begins."""
        super().update(task_id, **changed)
        self._tell(task_id)

    def advance(self, task_id: TaskID, advance: float = 1) -> None:
        super().advance(task_id, advance)
        self._tell(task_id)

    def _tell(self, task_id: TaskID) -> None:
        if self.console.is_terminal or time.monotonic() < self.told_at + SECONDS:
            return
        self.told_at = time.monotonic()
        task = self._tasks[task_id]
        done = f"{task.completed:,.0f} so far" if task.total is None else f"{task.percentage:.0f} %"
        typer.echo(f"{task.description}: {done}", err=True)


def progress_bar(*, is_counted: bool = False) -> Progress:
    """How far, and how long it took; ``is_counted``: in numbers instead of a share."""
    console = Console(stderr=True)
    share: ProgressColumn = MofNCompleteColumn() if is_counted else TaskProgressColumn()
    return LineProgress(
        TextColumn("{task.description}"),
        BarColumn(),
        share,
        TimeElapsedColumn(),
        console=console,
        disable=not console.is_terminal,
        redirect_stdout=sys.stdout.isatty(),  # what goes into a file stays out of the bar's way
    )


async def tell_while(work: Awaitable[T], what: str) -> T:
    """What the work answers; every ``SECONDS`` a line says that it goes on."""
    began, running = time.monotonic(), asyncio.ensure_future(work)
    try:
        while not (await asyncio.wait({running}, timeout=SECONDS))[0]:
            typer.echo(f"{what}: {time.monotonic() - began:.0f} seconds so far …", err=True)
        return running.result()
    finally:
        running.cancel()
