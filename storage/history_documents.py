"""The history and the clocks of a case as documents and back."""

from __future__ import annotations

from typing import Any

from domain.deadlines import Clock, Pause, PauseKind
from domain.history import Entry
from domain.policies import Limit
from domain.words import Role, Stage
from domain.workflow import Action
from storage.mongo import Document


def entry_document(entry: Entry) -> Document:
    """One entry of a history, as it is stored."""
    return {
        "at": entry.at,
        "action": entry.action.value if entry.action else None,
        "stage": entry.stage.value,
        "role": entry.role.value,
        "subject": entry.subject,
        "unit": entry.unit,
        "note": entry.note,
        "details": dict(entry.details),
        "seal": entry.seal,
    }


def read_entry(document: Document) -> Entry:
    """One entry of a history."""
    return Entry(
        at=document["at"],
        action=Action[document["action"]] if document["action"] else None,
        stage=Stage[document["stage"]],
        role=Role[document["role"]],
        subject=document["subject"],
        unit=document["unit"],
        note=document["note"],
        details=document["details"],
        seal=document["seal"],
    )


def clock_document(clock: Clock) -> Document:
    """One clock, as it is stored."""
    return {
        "started_at": clock.started_at,
        "days": clock.days,
        "extended": clock.extended,
        "pauses": [
            {
                "kind": pause.kind.value,
                "from_at": pause.from_at,
                "to_at": pause.to_at,
                "until": pause.until,
                "reason": pause.reason,
            }
            for pause in clock.pauses
        ],
        "met_at": clock.met_at,
        "due_at": clock.due_at,
        "warn_at": clock.warn_at,
        "provisional": clock.provisional,
        "calendar_version": clock.calendar_version,
    }


def read_clocks(document: Document) -> dict[Limit, Clock]:
    """Every clock of a case."""
    return {Limit[limit]: _read_clock(clock) for limit, clock in document["clocks"].items()}


def _read_clock(document: dict[str, Any]) -> Clock:
    pauses = tuple(
        Pause(**{**pause, "kind": PauseKind[pause["kind"]]}) for pause in document["pauses"]
    )
    return Clock(**{**document, "pauses": pauses})
