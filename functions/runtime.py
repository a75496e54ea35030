"""What every handler runs in: one event loop, one client and one office per container.

They are made by the first invocation and kept, because a client belongs to its loop. An import of
this module connects to nothing, and brings neither GraphQL nor boto3 along.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from typing import Any, Protocol, TypeAlias

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

from domain.runs import RunEntry, RunState, Trigger
from functions.continuing import Continuation, continuation
from functions.events import wanted_by
from functions.standing import OBSERVER, measure_standing
from functions.telling import told
from functions.workshops import opened_workshop
from services.functions.catching_up import run_scheduled
from services.functions.clocks import check_clock
from services.functions.running import Frame, Wanted, run_function
from services.functions.workshop import Workshop
from settings import Settings
from storage import mongo

NAMESPACE = "Lizheng"


class Invocation(Protocol):
    """What Lambda's context object is asked for."""

    def get_remaining_time_in_millis(self) -> int: ...


Answer: TypeAlias = dict[str, Any]
Handler: TypeAlias = Callable[[Mapping[str, Any], Invocation], Answer | list[Answer]]


class RunFailed(RuntimeError):
    """A run ended FAILED: raised, so that Lambda's retries and the dead-letter queue apply."""


def now() -> datetime:
    """This moment in UTC, in the whole milliseconds that MongoDB keeps."""
    moment = datetime.now(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


class Container:
    """One Lambda container, which carries out one invocation after another."""

    def __init__(self, environ: Mapping[str, str], clock: Callable[[], datetime] = now) -> None:
        self._environ = environ
        self._clock = clock
        self._loop = asyncio.new_event_loop()
        self._kept = AsyncExitStack()
        self._workshop: Workshop | None = None
        self._continuation: Continuation | None = None

    def handle(self, name: str, event: Mapping[str, Any], invocation: Invocation) -> list[Answer]:
        """Carries out what an event asks for; the ledger entries, as JSON has them.

        Raises ``RunFailed`` after all of them when one failed.
        """
        seconds = invocation.get_remaining_time_in_millis() / 1000
        wanted = wanted_by(name, event, self._clock())
        return self._loop.run_until_complete(self._handle(wanted, seconds))

    def close(self) -> None:
        """Lets go of everything. Lambda never does: it freezes a container, and throws it away."""
        self._loop.run_until_complete(self._kept.aclose())
        self._loop.close()

    async def _handle(self, wanted: list[Wanted], seconds: float) -> list[Answer]:
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        entries = []
        for one in wanted:
            workshop = await self._opened()
            await check_clock(workshop.office, self._clock())
            frame = Frame(workshop, self._clock, until - loop.time())
            began = loop.time()
            for entry in await _carry_out(frame, one):
                _report(entry, loop.time() - began)
                if self._continuation is not None:
                    await self._continuation.go_on(entry)
                entries.append(entry)
            if one.name == OBSERVER:
                await measure_standing(workshop.office, self._clock(), NAMESPACE)
        failed = [entry for entry in entries if entry.state is RunState.FAILED]
        if failed:
            raise RunFailed("; ".join(f"{entry.id}: {entry.error}" for entry in failed))
        return [told(entry) for entry in entries]

    async def _opened(self) -> Workshop:
        if self._workshop is None:
            settings = Settings.from_environment(self._environ, required=())
            if settings.mongodb_uri is None:
                raise RuntimeError("MONGODB_URI must be set: a container has no database")
            async with AsyncExitStack() as opened:  # undone where it fails
                client = mongo.connect(settings.mongodb_uri, settings.mongodb_driver)
                opened.push_async_callback(mongo.close, client)
                opening = opened_workshop(settings, client, self._clock)
                workshop = await opened.enter_async_context(opening)
                self._continuation = continuation(settings)
                self._kept, self._workshop = opened.pop_all(), workshop
        return self._workshop


async def _carry_out(frame: Frame, wanted: Wanted) -> list[RunEntry]:
    """The run that is wanted; by schedule, also those that were missed before it."""
    if wanted.trigger is Trigger.SCHEDULE and not wanted.label:
        return await run_scheduled(frame, wanted)
    return [await run_function(frame, wanted)]


_kept: list[Container] = []
"""The container's one; made when it is first needed."""


def handler(name: str) -> Handler:
    """The Lambda handler of a function."""

    def handle(event: Mapping[str, Any], invocation: Invocation) -> Answer | list[Answer]:
        if not _kept:
            _kept.append(Container(_environment()))
        answers = _kept[0].handle(name, event, invocation)
        return answers if "Records" in event else answers[-1]

    return handle


def _environment() -> Mapping[str, str]:
    """The variables, and those that a secret holds."""
    if "SECRETS_ARN" not in os.environ:
        return os.environ
    from infra.secrets import with_secrets

    return with_secrets(os.environ)


def _report(entry: RunEntry, seconds: float) -> None:
    """One line for people, one of metrics for the alarms."""
    logger = Logger(service="lizheng", name=f"lizheng.{entry.name}")
    logger.append_keys(run_id=entry.id)
    counts = entry.counts
    fields = {
        "function": entry.name,
        "state": entry.state.value,
        "attempt": entry.attempt,
        "dry_run": entry.dry,
        "seen": counts.seen,
        "changed": counts.changed,
        "skipped": counts.skipped,
        "failed": counts.failed,
        "problems": counts.problems,
        "seconds": round(seconds, 3),
        "error": entry.error,
    }
    if entry.state in (RunState.FAILED, RunState.PARTIAL):
        logger.warning("run ended", extra=fields)
    else:
        logger.info("run ended", extra=fields)
    _measure(entry, seconds)


def _measure(entry: RunEntry, seconds: float) -> None:
    metrics = Metrics(namespace=NAMESPACE, service=entry.name)
    for state in RunState:
        if state.is_over:
            share = float(entry.state is state and not entry.dry)
            metrics.add_metric(f"Run{state.capitalize()}", MetricUnit.Count, share)
    for name in () if entry.dry else ("seen", "changed", "skipped", "failed", "problems"):
        value = getattr(entry.counts, name)
        metrics.add_metric(name.capitalize(), MetricUnit.Count, value)
    metrics.add_metric("Seconds", MetricUnit.Seconds, seconds)
    metrics.flush_metrics()
