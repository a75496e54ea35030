"""A ledger entry in the words of JSON."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from domain.runs import RunEntry


def told(entry: RunEntry) -> dict[str, Any]:
    """The entry, by the names that the API gives its fields; times in ISO 8601, in UTC."""
    counts = entry.counts
    return {
        "id": entry.id,
        "name": entry.name,
        "scheduledFor": _time(entry.scheduled_for),
        "startedAt": _time(entry.started_at),
        "endedAt": _time(entry.ended_at),
        "state": entry.state.value,
        "dryRun": entry.dry,
        "attempt": entry.attempt,
        "trigger": entry.trigger.value,
        "requestedBy": entry.requested_by,
        "seen": counts.seen,
        "changed": counts.changed,
        "skipped": counts.skipped,
        "failed": counts.failed,
        "problems": counts.problems,
        "error": entry.error,
        "errors": list(counts.errors),
        "toBeContinued": entry.is_to_be_continued,
    }


def _time(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
