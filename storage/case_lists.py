"""Which cases a list asks for, as a MongoDB filter and a sort."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from domain.words import (
    Channel,
    DeadlineState,
    LetterKind,
    MailboxLevel,
    Stage,
    Urgency,
)
from storage.case_documents import NEVER
from storage.mongo import Document
from storage.pages import Sort, SortKey


class CaseOrder(StrEnum):
    """How a queue is sorted."""

    DUE_FIRST = "DUE_FIRST"
    NEWEST_FIRST = "NEWEST_FIRST"
    OLDEST_FIRST = "OLDEST_FIRST"


LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)
"""What is later than this is there at all: an index can tell."""

SORTS: Mapping[CaseOrder, Sort] = {
    CaseOrder.DUE_FIRST: (SortKey("due_at", datetime), SortKey("_id")),
    CaseOrder.NEWEST_FIRST: (
        SortKey("submitted_at", datetime, descending=True),
        SortKey("_id", descending=True),
    ),
    CaseOrder.OLDEST_FIRST: (SortKey("submitted_at", datetime), SortKey("_id")),
}


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """What a list is narrowed by; None and empty mean anything.

    ``unit`` is a unit's code and takes the units below along; ``search`` is words of title,
    body or number; times are aware, ``submitted_to`` is not part of the span. ``awaits_call``:
    a clerk is to telephone its writer.
    """

    stages: Sequence[Stage] = ()
    mailbox: str | None = None
    unit: str | None = None
    level: MailboxLevel | None = None
    deadline_state: DeadlineState | None = None
    urgency: Urgency | None = None
    channel: Channel | None = None
    kind: LetterKind | None = None
    search: str | None = None
    submitted_from: datetime | None = None
    submitted_to: datetime | None = None
    awaits_call: bool | None = None

    def criteria(self, now: datetime) -> list[Document]:
        """Its parts as MongoDB filters, ``search`` apart; ``now`` is what deadlines are held to."""
        words = {
            "level": self.level,
            "urgency": self.urgency,
            "channel": self.channel,
            "kind": self.kind,
        }
        parts: list[Document] = [
            {field: word.value} for field, word in words.items() if word is not None
        ]
        if self.stages:
            names = [stage.value for stage in self.stages]
            parts.append({"stage": names[0] if len(names) == 1 else {"$in": names}})
        if self.mailbox is not None:
            parts.append({"mailbox": self.mailbox})
        if self.unit is not None:
            parts.append({"seen_by": self.unit})
        if self.deadline_state is not None:
            parts.append(_STATES[self.deadline_state](now))
        if self.awaits_call is not None:
            parts.append({"call_at": {"$gt": LONG_AGO} if self.awaits_call else None})
        return parts + self._span()

    def _span(self) -> list[Document]:
        bounds = {"$gte": self.submitted_from, "$lt": self.submitted_to}
        span = {operator: at for operator, at in bounds.items() if at is not None}
        return [{"submitted_at": span}] if span else []


def _not_held(now: datetime) -> Document:
    return {"$or": [{"held_until": None}, {"held_until": {"$lte": now}}]}


# The same as ``deadlines.state`` says of the stage's clock, asked of what is stored.
_STATES: Mapping[DeadlineState, Callable[[datetime], Document]] = {
    DeadlineState.OVERDUE: lambda now: {"due_at": {"$lt": now}},
    DeadlineState.STOPPED: lambda now: {"due_at": {"$gte": now}, "held_until": {"$gt": now}},
    DeadlineState.WARNED: lambda now: {
        "due_at": {"$gte": now},
        "warn_at": {"$lte": now},
        **_not_held(now),
    },
    DeadlineState.RUNNING: lambda now: {
        "due_at": {"$lt": NEVER},
        "warn_at": {"$gt": now},
        **_not_held(now),
    },
    DeadlineState.MET: lambda now: {"due_at": NEVER},
}
