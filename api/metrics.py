"""What Prometheus reads. Every label is from a closed set, so that no client can add one.

The registry belongs to one application, not to the process: two applications in one process do
not count each other's requests.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from pathlib import Path
from typing import get_args

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    GCCollector,
    Histogram,
    PlatformCollector,
    ProcessCollector,
)

from api.gate import Gate, Reason
from storage.queues import Queue

CLIENTS = Path(__file__).resolve().parent.parent / "schema" / "clients"
OTHER = "other"
LAG_SECONDS = 0.5
"""How often the event loop's lag is measured."""
_OPERATION = re.compile(r"^\s*(?:query|mutation|subscription)\s+(\w+)", re.MULTILINE)
_REQUEST_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_COMMAND_BUCKETS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1, 5)
_LAG_BUCKETS = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5)
_NAME, _CODE = re.compile(r"[A-Za-z]{1,30}"), re.compile(r"[A-Z_]{1,40}")
"""Commands and codes are our own words, never a client's; the patterns only make sure of it."""


@cache
def known_operations() -> frozenset[str]:
    """The names of the operations that our own clients send."""
    texts = (path.read_text(encoding="utf-8") for path in sorted(CLIENTS.glob("*.graphql")))
    return frozenset(name for text in texts for name in _OPERATION.findall(text))


@dataclass(frozen=True, slots=True)
class Sources:
    """What is read at a scrape: the gate, and how many subscriptions are open."""

    gate: Gate
    subscriptions: Callable[[], int] = lambda: 0


class Metrics:
    """All that is counted in one application."""

    def __init__(self, sources: Sources) -> None:
        self.registry = registry = CollectorRegistry()
        for collector in (ProcessCollector, PlatformCollector, GCCollector):
            collector(registry=registry)
        self._requests = Histogram(
            "lizheng_request_seconds",
            "Requests by operation and HTTP status, with the time to the end of the answer.",
            ["operation", "status"],
            registry=registry,
            buckets=_REQUEST_BUCKETS,
        )
        self._refusals = Counter(
            "lizheng_refusals",
            "Refusals by code: in a payload's errors, or of the whole request.",
            ["place", "code"],
            registry=registry,
        )
        self._commands = Histogram(
            "lizheng_database_seconds",
            "Commands that the database answered, or did not.",
            ["command", "outcome"],
            registry=registry,
            buckets=_COMMAND_BUCKETS,
        )
        self._lag = Histogram(
            "lizheng_event_loop_lag_seconds",
            "How much later than asked the event loop ran a timer.",
            registry=registry,
            buckets=_LAG_BUCKETS,
        )
        self._queues = _QueueGauges(registry)
        _watch_gate(registry, sources)

    # Told while it happens

    def request(self, operation: str, status: int, seconds: float) -> None:
        """One request is over."""
        self._requests.labels(operation, str(status)).observe(seconds)

    def refusal(self, place: str, code: str) -> None:
        """Something was refused; ``place`` is ``payload`` or ``request``."""
        self._refusals.labels(place, code if _CODE.fullmatch(code) else OTHER).inc()

    def command(self, name: str, seconds: float, succeeded: bool) -> None:
        """One command of the database is over; called from the driver's threads."""
        outcome = "ok" if succeeded else "failed"
        self._commands.labels(name if _NAME.fullmatch(name) else OTHER, outcome).observe(seconds)

    def lag(self, seconds: float) -> None:
        """A timer was so much late."""
        self._lag.observe(seconds)

    def queues(self, queues: Sequence[Queue], now: datetime) -> None:
        """What the queues are now."""
        self._queues.set(queues, now)


class _QueueGauges:
    """The queues by stage; a queue's head is the case that is due before all others."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._cases = Gauge(
            "lizheng_queue_cases",
            "Cases in a stage; a queue of more than 10,000 is told as 10,000.",
            ["stage"],
            registry=registry,
        )
        self._age = Gauge(
            "lizheng_queue_head_age_seconds",
            "Time since the letter at the head of the queue was submitted.",
            ["stage"],
            registry=registry,
        )
        self._overdue = Gauge(
            "lizheng_queue_head_overdue_seconds",
            "Time since the head of the queue was due; negative before.",
            ["stage"],
            registry=registry,
        )

    def set(self, queues: Sequence[Queue], now: datetime) -> None:
        for queue in queues:
            self._cases.labels(queue.stage).set(queue.count)
            for gauge, since in ((self._age, queue.submitted_at), (self._overdue, queue.due_at)):
                gauge.labels(queue.stage).set((now - since).total_seconds() if since else 0)


def _watch_gate(registry: CollectorRegistry, sources: Sources) -> None:
    """Gauges that are read where the number already is."""
    gate = sources.gate
    gauges: dict[tuple[str, str], Callable[[], float]] = {
        ("lizheng_requests_running", "Requests inside."): lambda: gate.running,
        ("lizheng_requests_waiting", "Requests at the gate."): lambda: gate.waiting,
        ("lizheng_requests_limit", "MAX_CONCURRENT."): lambda: gate.limit,
        ("lizheng_subscriptions", "Open subscriptions."): sources.subscriptions,
    }
    for (name, text), read in gauges.items():
        Gauge(name, text, registry=registry).set_function(read)
    turned_away = Gauge(
        "lizheng_requests_turned_away",
        "Requests refused at the gate since the start, by reason.",
        ["reason"],
        registry=registry,
    )
    for reason in get_args(Reason):
        turned_away.labels(reason).set_function(partial(gate.refused.__getitem__, reason))


async def measure_lag(observe: Callable[[float], None], every: float = LAG_SECONDS) -> None:
    """Tell, again and again, how late the event loop is; until cancelled."""
    loop = asyncio.get_running_loop()
    while True:
        asked = loop.time()
        await asyncio.sleep(every)
        observe(max(0.0, loop.time() - asked - every))
