"""A run, as a job sees it: its time, its counts, its checkpoint, and the fence it writes behind."""

from __future__ import annotations

import traceback
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol, TypeAlias, TypeVar

from domain.problem_cases import SYSTEMATIC, Problem, ProblemCase, Reason
from domain.refusals import Refusal
from domain.runs import MOST_CHANGES, Change, Counts, JobFailed, RunEntry, Trigger
from services.functions.workshop import Workshop
from storage.functions import LeaseLost
from storage.mongo import Session, is_outage

__all__ = ["Change", "Counts", "Job", "LeaseLost", "Ledger", "Run", "spoken"]

T = TypeVar("T")
Write: TypeAlias = Callable[[Session], Awaitable[T]]
"""What is written in one transaction; it may be called again, so it only writes and answers."""


BY_PEOPLE = (Trigger.OPS, Trigger.COMMAND)
AT_ONCE = timedelta(minutes=1)
"""Whoever asks for a run of a time that is longer ago than this means that time."""


class Met(Protocol):
    """A case, as a job meets it: also one that cannot be read."""

    @property
    def id(self) -> str: ...

    @property
    def number(self) -> str: ...

    @property
    def version(self) -> int | None: ...


C = TypeVar("C", bound=Met)


@dataclass(frozen=True, slots=True)
class Aside:
    """What a run puts aside; ``handled`` are the ids of cases that it need not look at any more.

    ``is_complete``: the run went through all there is, so that what it did not meet is gone.
    """

    problems: Sequence[Problem]
    handled: Sequence[str]
    is_complete: bool


class Ledger(Protocol):
    """What a run keeps of itself, and the lease that lets it."""

    async def problem_cases(self, case_ids: Collection[str]) -> Mapping[str, ProblemCase]:
        """What earlier runs of the function put aside of these."""
        ...

    async def put_aside(self, aside: Aside, now: datetime) -> None:
        """Keeps the problems of this run; lets go of the cases that were handled."""
        ...

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
        self._is_first = entry.attempt <= 1
        self._has_met_all = False
        self._problems: list[Problem] = []
        self._tried: set[str] = set()
        self._paused = 0
        self._ledger = ledger
        self._is_over = is_over
        self._clock = None if _is_as_of(entry) else clock
        self._began = self.moment()

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

    async def without_paused(self, cases: Sequence[C]) -> list[C]:
        """Those that are to be tried now: the others are problem cases, put aside for a while.

        To be asked of each page of cases that ``saw`` has counted.
        """
        known = await self._ledger.problem_cases([one.id for one in cases])
        paused = {
            one.id
            for one in cases
            if one.id in known and known[one.id].is_paused(one.version, self._began)
        }
        self.tried(known.keys() - paused)
        self._paused += len(paused)
        self.counts = replace(self.counts, problems=self.counts.problems + len(paused))
        return [one for one in cases if one.id not in paused]

    def problem(self, problem: Problem) -> None:
        """A case that could not be handled is put aside; the job goes on, and succeeds."""
        self._problems.append(problem)
        self.counts = self.counts.with_problem(problem.number, problem.error)

    def count_problem(self, number: str, error: str) -> None:
        """One that is put aside elsewhere, such as a notice with tries of its own."""
        self.counts = self.counts.with_problem(number, error)

    @property
    def is_systematic(self) -> bool:
        """Whether many cases failed and none was handled: that is no fault of the cases."""
        counts, failed = self.counts, len(self._problems)
        return failed >= SYSTEMATIC and not counts.changed and failed + self._paused >= counts.seen

    def tried(self, case_ids: Iterable[str]) -> None:
        """These were put aside and have been tried: unless it failed again, they are handled."""
        self._tried |= set(case_ids)

    def met_all(self) -> None:
        """The job has gone through all there is: what it did not meet is no problem any more."""
        self._has_met_all = self._is_first

    async def put_aside(self) -> None:
        """Keeps the problem cases of this attempt; called once, at its end."""
        handled = self._tried - {one.case_id for one in self._problems}
        aside = Aside(self._problems, sorted(handled), self._has_met_all)
        await self._ledger.put_aside(aside, self._began)

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
    if is_outage(error):
        return f"the database was out of reach or could not write ({type(error).__name__})"
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{_code(error)}{place}"


def problem_with(one: Met, reason: Reason, error: BaseException) -> Problem:
    """The problem of a case that a job stumbled over."""
    return Problem(one.id, one.number, reason, f"{reason.en.lower()}: {spoken(error)}", one.version)


def _code(error: BaseException) -> str:
    """What botocore and the driver know an error by."""
    response = getattr(error, "response", None)
    told = response.get("Error", {}).get("Code") if isinstance(response, dict) else None
    code = told or getattr(error, "code", None)
    return f" {code}" if isinstance(code, str | int) else ""
