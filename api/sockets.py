"""Subscriptions over WebSocket: the protocol ``graphql-transport-ws``, and nothing else on it.

A connection is not a request: every subscription on it gets a context of its own, made anew from
the handshake's headers and the token of ``connection_init``.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, TypeAlias, cast

import orjson
from graphql import GraphQLError
from starlette.exceptions import HTTPException
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState
from strawberry.asgi import ASGIWebSocketAdapter, GraphQL
from strawberry.exceptions import ConnectionRejectionError
from strawberry.http.exceptions import WebSocketDisconnected
from strawberry.schema import BaseSchema
from strawberry.subscriptions import GRAPHQL_TRANSPORT_WS_PROTOCOL
from strawberry.subscriptions.protocols.graphql_transport_ws.handlers import (
    BaseGraphQLTransportWSHandler,
)
from strawberry.types.execution import ExecutionResult, PreExecutionError
from strawberry.types.graphql import OperationType

from api.auth import language_of
from api.errors import formatted
from api.graphql import Endpoint
from api.messages import is_well_formed
from api.strict_json import decode

GOING_AWAY, TRY_AGAIN_LATER = 1001, 1013
MOST_REASON = 123  # bytes of a close frame that are left for words
FAREWELL_SECONDS = 1.0  # for the words that end a connection

Results: TypeAlias = AsyncGenerator[ExecutionResult, None]

logger = logging.getLogger("lizheng.api")


@dataclass(frozen=True, slots=True)
class SocketLimits:
    """``slow_seconds``: how long a reader may let one message wait before it is dropped."""

    per_connection: int = 20
    init_seconds: float = 10.0
    slow_seconds: float = 10.0


@dataclass(slots=True, eq=False)
class Connection:
    """What is known of one WebSocket. Strawberry fills ``connection_params``."""

    socket: WebSocket
    task: asyncio.Task[Any]
    connection_params: Mapping[str, object] = field(default_factory=dict)
    request_id: str = field(default_factory=lambda: secrets.token_hex(8))
    handler: Handler | None = None
    open: int = 0
    dropped: bool = False

    def drop(self) -> None:
        """Its reader is too slow: whatever runs on it ends."""
        self.dropped = True
        self.task.cancel()

    def request(self) -> WebSocket:
        """The handshake, with the token of ``connection_init`` among its headers."""
        token = self.connection_params.get("Authorization")
        if token is None:
            return self.socket
        scope = {**self.socket.scope, "state": {}}
        headers = [(name, value) for name, value in scope["headers"] if name != b"authorization"]
        given = token if isinstance(token, str) else ""
        scope["headers"] = [*headers, (b"authorization", given.encode())]
        return WebSocket(scope, self.socket.receive, self.socket.send)


class Shown(GraphQLError):
    """An error as every client gets it."""

    def __init__(self, shown: dict[str, Any]) -> None:
        super().__init__(shown["message"])
        self._shown = shown

    @property
    def formatted(self) -> Any:
        """What was decided in ``api/errors.py``."""
        return self._shown


class Subscriptions:
    """In the schema's place for one connection: what may be run on it, and how errors look."""

    def __init__(self, endpoint: Endpoint, schema: BaseSchema, most: int) -> None:
        self.endpoint, self._schema, self._most = endpoint, schema, most

    async def stream(self, query: str, *, context_value: Connection, **operation: Any) -> Results:
        """The results of one subscription, of which a connection has a limited number."""
        return self._results(query, context_value, operation)

    async def _results(
        self, query: str, connection: Connection, operation: Mapping[str, Any]
    ) -> Results:
        if connection.open >= self._most:
            yield _refusal("This connection has too many subscriptions.", "TOO_MANY_ATTEMPTS")
            return
        connection.open += 1
        try:
            async with aclosing(self._run(query, connection, operation)) as results:
                async for result in results:
                    yield self._shown(result, connection)
        except HTTPException as refused:  # the token has expired meanwhile, or too many requests
            code = "UNAUTHENTICATED" if refused.status_code == 401 else "TOO_MANY_ATTEMPTS"
            yield _refusal(refused.detail, code)
        finally:
            connection.open -= 1

    async def _run(
        self, query: str, connection: Connection, operation: Mapping[str, Any]
    ) -> Results:
        request = connection.request()
        results = await self._schema.stream(
            query,
            context_value=await self.endpoint.get_context(request, request),
            allowed_operation_types=(OperationType.SUBSCRIPTION,),
            **operation,
        )
        async with aclosing(results):
            async for result in results:
                if isinstance(result, ExecutionResult):  # we have no incremental ones
                    yield result

    def _shown(self, result: ExecutionResult, connection: Connection) -> ExecutionResult:
        language = language_of(connection.socket.headers)
        if result.errors:
            result.errors = [
                Shown(formatted(error, language, connection.request_id)) for error in result.errors
            ]
        return result


def _refusal(message: str, code: str) -> PreExecutionError:
    error = GraphQLError(message, extensions={"code": code})
    return PreExecutionError(data=None, errors=[error])


