"""The clockwork of one machine: it carries out what is due and what ops ask for.

It reads the schedules anew at each look, so that a change counts within a second. Functions run
beside each other, the runs of one function after each other. What is missed while it stands still
is caught up by ``services/functions/schedules.py``; what a dead process left is gone on with.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from domain.runs import RunEntry, RunState, Trigger, is_plausible, read_run_id
from services.functions.clocks import ClockAhead, check_clock
from services.functions.running import Frame, Wanted, run_function
from services.functions.runs import BY_PEOPLE
from services.functions.schedules import due
from services.functions.table import CatchUp
from storage.functions import FunctionState
from storage.mongo import DatabaseFailure

logger = logging.getLogger("lizheng.functions")

MOST_ATTEMPTS = 3
"""Of a run that fails and that no later run stands in for."""
RETRIED_FOR = timedelta(days=1)
LONGEST_DRY_RUN = timedelta(hours=1)
TO_COME = "its time is still to come, or before everything: a clock was wrong"
FORSAKEN = "it ended without a word, or was never begun"


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds: between two looks, between two looks for what others left, and before a retry."""

    look: float = 0.5
    left_over: float = 5.0
    retry: float = 60.0
    end: float = 2.0
    """How long runs have to come to a checkpoint when the clockwork is stopped."""


