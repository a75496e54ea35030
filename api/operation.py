"""What operators see and set of one application: gate, metrics, traces, and ``/metrics`` itself."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from typing import TYPE_CHECKING

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from api.arrival import Arrivals, Pace
from api.gate import Gate
from api.metrics import Metrics, Sources, measure_lag
from api.overload import Overload
from api.telemetry import NoTracer, Telemetry, Tracer
from settings import Settings
from storage.commands import Watcher
from storage.mongo import Database, DatabaseFailure
from storage.queues import read_queues

if TYPE_CHECKING:
    from api.tracing import OpenTelemetry

QUEUES_SECONDS = 10.0
"""How old the queues' figures may be: scrapes in between cost the database nothing."""
QUEUES_PATIENCE = 3.0


class Operations:
    """Made with the application, before there is an event loop."""

    def __init__(
        self,
        settings: Settings,
        clock: Callable[[], datetime],
        subscriptions: Callable[[], int] = lambda: 0,
    ) -> None:
        self.gate = Gate(settings.max_concurrent)
        self.metrics = Metrics(Sources(self.gate, subscriptions))
        pace = Pace(settings.operation_seconds)
        self._arrivals = Arrivals(pace, settings.max_body_bytes, streamed=("/uploads/",))
        self._proxies = settings.trusted_proxies
        self._tracing = _tracing(settings)
        self._token = settings.metrics_token
        self._closed_without_token = settings.environment == "production"
        self._clock = clock
        self._database: Database | None = None
        self._queues_until = float("-inf")
        self._reading = asyncio.Lock()

    @property
    def watchers(self) -> Sequence[Watcher]:
        """Who is told of the database's commands."""
        return [self.metrics.command, *([self._tracing.command] if self._tracing else [])]

    @property
    def middleware(self) -> list[Middleware]:
        """Outermost first: what is refused at the gate is counted, too."""
        tracer: Tracer = self._tracing or NoTracer()
        return [
            Middleware(Telemetry, metrics=self.metrics, tracer=tracer),
            Middleware(Overload, gate=self.gate, arrivals=self._arrivals, proxies=self._proxies),
        ]

    @property
    def routes(self) -> list[Route]:
        """``/metrics``."""
        return [Route("/metrics", self.answer)]

    @asynccontextmanager
    async def running(self, database: Database) -> AsyncIterator[None]:
        """Measure while the application runs; send the last spans when it ends."""
        self._database = database
        lag = asyncio.create_task(measure_lag(self.metrics.lag))
        try:
            yield
        finally:
            lag.cancel()
            with suppress(asyncio.CancelledError):
                await lag
            if self._tracing:
                await asyncio.to_thread(self._tracing.close)

    async def answer(self, request: Request) -> Response:
        """``/metrics``: for whoever has the token; without one set, for everybody but the world.

        404 in production as long as METRICS_TOKEN is not set, 401 for a wrong or missing token.
        """
        if self._token is None and self._closed_without_token:
            return PlainTextResponse("Not Found", 404)
        if self._token is not None and not self._is_trusted(request):
            return PlainTextResponse("Unauthorized", 401, {"WWW-Authenticate": "Bearer"})
        await self._refresh_queues()
        return Response(generate_latest(self.metrics.registry), media_type=CONTENT_TYPE_LATEST)

    def _is_trusted(self, request: Request) -> bool:
        given = request.headers.get("authorization", "").encode()
        return hmac.compare_digest(given, f"Bearer {self._token}".encode())

    async def _refresh_queues(self) -> None:
        """At most every ``QUEUES_SECONDS``; without the database the last figures stay."""
        loop = asyncio.get_running_loop()
        async with self._reading:
            if self._database is None or loop.time() < self._queues_until:
                return
            with suppress(DatabaseFailure, TimeoutError):
                async with asyncio.timeout(QUEUES_PATIENCE):
                    queues = await read_queues(self._database)
                self.metrics.queues(queues, self._clock())
            self._queues_until = loop.time() + QUEUES_SECONDS


def _tracing(settings: Settings) -> OpenTelemetry | None:
    """OpenTelemetry if the settings ask for it; None otherwise, and nothing is imported."""
    if not settings.tracing:
        return None
    from api.tracing import OpenTelemetry

    return OpenTelemetry(settings.otlp_endpoint)