class Adapter(ASGIWebSocketAdapter):
    """A reader who lets a message wait too long is dropped: nothing piles up for them."""

    view: Sockets

    async def send_json(self, message: Mapping[str, object]) -> None:
        """Raises ``WebSocketDisconnected`` when nobody reads."""
        try:
            async with asyncio.timeout(self.view.limits.slow_seconds):
                await super().send_json(message)
        except TimeoutError:
            self.view.drop(self.ws)
            raise WebSocketDisconnected from None
        except RuntimeError:  # it was closed meanwhile
            raise WebSocketDisconnected from None

    async def close(self, code: int, reason: str) -> None:
        """With as much of the reason as goes into a frame; nothing where it is closed already."""
        words = reason.encode()[:MOST_REASON].decode(errors="ignore")
        with suppress(RuntimeError):
            await super().close(code, words)


class Handler(BaseGraphQLTransportWSHandler[Any, None]):
    """Strawberry's, with our errors, and without trust in what a client sends."""

    view: Sockets

    def __init__(self, **parts: Any) -> None:
        super().__init__(**parts)
        self.schema = self.view.subscriptions  # type: ignore[assignment]  # only its `stream`
        self.context.handler = self

    async def handle_message(self, message: Any) -> None:
        """Whatever is no message of the protocol closes the connection."""
        if is_well_formed(message):
            await super().handle_message(message)
        else:
            await self.handle_invalid_message("This is no message of graphql-transport-ws.")

    async def handle_task_exception(self, error: Exception) -> None:
        """A reader who is gone is no failure."""
        if not isinstance(error, WebSocketDisconnected):
            logger.error("crash in connection %s", self.context.request_id, exc_info=error)


class Sockets(GraphQL[Any, None]):
    """``/graphql`` for WebSockets. Strawberry checks the origin before anything else."""

    websocket_adapter_class = Adapter
    graphql_transport_ws_handler_class = Handler

    def __init__(
        self, endpoint: Endpoint, allowed_origins: tuple[str, ...], limits: SocketLimits
    ) -> None:
        schema = endpoint.schema
        super().__init__(
            schema,
            subscription_protocols=(GRAPHQL_TRANSPORT_WS_PROTOCOL,),
            connection_init_wait_timeout=timedelta(seconds=limits.init_seconds),
            max_subscriptions_per_connection=None,
            allowed_origins=allowed_origins,
        )
        self.limits = limits
        self.subscriptions = Subscriptions(endpoint, schema, limits.per_connection)
        self.endpoint = endpoint
        self._connections: dict[WebSocket, Connection] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        socket = WebSocket(scope, receive, send)
        task = cast("asyncio.Task[Any]", asyncio.current_task())
        connection = self._connections[socket] = Connection(socket, task)
        try:
            await self.run(socket)
        except asyncio.CancelledError:
            if not connection.dropped:
                raise
            task.uncancel()
            seconds = self.limits.slow_seconds
            await _say_farewell(socket, TRY_AGAIN_LATER, "This reader is too slow.", seconds)
        finally:
            del self._connections[socket]

    async def get_context(self, request: Any, response: Any) -> Connection:
        """The connection; the context of a subscription is made when it begins."""
        return self._connections[request]

    async def on_ws_connect(self, context: Connection) -> Any:
        """Refuses a connection with a token that is not believed: 4403."""
        request = context.request()
        try:
            await self.endpoint.get_context(request, request)
        except HTTPException:
            raise ConnectionRejectionError from None
        return await super().on_ws_connect(context)

    def decode_json(self, data: str | bytes) -> object:
        """As over HTTP; what cannot be decoded closes the connection."""
        return decode(data)

    def encode_json(self, data: object) -> str:
        """In UTF-8: half as long as escapes."""
        return orjson.dumps(data).decode()

    def drop(self, socket: WebSocket) -> None:
        """Ends a connection whose reader is too slow."""
        self.endpoint.subscribers().figures.dropped += 1
        self._connections[socket].drop()

    async def close(self) -> None:
        """We are going away: what has ended is completed first, then 1001 to everybody."""
        connections = list(self._connections.values())
        handlers = [connection.handler for connection in connections if connection.handler]
        operations = [one for handler in handlers for one in handler.operations.values()]
        running = [operation.task for operation in operations if operation.task]
        if running:
            await asyncio.wait(running, timeout=FAREWELL_SECONDS)
        await asyncio.gather(
            *(
                _say_farewell(connection.socket, GOING_AWAY, "This server is stopping.")
                for connection in connections
            )
        )


async def _say_farewell(
    socket: WebSocket, code: int, reason: str, seconds: float = FAREWELL_SECONDS
) -> None:
    """Closes it, if its reader takes the words in time."""
    if socket.application_state is not WebSocketState.CONNECTED:
        return
    with suppress(TimeoutError, RuntimeError, WebSocketDisconnect):
        async with asyncio.timeout(seconds):
            await socket.close(code, reason)
