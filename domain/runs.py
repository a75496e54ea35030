"""Runs of the scheduled functions, as the ledger keeps them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

MOST_ERRORS = 20
"""A ledger entry says this many of what failed; the count says how many there were."""
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
"""No run is of an earlier time: there was nothing to run for."""
AHEAD = timedelta(hours=1)
"""So far two clocks may be apart."""
MOST_CHANGES = 10_000
"""A dry run shows this many of what it would change; the count says how many there were."""


def is_plausible(at: datetime, now: datetime) -> bool:
    """Whether a run can be of this time: neither before everything, nor to come."""
    return EARLIEST <= at <= now + AHEAD


class JobFailed(Exception):
    """A job cannot go on. The message is for ops: it names no person and quotes no letter."""


class RunState(StrEnum):
    """How far a run got. REQUESTED is told as RUNNING: it will be, within a moment."""

    REQUESTED = "REQUESTED"
    RUNNING = "RUNNING"
    SUCCEEDED = "SUCCEEDED"
    PARTIAL = "PARTIAL"
    FAILED = "FAILED"
    SKIPPED = "SKIPPED"

    @property
    def is_over(self) -> bool:
        """Whether nobody works on it now."""
        return self not in (RunState.REQUESTED, RunState.RUNNING)


class ShownRunState(StrEnum):
    """A run's state as others are told it."""

    RUNNING = "RUNNING"
    SUCCEEDED = "SUCCEEDED"
    PARTIAL = "PARTIAL"
    FAILED = "FAILED"
    SKIPPED = "SKIPPED"


class Trigger(StrEnum):
    """What made a run."""

    SCHEDULE = "SCHEDULE"
    CHANGE = "CHANGE"
    """Something was written that it is to see to, and its next time is too far away."""
    OPS = "OPS"
    COMMAND = "COMMAND"


class Change(NamedTuple):
    """What a dry run would have done to the case with this number."""

    number: str
    action: str


@dataclass(frozen=True, slots=True)
class Counts:
    """What a run has met so far: cases, messages, or whatever it goes through."""

    seen: int = 0
    changed: int = 0
    skipped: int = 0
    failed: int = 0
    errors: tuple[str, ...] = ()
    """The first of what failed and of the problem cases, as ``number: error``."""
    problems: int = 0
    """Problem cases: put aside now, or passed over until they are tried again."""

    def failing(self, number: str, error: str) -> Counts:
        """One more failure."""
        return replace(self._naming(number, error), failed=self.failed + 1)

    def with_problem(self, number: str, error: str) -> Counts:
        """One more problem case that was put aside."""
        return replace(self._naming(number, error), problems=self.problems + 1)

    def _naming(self, number: str, error: str) -> Counts:
        if len(self.errors) >= MOST_ERRORS:
            return self
        return replace(self, errors=(*self.errors, f"{number}: {error}"))


@dataclass(frozen=True, slots=True)
class RunEntry:
    """A ledger entry. Times are aware, in UTC; ``scheduled_for`` in whole seconds.

    ``started_at`` and ``ended_at`` are the last attempt's. ``checkpoint`` is what an attempt that
    stopped before the end saved last: not None says that the run is to be continued.
    """

    id: str
    name: str
    scheduled_for: datetime
    state: RunState
    trigger: Trigger
    dry: bool = False
    attempt: int = 0
    requested_at: datetime | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    counts: Counts = field(default_factory=Counts)
    error: str | None = None
    checkpoint: Mapping[str, Any] | None = None
    fence: int | None = None
    requested_by: str | None = None
    changes: Sequence[Change] = ()

    @property
    def is_to_be_continued(self) -> bool:
        """Whether it stopped before its end, and says where."""
        return self.state is RunState.PARTIAL and self.checkpoint is not None


def run_id(name: str, scheduled_for: datetime, dry: str = "") -> str:
    """The key of a run: the function's name and the scheduled time in UTC.

    ``dry``: what sets a dry run apart; it leaves the key free.
    """
    moment = scheduled_for.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat()
    return f"{name}@{moment}Z" + (f"~{dry}" if dry else "")


def read_run_id(text: str) -> tuple[str, datetime, str]:
    """Name, scheduled time and what sets a dry run apart; ``ValueError`` for what is no run's."""
    name, _, rest = text.partition("@")
    moment, _, dry = rest.partition("~")
    return name, datetime.fromisoformat(moment), dry