class Clockwork:
    """Runs functions until it is stopped."""

    def __init__(self, frame: Frame, pace: Pace | None = None) -> None:
        self._frame = replace(frame, is_stopping=lambda: self.is_stopping)
        self._pace = pace or Pace()
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._stopped = asyncio.Event()
        self._left_over_at = float("-inf")
        self._rests_until: dict[str, datetime] = {}

    @property
    def is_stopping(self) -> bool:
        return self._stopped.is_set()

    def stop(self) -> None:
        """Nothing new is begun; what runs comes to its next checkpoint."""
        self._stopped.set()

    async def run(self) -> None:
        """Looks again and again until it is stopped; a database that is away is waited for."""
        while not self.is_stopping:
            pause = self._pace.look
            try:
                await self.look()
            except DatabaseFailure as error:
                logger.warning("the functions wait for the database: %s", type(error).__name__)
            except ClockAhead as error:
                logger.warning("%s", error)
                pause = self._pace.left_over
            with suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._stopped.wait()
        await self._end()

    async def look(self) -> None:
        """Begins what is to be done now: what ops ask for, what is left over, what is due."""
        functions, office, now = self._frame.functions, self._frame.office, self._frame.clock()
        second = now.replace(microsecond=0)  # a run's time: it meets nothing that came later
        await self._look_for_the_gone()
        states = await office.functions.states(functions)
        for entry in await self._open(now):
            state = states.get(entry.name)
            if state is not None and _is_to_go_on(entry, state):
                self._begin(entry.name, self._asked_for(entry))
        new = [name for name, state in states.items() if state.is_new(now)]
        await office.functions.begin(new, now)
        for name, state in states.items():
            times = due(functions[name], state, now)
            if times and state.held_by is None:
                self._begin(name, self._scheduled(state, times))
            elif await self._has_news(state, second):
                self._begin(name, self._for_news(name, second))

    async def _has_news(self, state: FunctionState, now: datetime) -> bool:
        """Whether a change has made work for a function that nobody is at."""
        has_news = self._frame.functions[state.name].has_news
        if has_news is None or not state.enabled or state.held_by or state.name in self._tasks:
            return False
        rested = now >= self._rests_until.get(state.name, now)
        return rested and await has_news(self._frame.office, now)

    def _for_news(self, name: str, now: datetime) -> Callable[[], Awaitable[None]]:
        """A run beside the schedule. What it cannot do yet waits: it does not try at each look."""

        async def work() -> None:
            entry = await run_function(self._frame, Wanted(name, now, Trigger.CHANGE))
            if not entry.counts.changed:
                self._rests_until[name] = now + timedelta(seconds=self._pace.retry)
            _tell(entry)

        return work

    async def idle(self) -> None:
        """Until nothing of what was begun runs any more."""
        while self._tasks:
            await asyncio.gather(*self._tasks.values())

    async def _look_for_the_gone(self) -> None:
        """Leases of processes that have ended on this machine are not waited for.

        Raises ``ClockAhead``: then nothing else is looked for, either.
        """
        loop = asyncio.get_running_loop()
        if loop.time() < self._left_over_at + self._pace.left_over:
            return
        if self._frame.is_checked:
            await check_clock(self._frame.office, self._frame.clock())
        self._left_over_at = loop.time()
        for name in self._frame.functions:
            await self._frame.office.functions.end_if(name, self._frame.is_gone)

    async def _open(self, now: datetime) -> list[RunEntry]:
        """What is to be begun or gone on with in this moment."""
        found = []
        for entry in await self._frame.office.runs.open():
            if not is_plausible(entry.scheduled_for, now):
                await self._frame.office.runs.forsake(entry, TO_COME, now)
            elif self._is_forsaken(entry, now):
                await self._frame.office.runs.forsake(entry, FORSAKEN, now)
            else:
                found.append(entry)
        over = [entry.id for entry in found if self._is_given_up(entry, now)]
        if over:
            await self._frame.office.runs.close(over)
        return [one for one in found if one.id not in over and self._is_ripe(one, now)]

    def _is_forsaken(self, entry: RunEntry, now: datetime) -> bool:
        """One that no lease tells of, and nobody works on: it would be told as running for ever."""
        if entry.dry and entry.state is RunState.RUNNING and entry.started_at is not None:
            return now - entry.started_at > LONGEST_DRY_RUN
        if entry.state is not RunState.REQUESTED or entry.requested_at is None:
            return False
        is_seen_to = _is_asked_for(entry) and entry.name in self._frame.functions
        return not is_seen_to and now - entry.requested_at > RETRIED_FOR

    def _is_given_up(self, entry: RunEntry, now: datetime) -> bool:
        """A failed run that a later one stands in for, or that has failed often enough."""
        if entry.state is not RunState.FAILED or entry.ended_at is None:
            return False
        function = self._frame.functions.get(entry.name)
        is_retried = function is not None and function.catch_up is CatchUp.ALL and not entry.dry
        return (
            not is_retried or entry.attempt >= MOST_ATTEMPTS or now - entry.ended_at > RETRIED_FOR
        )

    def _is_ripe(self, entry: RunEntry, now: datetime) -> bool:
        """A failed run is not tried again at once; what others ask for, they begin themselves."""
        if entry.state is RunState.REQUESTED:
            return _is_asked_for(entry)
        if entry.dry:
            return False
        if entry.state is not RunState.FAILED or entry.ended_at is None:
            return True
        return now - entry.ended_at >= timedelta(seconds=self._pace.retry)

    def _begin(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        """One thing of a function at a time; the next look finds what has to wait."""
        if name in self._tasks or name not in self._frame.functions or self.is_stopping:
            return
        task = asyncio.create_task(self._carry_out(name, work))
        self._tasks[name] = task

    async def _carry_out(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        try:
            await work()
        except DatabaseFailure as error:
            logger.warning("%s waits for the database: %s", name, type(error).__name__)
        finally:
            del self._tasks[name]

    def _asked_for(self, entry: RunEntry) -> Callable[[], Awaitable[None]]:
        """A run that lies in the ledger."""
        _, _, label = read_run_id(entry.id)
        wanted = Wanted(entry.name, entry.scheduled_for, entry.trigger, label, entry.requested_by)

        async def work() -> None:
            await self._to_its_end(wanted)

        return work

    def _scheduled(
        self, state: FunctionState, times: Sequence[datetime]
    ) -> Callable[[], Awaitable[None]]:
        """Scheduled times, in order; each is seen to when its run has ended."""

        async def work() -> None:
            for at in times:
                if self.is_stopping:
                    return
                entry = await self._to_its_end(Wanted(state.name, at, Trigger.SCHEDULE))
                if not entry.state.is_over:
                    return  # another process is at this function: a later look goes on from here
                await self._frame.office.functions.cover(state.name, at)

        return work

    async def _to_its_end(self, wanted: Wanted) -> RunEntry:
        entry = await run_function(self._frame, wanted)
        _tell(entry)
        return entry

    async def _end(self) -> None:
        """Whoever does not come to a checkpoint in time is interrupted, and says so."""
        tasks = list(self._tasks.values())
        if not tasks:
            return
        _, late = await asyncio.wait(tasks, timeout=self._pace.end)
        for task in late:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _is_asked_for(entry: RunEntry) -> bool:
    """Ops laid it into the ledger for the clockwork to find."""
    return entry.state is RunState.REQUESTED and entry.trigger is Trigger.OPS


def _is_to_go_on(entry: RunEntry, state: FunctionState) -> bool:
    """Not while somebody is at the function; nor while it is paused, unless people want it."""
    if _is_asked_for(entry):
        return True
    return state.held_by is None and (state.enabled or entry.trigger in BY_PEOPLE)


def _tell(entry: RunEntry) -> None:
    """One line for each run that had something to do or went wrong."""
    counts = entry.counts
    if entry.state is RunState.SUCCEEDED and not counts.changed:
        return
    fields = {
        "run": entry.id,
        "state": entry.state.value,
        "attempt": entry.attempt,
        "seen": counts.seen,
        "changed": counts.changed,
        "skipped": counts.skipped,
        "failed": counts.failed,
        "problems": counts.problems,
        "error": entry.error,
    }
    level = logging.INFO if entry.state is RunState.SUCCEEDED else logging.WARNING
    logger.log(level, "run ended", extra={"fields": fields})
