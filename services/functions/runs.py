"""A run, as a job sees it: its time, its counts, its checkpoint, and the fence it writes behind."""

from __future__ import annotations

import traceback
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol, TypeAlias, TypeVar

from domain.refusals import Refusal
from domain.runs import MOST_CHANGES, Change, Counts, JobFailed, RunEntry, Trigger
from services.functions.workshop import Workshop
from storage.functions import LeaseLost
from storage.mongo import OUTAGES, Session

__all__ = ["Change", "Counts", "Job", "LeaseLost", "Ledger", "Run", "spoken"]

T = TypeVar("T")
Write: TypeAlias = Callable[[Session], Awaitable[T]]
"""What is written in one transaction; it may be called again, so it only writes and answers."""


BY_PEOPLE = (Trigger.OPS, Trigger.COMMAND)
AT_ONCE = timedelta(minutes=1)
"""Whoever asks for a run of a time that is longer ago than this means that time."""


class Ledger(Protocol):
    """What a run keeps of itself, and the lease that lets it."""

    async def reached(self, counts: Counts, checkpoint: Mapping[str, Any] | None) -> None:
        """Renews the lease and saves both; raises ``LeaseLost``."""
        ...

    async def write(self, work: Write[T]) -> T:
        """Carries ``work`` out in a transaction behind the fence; raises ``LeaseLost``."""
        ...


class Run:
    """One attempt of one run.

    ``now`` is the scheduled time, aware, in UTC: the job's only clock. ``checkpoint`` is what an
    earlier attempt of the same run saved last. ``dry``: the job writes nothing and says what it
    would write with ``changed``.
    """

    def __init__(
        self,
        entry: RunEntry,
        ledger: Ledger,
        is_over: Callable[[], bool],
        clock: Callable[[], datetime],
    ) -> None:
        self.id = entry.id
        self.name = entry.name
        self.now: datetime = entry.scheduled_for
        self.dry = entry.dry
        self.checkpoint = entry.checkpoint
        self.counts = entry.counts
        self.changes: list[Change] = []
        self.has_stopped = False
        self._ledger = ledger
        self._is_over = is_over
        self._clock = None if _is_as_of(entry) else clock

    @property
    def is_as_of(self) -> bool:
        """Whether somebody asked for an earlier time: what is sent then would bear a wrong one."""
        return self._clock is None

    def has_time(self) -> bool:
        """Whether there is time for another batch.

        When not, the job saves where it is with ``reached`` and returns; the run ends PARTIAL
        and is continued from there.
        """
        self.has_stopped = self.has_stopped or self._is_over()
        return not self.has_stopped

    def moment(self) -> datetime:
        """What the clocks of people say, for what must not reach them at night; aware, in UTC.

        A run that came late, or was interrupted, may be carried out hours after its time. Only
        when somebody asked for a run of an earlier time it is ``now`` all along.
        """
        return self.now if self._clock is None else max(self.now, self._clock())

    def saw(self, count: int = 1) -> None:
        """So many more were looked at."""
        self.counts = replace(self.counts, seen=self.counts.seen + count)

    def skipped(self, count: int = 1) -> None:
        """So many more were left as they are."""
        self.counts = replace(self.counts, skipped=self.counts.skipped + count)

    def changed(self, number: str, action: str) -> None:
        """One was changed; in a dry run: one would be."""
        self.counts = replace(self.counts, changed=self.counts.changed + 1)
        if self.dry and len(self.changes) < MOST_CHANGES:
            self.changes.append(Change(number, action))

    def failed(self, number: str, error: object) -> None:
        """One could not be handled, for this exception or these words; the job goes on."""
        words = spoken(error) if isinstance(error, BaseException) else str(error)
        self.counts = self.counts.failing(number, words)

    async def reached(self, checkpoint: Mapping[str, Any]) -> None:
        """Saves counts and checkpoint and renews the lease; raises ``LeaseLost``."""
        self.checkpoint = checkpoint
        await self._ledger.reached(self.counts, checkpoint)

    async def write(self, work: Write[T]) -> T:
        """What ``work(session)`` answers, carried out in a MongoDB transaction behind the fence.

        Everything that a job writes to the database it writes so, with ``session=session``. The
        transaction is carried out again when another writer was in its way: ``work`` may be called
        several times, and what it counts belongs after it. Raises ``LeaseLost``, with nothing
        written, when another run holds this function. A dry run must not come here.
        """
        assert not self.dry, "a dry run writes nothing"  # noqa: S101  # a mistake of the job's
        return await self._ledger.write(work)


def _is_as_of(entry: RunEntry) -> bool:
    asked_at = entry.requested_at or entry.scheduled_for
    return entry.trigger in BY_PEOPLE and asked_at - entry.scheduled_for >= AT_ONCE


Job: TypeAlias = Callable[[Workshop, Run], Awaitable[None]]


def spoken(error: BaseException) -> str:
    """What a ledger says of an error: never a message that may quote somebody's letter."""
    if isinstance(error, Refusal | JobFailed):
        return str(error)
    if isinstance(error, OUTAGES):
        return f"the database was out of reach ({type(error).__name__})"
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{_code(error)}{place}"


def _code(error: BaseException) -> str:
    """What botocore and the driver know an error by."""
    response = getattr(error, "response", None)
    told = response.get("Error", {}).get("Code") if isinstance(response, dict) else None
    code = told or getattr(error, "code", None)
    return f" {code}" if isinstance(code, str | int) else ""
