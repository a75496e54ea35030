"""OpenTelemetry traces: imported and started only when the settings ask for them.

Spans: a request, the GraphQL operation in it, and each command of the database (its name, never
its values). A trace that a proxy began (``traceparent``) is continued.
"""

from __future__ import annotations

import time
from contextlib import AbstractContextManager
from typing import Any

from starlette.types import Scope

from api.telemetry import PATHS

try:
    from opentelemetry import trace
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.propagate import extract
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor
except ImportError as error:
    raise ImportError(
        "tracing is on, but its packages are not installed: "
        "pip install --require-hashes -r requirements-tracing.txt"
    ) from error


class OpenTelemetry:
    """A tracer that sends its spans over OTLP/HTTP; ``close`` it to send the last ones."""

    def __init__(self, endpoint: str | None) -> None:
        """To the collector at ``endpoint`` (its base address), or at OpenTelemetry's default."""
        address = endpoint and f"{endpoint.rstrip('/')}/v1/traces"
        self._provider = TracerProvider(resource=Resource.create({"service.name": "lizheng"}))
        self._provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(address)))
        self._tracer = self._provider.get_tracer("lizheng")

    def request(self, scope: Scope) -> AbstractContextManager[Any]:
        """A span around one request. Neither query string nor body: they may hold a query code."""
        carried = {
            name.decode("latin-1"): value.decode("latin-1")
            for name, value in scope["headers"]
            if name == b"traceparent"
        }
        return self._tracer.start_as_current_span(
            f"{scope['method']} {scope['path']}" if scope["path"] in PATHS else scope["method"],
            context=extract(carried),
            kind=trace.SpanKind.SERVER,
            attributes={"http.request.method": scope["method"]},
            record_exception=False,
        )

    def operation(self, name: str) -> AbstractContextManager[Any]:
        """A span around one GraphQL operation."""
        return self._tracer.start_as_current_span(name, record_exception=False)

    def command(self, name: str, seconds: float, succeeded: bool) -> None:
        """A span for a command that has just ended; only inside a request."""
        if not trace.get_current_span().get_span_context().is_valid:
            return
        end = time.time_ns()
        span = self._tracer.start_span(
            f"mongodb {name}",
            kind=trace.SpanKind.CLIENT,
            start_time=end - int(seconds * 1e9),
            attributes={"db.system.name": "mongodb", "db.operation.name": name},
        )
        if not succeeded:
            span.set_status(trace.StatusCode.ERROR)
        span.end(end)

    def close(self) -> None:
        """Send what has not been sent yet."""
        self._provider.shutdown()
