"""The hands that ops have on the functions: see, run, reschedule, pause, resume."""

from __future__ import annotations

import asyncio
import hashlib
import json
import secrets
from collections.abc import AsyncGenerator, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from domain.actors import Actor
from domain.refusals import Duplicate, Forbidden, InvalidInput, NotFound, Unauthenticated
from domain.runs import EARLIEST, RunEntry, RunState, Trigger, read_run_id
from domain.words import Role
from services.functions.running import Wanted, event_of, function_named, new_entry
from services.functions.schedules import Schedule, next_run_at, schedule_of
from services.functions.table import FUNCTIONS, Function
from services.letter_checks import check_key
from services.office import Office
from storage.functions import FunctionState
from storage.mongo import suppress_outages
from storage.pages import Page, Slice

PATIENCE_SECONDS = 2.0
"""How long somebody who asked for a run waits for its end: most are over by then."""
FOLLOW_SECONDS = 1.0
"""Between two looks of somebody who follows a run."""
LOOK_SECONDS = 0.1


class Dispatcher(Protocol):
    """Whoever sees to it that a run that lies in the ledger is carried out."""

    async def dispatch(self, name: str, event: Mapping[str, Any]) -> None:
        """Lets a function know; it may have begun when this returns, or not."""
        ...


class Schedules(Protocol):
    """Where else schedules are kept, besides the database."""

    async def put(self, name: str, cron: str, timezone: str, *, enabled: bool) -> None:
        """The schedule of a function from now on."""
        ...


class OnThisMachine:
    """The clockwork looks into the ledger and the database by itself: there is nothing to do."""

    async def dispatch(self, name: str, event: Mapping[str, Any]) -> None:
        """The request lies in the ledger."""

    async def put(self, name: str, cron: str, timezone: str, *, enabled: bool) -> None:
        """The schedule lies in the database."""


@dataclass(frozen=True, slots=True)
class Ops:
    """What an application reaches the functions by.

    ``is_closing``: the application is to end, so nobody waits any longer. ``has_background``:
    what it begins beside a request goes on after the answer; where it may be frozen then, the
    functions do it.
    """

    dispatcher: Dispatcher = field(default_factory=OnThisMachine)
    schedules: Schedules = field(default_factory=OnThisMachine)
    is_closing: Callable[[], bool] = lambda: False
    patience: float = PATIENCE_SECONDS
    has_background: bool = True
    functions: Mapping[str, Function] = field(default_factory=lambda: FUNCTIONS)


@dataclass(frozen=True, slots=True)
class Asked:
    """A run that ops ask for; without a time it is now."""

    name: str
    at: datetime | None = None
    dry: bool = False
    idempotency_key: str | None = None


@dataclass(frozen=True, slots=True)
class Overview:
    """A function as it stands. ``next_run_at`` is None while it is paused."""

    function: Function
    schedule: Schedule
    enabled: bool
    next_run_at: datetime | None
    last_run: RunEntry | None


def check_ops(actor: Actor) -> None:
    """Raises ``Unauthenticated`` or ``Forbidden`` for everybody but OPS."""
    if actor.is_anonymous:
        raise Unauthenticated
    if Role.OPS not in actor.roles:
        raise Forbidden("此操作须由运维办理。", "This takes the role OPS.")


async def overviews(office: Office, ops: Ops, now: datetime) -> list[Overview]:
    """Every function, in the table's order."""
    states = await office.functions.states(ops.functions)
    return [
        _overview(one, states[one.name], await office.runs.last(one.name), now)
        for one in ops.functions.values()
    ]


async def overview(office: Office, ops: Ops, name: str, now: datetime) -> Overview:
    """One of them; ``NotFound``."""
    function = function_named(name, ops.functions)
    state = (await office.functions.states([name]))[name]
    return _overview(function, state, await office.runs.last(name), now)


def _overview(
    function: Function, state: FunctionState, last_run: RunEntry | None, now: datetime
) -> Overview:
    next_run = next_run_at(function, state, now)
    return Overview(function, schedule_of(function, state), state.enabled, next_run, last_run)


async def runs_of(
    office: Office,
    ops: Ops,
    name: str,
    page: Page,
    *,
    counted: bool = True,
    with_changes: bool = False,
) -> Slice[RunEntry]:
    """A function's runs, newest first; ``InvalidInput`` for a name that no function has."""
    try:
        function_named(name, ops.functions)
    except NotFound as refusal:  # of a list there is none to be found, but a name to be mended
        raise InvalidInput(*refusal.text, refusal.field) from None
    return await office.runs.page(name, page, counted=counted, with_changes=with_changes)


# Running


async def ask_for_run(
    office: Office, ops: Ops, asked: Asked, actor: Actor, now: datetime
) -> RunEntry:
    """The run that was asked for, over, or still under way after ``ops.patience`` seconds.

    A run that succeeded is not repeated. Raises ``NotFound``, ``InvalidInput`` for a time to
    come, ``Duplicate`` for a key that stands for another request, and what ``check_ops`` raises.
    """
    check_ops(actor)
    function_named(asked.name, ops.functions)
    if asked.at is not None and asked.at > now:
        raise InvalidInput("时间不得晚于现在。", "This time is still to come.", "at")
    if asked.at is not None and asked.at < EARLIEST:
        raise InvalidInput("时间不得早于2000年。", "This time is before the year 2000.", "at")
    wanted, known = await _claimed(office, asked, actor, now)
    if known is None:
        given = {"run": wanted.id, "dry": str(asked.dry)}
        await office.audit.record_order("RUN", asked.name, actor.subject, given, now)
        known = await _dispatched(office, ops, wanted, now)
    return await _awaited(office, ops, known)


