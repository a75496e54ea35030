"""A ledger entry as a document and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from domain.runs import Change, Counts, RunEntry, RunState, Trigger
from storage.mongo import Document

KEPT = timedelta(days=400)

FIELDS = (
    *("name", "scheduled_for", "state", "trigger", "dry", "attempt", "requested_at"),
    *("requested_by", "started_at", "ended_at", "counts", "problems", "error", "reached", "fence"),
)
"""Of an entry that is shown in a list."""


def run_document(entry: RunEntry) -> Document:
    """A run that has not begun, without its id."""
    return {
        "name": entry.name,
        "scheduled_for": entry.scheduled_for,
        "state": entry.state,
        "trigger": entry.trigger,
        "dry": entry.dry,
        "open": True,
        "attempt": entry.attempt,
        "requested_at": entry.requested_at,
        "requested_by": entry.requested_by,
        "started_at": None,
        "ended_at": None,
        "counts": counts_document(entry.counts),
        "problems": entry.counts.problems,
        "error": None,
        "reached": None,
        "fence": None,
        "changes": [],
    }


def failed_fields(error: str, now: datetime) -> Document:
    """What is set where nobody is there to end a run."""
    return {
        "state": RunState.FAILED,
        "error": error,
        "ended_at": now,
        "expires_at": now + KEPT,
    }


def counts_document(counts: Counts) -> Document:
    """Without the problem cases: the last release knows no such count and reads no other."""
    return {
        "seen": counts.seen,
        "changed": counts.changed,
        "skipped": counts.skipped,
        "failed": counts.failed,
        "errors": list(counts.errors),
    }


def _read_counts(counts: Mapping[str, Any], problems: int) -> Counts:
    return Counts(**{**counts, "errors": tuple(counts["errors"])}, problems=problems)


def entry_or_none(document: Mapping[str, Any] | None) -> RunEntry | None:
    """The entry, of what was found."""
    return None if document is None else read_run(document)


def read_run(document: Mapping[str, Any]) -> RunEntry:
    """The entry in a document; without its changes where those were not fetched."""
    counts = document["counts"]
    changes: Sequence[Sequence[str]] = document.get("changes", ())
    return RunEntry(
        id=document["_id"],
        name=document["name"],
        scheduled_for=document["scheduled_for"],
        state=RunState(document["state"]),
        trigger=Trigger(document["trigger"]),
        dry=document["dry"],
        attempt=document["attempt"],
        requested_at=document["requested_at"],
        requested_by=document["requested_by"],
        started_at=document["started_at"],
        ended_at=document["ended_at"],
        counts=_read_counts(counts, document.get("problems", 0)),
        error=document["error"],
        checkpoint=(document["reached"] or {}).get("checkpoint"),
        fence=document["fence"],
        changes=[Change(*one) for one in changes],
    )
