"""Functions and their runs as tables, in the city's time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from rich import box
from rich.console import Console
from rich.table import Table

from domain.calendar import CITY_TIME
from domain.runs import RunEntry, RunState
from services.functions.ops import Overview

MOST_TOLD = 1_000
"""Changes that a terminal shows of a dry run; the API has all that are kept."""
NARROWEST = 120
"""Where nobody looks at a terminal: a line of a table is one line of text."""


def tell_run(entry: RunEntry) -> None:
    """Everything about one run."""
    grid = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    for name, value in _facts(entry):
        grid.add_row(name, value)
    console = _console()
    console.print(grid, markup=False)
    if entry.changes:
        _tell_changes(console, entry)


def tell_functions(found: Iterable[Overview]) -> None:
    """One line for each function."""
    typed = ("function", "schedule")
    table = _table(*typed, "time zone", "enabled", "next run", "last run", typed=typed)
    for one in found:
        last = one.last_run
        table.add_row(
            one.function.name,
            one.schedule.cron,
            one.schedule.timezone,
            "yes" if one.enabled else "paused",
            _time(one.next_run_at),
            "–" if last is None else f"{_time(last.scheduled_for)} {_state(last)}",
        )
    _console().print(table)


def tell_runs(entries: Sequence[RunEntry]) -> None:
    """One line for each run."""
    counted = ("seen", "changed", "skipped", "failed", "problems")
    table = _table("run for", "state", *counted, "by", "error", typed=("run for",))
    for entry in entries:
        counts = entry.counts
        numbers = (counts.seen, counts.changed, counts.skipped, counts.failed, counts.problems)
        by = entry.trigger.lower() + (", dry" if entry.dry else "")
        table.add_row(
            _time(entry.scheduled_for),
            _state(entry),
            *(str(number) for number in numbers),
            by,
            entry.error or "",
        )
    _console().print(table)


def _facts(entry: RunEntry) -> Iterable[tuple[str, str]]:
    counts = entry.counts
    yield "function", entry.name + (" (dry run)" if entry.dry else "")
    yield "run for", _time(entry.scheduled_for)
    yield "state", _state(entry)
    yield "attempt", f"{entry.attempt}, from {_time(entry.started_at)} to {_time(entry.ended_at)}"
    changed = "would change" if entry.dry else "changed"
    yield "seen", str(counts.seen)
    yield changed, str(counts.changed)
    yield "skipped", str(counts.skipped)
    yield "failed", str(counts.failed)
    yield "problems", str(counts.problems)
    if entry.error is not None:
        yield "error", entry.error
    for error in counts.errors:
        yield "", error


def _tell_changes(console: Console, entry: RunEntry) -> None:
    table = _table("number", "action", typed=("number",))
    for change in entry.changes[:MOST_TOLD]:
        table.add_row(change.number, change.action)
    console.print(table)
    untold = entry.counts.changed - min(len(entry.changes), MOST_TOLD)
    if untold:
        console.print(f"and {untold} more")


def _state(entry: RunEntry) -> str:
    """As others are told it; whether there is more to come."""
    state = entry.state if entry.state.is_over else RunState.RUNNING
    return f"{state}, to be continued" if entry.is_to_be_continued else str(state)


def _time(moment: datetime | None) -> str:
    return "–" if moment is None else f"{moment.astimezone(CITY_TIME):%Y-%m-%d %H:%M:%S}"


def _table(*columns: str, typed: Sequence[str]) -> Table:
    """What people type is never broken; the other columns are, where a terminal is narrow."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold", no_wrap=column in typed)
    return table


def _console() -> Console:
    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=NARROWEST)
