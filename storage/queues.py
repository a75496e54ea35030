"""How long each queue is, and how urgent its head: what the metrics ask, within bounds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.words import Stage
from storage.case_documents import NEVER
from storage.cases import COLLECTION
from storage.mongo import Database

MOST_COUNTED = 10_000
"""A longer queue is told as this long: counting must not cost what exists."""
MOST_MILLISECONDS = 2_000

MOST_OVERDUE = 100_000
"""What a figure that rises or falls is counted up to."""

QUEUES: Sequence[Stage] = tuple(
    stage for stage in Stage if stage not in (Stage.CONCLUSION, Stage.ARCHIVE)
)
"""The stages that a case waits in."""


@dataclass(frozen=True, slots=True)
class Queue:
    """One stage's queue. ``submitted_at`` and ``due_at`` are of its head: due before all others.

    ``due_at`` is None for a head that has no date; both are None in an empty queue.
    """

    stage: Stage
    count: int
    submitted_at: datetime | None = None
    due_at: datetime | None = None


async def read_queues(database: Database) -> list[Queue]:
    """Every queue, each by one bounded count and one look at its head along the index."""
    return [await _read_queue(database, stage) for stage in QUEUES]


async def _read_queue(database: Database, stage: Stage) -> Queue:
    collection = database[COLLECTION]
    mine = {"stage": stage.value}
    count = await collection.count_documents(mine, limit=MOST_COUNTED, maxTimeMS=MOST_MILLISECONDS)
    if not count:
        return Queue(stage, 0)
    head = await collection.find_one(
        mine,
        ["submitted_at", "due_at"],
        sort=[("due_at", 1)],
        max_time_ms=MOST_MILLISECONDS,
    )
    if head is None:
        return Queue(stage, 0)
    due_at = None if head["due_at"] >= NEVER else head["due_at"]
    return Queue(stage, count, head["submitted_at"], due_at)


class Lateness:
    """How late the city is, as one figure."""

    def __init__(self, database: Database) -> None:
        self._cases = database[COLLECTION]

    async def overdue(self, now: datetime) -> int:
        """How many open cases are past the limit of their stage, up to ``MOST_OVERDUE``."""
        late = {"due_at": {"$lt": now}}
        return await self._cases.count_documents(
            late, limit=MOST_OVERDUE, maxTimeMS=MOST_MILLISECONDS
        )