async def _claimed(
    office: Office, asked: Asked, actor: Actor, now: datetime
) -> tuple[Wanted, RunEntry | None]:
    """The run that is meant, and its entry where the same key has asked for it before."""
    label = secrets.token_hex(4) if asked.dry else ""
    wanted = Wanted(asked.name, asked.at or now, Trigger.OPS, label, actor.subject)
    if asked.idempotency_key is None:
        return wanted, None
    check_key(asked.idempotency_key)
    key = _hash(["run", actor.subject, asked.idempotency_key])
    print_of_it = _hash([asked.name, asked.at and asked.at.isoformat(), asked.dry])
    fingerprint, meant = await office.runs.claim(key, print_of_it, wanted.id, now)
    if fingerprint != print_of_it:
        raise Duplicate
    name, at, label = read_run_id(meant)
    entry = None if meant == wanted.id else await office.runs.by_id(meant)
    return Wanted(name, at, Trigger.OPS, label, actor.subject), entry


async def _dispatched(office: Office, ops: Ops, wanted: Wanted, now: datetime) -> RunEntry:
    """Lays the request down, and lets the function know unless somebody is at it."""
    entry = await office.runs.opened(new_entry(wanted, now))
    if entry.state in (RunState.SUCCEEDED, RunState.RUNNING):
        return entry
    if entry.state.is_over:
        entry = await office.runs.ask_again(entry) or entry
    await ops.dispatcher.dispatch(wanted.name, event_of(entry))
    return entry


async def _awaited(office: Office, ops: Ops, entry: RunEntry) -> RunEntry:
    loop = asyncio.get_running_loop()
    until = loop.time() + ops.patience
    while not entry.state.is_over and loop.time() < until and not ops.is_closing():
        await asyncio.sleep(LOOK_SECONDS)
        entry = await office.runs.by_id(entry.id) or entry
    return entry


async def find_run(office: Office, run_id: str, actor: Actor) -> RunEntry:
    """A run by its id, for OPS; ``NotFound`` naming ``id``, and what ``check_ops`` raises."""
    check_ops(actor)
    entry = await office.runs.by_id(run_id)
    if entry is None:
        raise NotFound("没有这次运行。", "There is no such run.", "id")
    return entry


async def follow_run(office: Office, ops: Ops, entry: RunEntry) -> AsyncGenerator[RunEntry, None]:
    """The run as it is, and again each time it has changed, until its end or the application's.

    A database that is away is waited for.
    """
    yield entry
    while _goes_on(entry) and not ops.is_closing():
        await asyncio.sleep(FOLLOW_SECONDS)
        with suppress_outages():
            latest = await office.runs.by_id(entry.id)
            if latest is None:
                return
            if latest != entry:
                entry = latest
                yield entry


def _goes_on(entry: RunEntry) -> bool:
    return not entry.state.is_over or entry.is_to_be_continued


def _hash(parts: list[Any]) -> str:
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


# Schedules


async def reschedule(
    office: Office,
    ops: Ops,
    name: str,
    given: tuple[str, str | None],
    actor: Actor,
    now: datetime,
) -> Overview:
    """Another schedule, from now on: (cron, time zone or None for the one it has).

    Raises ``NotFound``, and ``InvalidInput`` naming ``schedule`` or ``timezone``.
    """
    check_ops(actor)
    before = await overview(office, ops, name, now)
    schedule = Schedule.checked(given[0], given[1] or before.schedule.timezone)
    told = {"schedule": schedule.cron, "timezone": schedule.timezone}
    await office.audit.record_order("RESCHEDULE", name, actor.subject, told, now)
    await ops.schedules.put(name, schedule.cron, schedule.timezone, enabled=before.enabled)
    await office.functions.reschedule(name, schedule.cron, schedule.timezone, now)
    return await overview(office, ops, name, now)


async def enable(
    office: Office, ops: Ops, name: str, actor: Actor, now: datetime, *, enabled: bool
) -> Overview:
    """Pauses a function, or resumes it from now on; ``NotFound``."""
    check_ops(actor)
    schedule = (await overview(office, ops, name, now)).schedule
    await office.audit.record_order("RESUME" if enabled else "PAUSE", name, actor.subject, {}, now)
    await ops.schedules.put(name, schedule.cron, schedule.timezone, enabled=enabled)
    await office.functions.enable(name, enabled=enabled, covered_until=now)
    return await overview(office, ops, name, now)


async def run_seen_by(office: Office, run_id: str, actor: Actor) -> RunEntry | None:
    """A ledger entry by its id, for OPS; None for everybody else."""
    return await office.runs.by_id(run_id) if Role.OPS in actor.roles else None
