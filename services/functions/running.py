"""Carrying a run out: ledger entry, lease, job, end. The same for every trigger."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from domain.refusals import NotFound
from domain.runs import RunEntry, RunState, Trigger, read_run_id, run_id
from domain.spelling import did_you_mean, nearest
from services.functions.ledgers import DryLedger, HeldLedger
from services.functions.runs import Ledger, Run, spoken
from services.functions.table import FUNCTIONS, CatchUp, Function
from services.functions.workshop import Workshop
from services.office import Office
from storage.functions import Lease, LeaseLost
from storage.mongo import DatabaseFailure, is_outage

PAUSED = "this function is paused"
LEASE_RAN_OUT = "it ended without a word; its lease ran out and another run took over"
SYSTEMATIC_FAILURE = "none of its many cases could be handled: the function is at fault, not they"
INTERRUPTED = "it was interrupted before its end"
OUTAGE_PAUSE = 1.0
"""Seconds between two tries to write the end of a run down, while the database is away."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A run that somebody wants.

    ``at`` is the run's time and its key, taken in whole seconds. ``label`` sets a dry run apart
    from others of the same time; a run that is not dry has none.
    """

    name: str
    at: datetime
    trigger: Trigger
    label: str = ""
    requested_by: str | None = None

    @property
    def id(self) -> str:
        return run_id(self.name, self.at, self.label)


@dataclass(frozen=True, slots=True)
class Terms:
    """Seconds: how long a lease lives, how often it is renewed, and what is left for an end."""

    lease: float = 90
    renewal: float = 20
    margin: float = 30
    outage: float = 75
    """How long an ended run waits for a database that is away."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What a run is carried out in.

    ``clock`` is the composition root's; ``seconds`` the time limit it was given (None: none);
    ``is_stopping`` tells that the process is to end. ``process`` says who it is, and ``is_gone``
    whether another one has ended for certain: its lease need not be waited for. ``is_checked``:
    the clock is a machine's, and compared with the database's.
    """

    workshop: Workshop
    clock: Callable[[], datetime]
    seconds: float | None = None
    is_stopping: Callable[[], bool] = lambda: False
    process: str = ""
    is_gone: Callable[[str], bool] = lambda _: False
    is_checked: bool = False
    terms: Terms = Terms()
    functions: Mapping[str, Function] = field(default_factory=lambda: FUNCTIONS)

    @property
    def office(self) -> Office:
        return self.workshop.office


def new_entry(wanted: Wanted, now: datetime) -> RunEntry:
    """An entry for a run that has not begun."""
    return RunEntry(
        id=wanted.id,
        name=wanted.name,
        scheduled_for=wanted.at.astimezone(UTC).replace(microsecond=0),
        state=RunState.REQUESTED,
        trigger=wanted.trigger,
        dry=bool(wanted.label),
        requested_at=now,
        requested_by=wanted.requested_by,
    )


def event_of(entry: RunEntry) -> dict[str, Any]:
    """What a function is told to do: this run, or the rest of it. JSON."""
    _, _, label = read_run_id(entry.id)
    return {
        "runId": entry.id,
        "at": entry.scheduled_for.astimezone(UTC).isoformat(),
        "dryRun": entry.dry,
        "label": label,
        "trigger": entry.trigger.value,
        "requestedBy": entry.requested_by,
    }


def function_named(name: str, functions: Mapping[str, Function] = FUNCTIONS) -> Function:
    """The function; ``NotFound`` naming ``name``."""
    if name not in functions:
        meant = nearest(name, functions)
        raise NotFound(
            f"没有函数“{name[:50]}”。{f'是否为{meant}？' if meant else ''}",
            f"There is no function {name[:50]!r}.{did_you_mean(name, functions)}",
            "name",
        )
    return functions[name]


async def run_function(frame: Frame, wanted: Wanted) -> RunEntry:
    """Carries out a run unless that was done; its ledger entry afterwards.

    Finished runs are not repeated; what failed or stopped goes on from its checkpoint; what
    another process works on is left to it. The entry of a run that a job raised in is FAILED:
    nothing is raised for it. Raises ``NotFound`` for a name that no function has, and the
    driver's errors when the ledger is out of reach.
    """
    function_named(wanted.name, frame.functions)
    runs = frame.office.runs
    entry = await runs.opened(new_entry(wanted, frame.clock()))
    if entry.dry:
        begun = await runs.begin(entry, wanted.trigger, None, frame.clock())
        ledger = DryLedger(frame.office, entry)
        return entry if begun is None else await _carried_out(frame, begun, ledger)
    if _is_done(entry, wanted.trigger):
        return entry
    if wanted.trigger is Trigger.SCHEDULE and not entry.attempt and await _is_paused(frame, entry):
        return await runs.skip(entry, PAUSED, frame.clock()) or await _reread(frame, entry)
    return await _with_lease(frame, entry, wanted.trigger)


def _is_done(entry: RunEntry, trigger: Trigger) -> bool:
    """A run that was skipped did nothing: somebody who asks for it by hand gets it."""
    if entry.state is RunState.SKIPPED:
        return trigger is Trigger.SCHEDULE
    return entry.state is RunState.SUCCEEDED


async def _is_paused(frame: Frame, entry: RunEntry) -> bool:
    states = await frame.office.functions.states([entry.name])
    return not states[entry.name].enabled


async def _with_lease(frame: Frame, entry: RunEntry, trigger: Trigger) -> RunEntry:
    functions, runs = frame.office.functions, frame.office.runs
    lease = await _taken(frame, entry)
    if lease is None and await functions.end_if(entry.name, frame.is_gone):
        lease = await _taken(frame, entry)
    if lease is None:
        return await _left_to_another(frame, entry, trigger)
    try:
        if lease.left_by is not None and lease.left_by != entry.id:
            await runs.abandon(lease.left_by, lease.fence, LEASE_RAN_OUT, frame.clock())
        begun = await runs.begin(entry, trigger, lease.fence, frame.clock())
        if begun is None:
            return await _reread(frame, entry)
        held = HeldLedger(frame.office, begun, lease, frame.terms.renewal)
        async with held.kept():
            return await _carried_out(frame, begun, held)
    finally:
        with suppress(DatabaseFailure):
            await asyncio.shield(functions.release(lease))


async def _taken(frame: Frame, entry: RunEntry) -> Lease | None:
    functions = frame.office.functions
    return await functions.take(entry.name, entry.id, frame.terms.lease, frame.process)


async def _left_to_another(frame: Frame, entry: RunEntry, trigger: Trigger) -> RunEntry:
    """Another run of the function is under way: perhaps another attempt at this very one.

    What was begun before is not skipped, nor a scheduled time that no later one stands in for, nor
    what nobody holds: a transaction that lost its client is in the way for a minute at most. All
    that is told as REQUESTED, to be asked for again.
    """
    state = (await frame.office.functions.states([entry.name]))[entry.name]
    if state.held_by == entry.id:
        return await _reread(frame, entry)
    is_made_up_for = frame.functions[entry.name].catch_up is CatchUp.ALL
    is_missed = trigger is Trigger.SCHEDULE and is_made_up_for
    if entry.attempt or is_missed or state.held_by is None:
        return replace(entry, state=RunState.REQUESTED)
    error = f"another run holds this function: {state.held_by}"
    skipped = await frame.office.runs.skip(entry, error, frame.clock())
    return skipped or await _reread(frame, entry)


async def _reread(frame: Frame, entry: RunEntry) -> RunEntry:
    return await frame.office.runs.by_id(entry.id) or entry


async def _carried_out(frame: Frame, entry: RunEntry, ledger: Ledger) -> RunEntry:
    run = Run(entry, ledger, _time_is_over(frame), frame.clock)
    try:
        function = frame.functions[entry.name]
        await function.find_job(function.name)(frame.workshop, run)
        if run.has_stopped and run.checkpoint is None:
            await run.reached({})  # whoever stops early is gone on with, if from the beginning
        if not run.is_systematic:
            await run.put_aside()
    except LeaseLost:
        return await _reread(frame, entry)
    except asyncio.CancelledError:
        cut_short = _ended(run, entry, INTERRUPTED)
        with suppress(DatabaseFailure):
            await asyncio.shield(frame.office.runs.end(cut_short, frame.clock()))
        raise
    except Exception as error:  # noqa: BLE001  # whatever a job stumbles over ends in its entry
        with suppress(DatabaseFailure, LeaseLost):
            await run.put_aside()
        return await _written_down(frame, _ended(run, entry, spoken(error)))
    return await _written_down(frame, _ended(run, entry, None))


def _time_is_over(frame: Frame) -> Callable[[], bool]:
    loop = asyncio.get_running_loop()
    if frame.seconds is None:
        return frame.is_stopping
    until = loop.time() + frame.seconds - frame.terms.margin
    return lambda: loop.time() >= until or frame.is_stopping()


def _ended(run: Run, entry: RunEntry, error: str | None) -> RunEntry:
    """The entry as the attempt leaves it; without a checkpoint where nothing is left to do."""
    state = RunState.SUCCEEDED
    if error is not None:
        state = RunState.FAILED
    elif run.is_systematic:
        state, error = RunState.FAILED, SYSTEMATIC_FAILURE
    elif run.has_stopped:
        state, error = RunState.PARTIAL, "its time was over; it goes on from its checkpoint"
    elif run.counts.failed:
        state, error = RunState.PARTIAL, f"{run.counts.failed} could not be handled"
    goes_on = (state is RunState.FAILED or run.has_stopped) and not run.is_systematic
    return replace(
        entry,
        state=state,
        error=error,
        counts=run.counts,
        checkpoint=run.checkpoint if goes_on else None,
        changes=tuple(run.changes),
    )


async def _written_down(frame: Frame, entry: RunEntry) -> RunEntry:
    """Writes the end down, and waits for a database that is away before giving up."""
    loop = asyncio.get_running_loop()
    until = loop.time() + frame.terms.outage
    while True:
        try:
            ended = await frame.office.runs.end(entry, frame.clock())
            return ended or await _reread(frame, entry)
        except DatabaseFailure as failure:
            if not is_outage(failure) or loop.time() >= until:
                raise
        await asyncio.sleep(OUTAGE_PAUSE)
