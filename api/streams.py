"""Subscriptions over HTTP: server-sent events, for whoever likes them better than JSON."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable
from contextlib import aclosing, suppress
from typing import Any

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Message, Receive, Scope, Send
from strawberry.asgi import GraphQL
from strawberry.http.streaming import SSETransport
from strawberry.subscriptions import GRAPHQL_SSE_PROTOCOL
from strawberry.types.execution import ExecutionResult, PreExecutionError
from strawberry.types.graphql import OperationType

from api.negotiation import prefers_stream
from schema.context import Context, Reading
from services.subscribers import Subscribers

SLOW_SECONDS = 10.0
"""How long a reader may let one event wait before the answer breaks off."""


class SlowReader(Exception):
    """Nobody takes what is sent."""


class EventStream(SSETransport):
    """For subscriptions only, by POST: a query code has no place in an address."""

    def accepts(self, accept: str) -> bool:
        """Clients that can read both name JSON first for a query."""
        return prefers_stream(accept)

    def allowed_operation_types(
        self, allowed_operation_types: set[OperationType]
    ) -> Iterable[OperationType]:
        """Queries and mutations are answered in JSON; what may not change anything is GET."""
        by_post = OperationType.MUTATION in allowed_operation_types
        return (OperationType.SUBSCRIPTION,) if by_post else ()


class EventStreams(GraphQL[Context, None]):
    """What an endpoint needs for them. What fails before its stream begins is no stream."""

    slow_seconds = SLOW_SECONDS
    subscribers: Callable[[], Subscribers[Reading]]

    stream_transport_classes_by_protocol = {GRAPHQL_SSE_PROTOCOL: EventStream}  # noqa: RUF012

    async def deliver(self, response: Response, scope: Scope, receive: Receive, send: Send) -> None:
        """Sends it; a stream breaks off when its reader lets it wait too long."""
        if not isinstance(response, StreamingResponse):
            await response(scope, receive, send)
            return
        body: Any = response.body_iterator  # which is left as it is when sending fails
        async with aclosing(body):
            try:
                await response(scope, receive, impatient(send, self.slow_seconds))
            except SlowReader:
                self.subscribers().figures.dropped += 1

    async def _create_streaming_response(
        self, request: Request, result: Any, protocol: Any, sub_response: Response
    ) -> Response:
        begun = Begun(result)
        first = await begun.first(request.state.context.ready)
        if isinstance(first, PreExecutionError):
            await begun.aclose()
            shown = await self.process_result(request, first)
            sub_response.status_code = sub_response.status_code or 400
            return self.create_response(shown, sub_response)
        sub_response.media_type = None  # the stream has its own
        results: Any = begun.results()
        return await super()._create_streaming_response(request, results, protocol, sub_response)


class Begun:
    """Results that one task fetches from the beginning, so that the first can be looked at."""

    def __init__(self, source: AsyncGenerator[ExecutionResult, None]) -> None:
        self._source = source
        self._waiting: asyncio.Queue[ExecutionResult | None] = asyncio.Queue(maxsize=1)
        self._arrived = asyncio.Event()
        self._first: ExecutionResult | None = None
        self._task = asyncio.create_task(self._fetch())

    async def first(self, ready: asyncio.Event) -> ExecutionResult | None:
        """What came instead of a stream; None as soon as there is one."""
        waits = {asyncio.create_task(event.wait()) for event in (ready, self._arrived)}
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:
            await self.aclose()
            raise
        finally:
            for wait in waits:
                wait.cancel()
        return self._first

    async def results(self) -> AsyncIterator[ExecutionResult]:
        """All of them, to the end."""
        try:
            while (result := await self._waiting.get()) is not None:
                yield result
        finally:
            await self.aclose()

    async def aclose(self) -> None:
        """Fetches no more."""
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task

    async def _fetch(self) -> None:
        try:
            async for result in self._source:
                self._first = self._first or result
                self._arrived.set()
                await self._waiting.put(result)
            await self._waiting.put(None)
        finally:
            await self._source.aclose()


def impatient(send: Send, seconds: float) -> Send:
    """The same, but raises ``SlowReader`` when something lies unsent for so long."""

    async def bounded(message: Message) -> None:
        try:
            async with asyncio.timeout(seconds):
                await send(message)
        except TimeoutError:
            raise SlowReader from None

    return bounded
