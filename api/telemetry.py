"""Who asked for what, how it ended and how long it took: told to metrics and traces."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Protocol

from graphql import DocumentNode, OperationDefinitionNode
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from strawberry.extensions import SchemaExtension

from api.metrics import OTHER, Metrics, known_operations

PATHS = frozenset({"/", "/graphql", "/healthz", "/readyz", "/metrics"})


class Tracer(Protocol):
    """Where spans go; see ``api/tracing.py``."""

    def request(self, scope: Scope) -> AbstractContextManager[Any]:
        """A span around one request."""

    def operation(self, name: str) -> AbstractContextManager[Any]:
        """A span around one GraphQL operation, inside its request's."""


class NoTracer:
    """Tracing is off: nothing is imported, nothing is kept."""

    def request(self, scope: Scope) -> AbstractContextManager[Any]:
        """Nothing."""
        return nullcontext()

    def operation(self, name: str) -> AbstractContextManager[Any]:
        """Nothing."""
        return nullcontext()


@dataclass(slots=True)
class Request:
    """What became known of a request on its way."""

    tracer: Tracer
    operation: str = OTHER
    status: int = 0
    refusals: list[tuple[str, str]] = field(default_factory=list)


_current: ContextVar[Request | None] = ContextVar("watched request", default=None)


def refused(place: str, code: str) -> None:
    """Note a refusal of the request that runs; ``place`` is ``payload`` or ``request``."""
    request = _current.get()
    if request is not None:
        request.refusals.append((place, code))


def called(operation: str) -> None:
    """Under which of our own names the request that runs is counted; never a client's word."""
    request = _current.get()
    if request is not None:
        request.operation = operation


class Telemetry:
    """The outermost ASGI middleware: sees what everybody else answers."""

    def __init__(self, app: ASGIApp, metrics: Metrics, tracer: Tracer) -> None:
        self._app = app
        self._metrics = metrics
        self._tracer = tracer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(self._tracer)
        if scope["path"] in PATHS and scope["path"] != "/graphql":
            request.operation = scope["path"]
        token = _current.set(request)
        began = time.perf_counter()

        async def watched(message: Message) -> None:
            if message["type"] == "http.response.start":
                request.status = message["status"]
            await send(message)

        try:
            with self._tracer.request(scope) as span:
                await self._app(scope, receive, watched)
                _describe(span, request)
        finally:
            _current.reset(token)
            self._count(request, time.perf_counter() - began)

    def _count(self, request: Request, seconds: float) -> None:
        self._metrics.request(request.operation, request.status or 500, seconds)
        for place, code in request.refusals:
            self._metrics.refusal(place, code)


def _describe(span: Any, request: Request) -> None:
    if span is not None:
        span.set_attribute("http.response.status_code", request.status)
        span.set_attribute("graphql.operation.name", request.operation)


class Operation(SchemaExtension):
    """Tells the request that runs which operation it is, and what its payloads refused."""

    def on_operation(self) -> Iterator[None]:
        """Around parsing, validation and execution: the name is known at the end."""
        request = _current.get()
        if request is None:
            yield
            return
        with request.tracer.operation("GraphQL") as span:
            yield
            execution = self.execution_context
            request.operation = label(execution.graphql_document, execution.operation_name)
            if span is not None:
                span.update_name(f"GraphQL {request.operation}")
        for code in getattr(execution.context, "refusals", ()):
            request.refusals.append(("payload", code))


def label(document: DocumentNode | None, name: str | None) -> str:
    """The operation's name if our own clients know it; ``other`` for everything else."""
    if name is None and document is not None:
        named = [
            node.name.value
            for node in document.definitions
            if isinstance(node, OperationDefinitionNode) and node.name
        ]
        name = named[0] if len(named) == 1 else None
    return name if name in known_operations() else OTHER
