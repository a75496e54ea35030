"""Readers who follow a case, over WebSocket or as a stream of events, from a real server."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

import httpx
import uvicorn
from starlette.applications import Starlette
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin, Subprotocol

from api.connections import Connections, guarded
from services.subscribers import Figures
from tests.api.clients import Letter

PROTOCOL = Subprotocol("graphql-transport-ws")
PATIENCE = 20.0
CHANGED = """
subscription CaseChanged($number: String!, $queryCode: String!) {
  caseChanged(number: $number, queryCode: $queryCode) { number stage stageName version }
}
"""


async def until(condition: Callable[[], bool]) -> None:
    """Wait, without blocking anybody, until it holds."""
    async with asyncio.timeout(PATIENCE):
        while not condition():  # noqa: ASYNC110  # of things that ring no bell
            await asyncio.sleep(0.005)


@dataclass
class Served:
    """An application behind a real port."""

    app: Starlette
    port: int

    @property
    def http(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def figures(self) -> Figures:
        figures: Figures = self.app.state.following.figures
        return figures

    async def followed_by(self, count: int) -> None:
        """Until so many follow a case."""
        await until(lambda: self.figures.open == count)

    @asynccontextmanager
    async def reader(
        self, *, payload: dict[str, object] | None = None, **options: Any
    ) -> AsyncIterator[Reader]:
        """A connection that has said hello."""
        async with self.silent(**options) as reader:
            await reader.say(type="connection_init", payload=payload or {})
            yield reader

    @asynccontextmanager
    async def silent(
        self,
        *,
        headers: dict[str, str] | None = None,
        origin: str | None = None,
        protocol: str = PROTOCOL,
        **options: Any,
    ) -> AsyncIterator[Reader]:
        """A connection that has not."""
        async with connect(
            f"ws://127.0.0.1:{self.port}/graphql",
            subprotocols=[Subprotocol(protocol)],
            additional_headers=headers,
            origin=Origin(origin) if origin else None,
            compression=None,
            proxy=None,
            **options,
        ) as connection:
            yield Reader(connection)

    @asynccontextmanager
    async def events(
        self,
        variables: Mapping[str, str],
        *,
        document: str = CHANGED,
        headers: dict[str, str] | None = None,
    ) -> AsyncIterator[Events]:
        """An answer that may be a stream."""
        accept = {"Accept": "text/event-stream", **(headers or {})}
        body = {"query": document, "variables": dict(variables)}
        async with (
            httpx.AsyncClient(timeout=PATIENCE, trust_env=False) as client,
            client.stream("POST", f"{self.http}/graphql", json=body, headers=accept) as answer,
        ):
            yield Events(answer, answer.aiter_lines())


@dataclass
class Reader:
    """One WebSocket."""

    connection: ClientConnection

    async def say(self, **message: object) -> None:
        await self.connection.send(json.dumps(message))

    async def hear(self) -> dict[str, Any]:
        """The next message."""
        async with asyncio.timeout(PATIENCE):
            message: dict[str, Any] = json.loads(await self.connection.recv())
        return message

    async def greeted(self) -> None:
        assert await self.hear() == {"type": "connection_ack"}

    async def follow(self, letter: Letter, name: str = "1", document: str = CHANGED) -> None:
        """Ask to be told of this letter."""
        await self.ask(document, name, **letter.proof)

    async def ask(self, document: str, name: str = "1", **variables: object) -> None:
        payload = {"query": document, "variables": variables}
        await self.say(id=name, type="subscribe", payload=payload)

    async def case(self) -> dict[str, Any]:
        """The case in the next event."""
        message = await self.hear()
        assert message["type"] == "next", message
        assert "errors" not in message["payload"], message
        case: dict[str, Any] = message["payload"]["data"]["caseChanged"]
        return case

    async def refusal(self) -> dict[str, Any]:
        """The error that ends a subscription, without what differs each time."""
        message = await self.hear()
        assert message["type"] == "error", message
        error: dict[str, Any] = message["payload"][0]
        error["extensions"].pop("requestId", None)
        return error

    async def drained(self) -> int:
        """How many messages were on their way to somebody who did not read."""
        count = 0
        with suppress(ConnectionClosed):
            while await self.hear():
                count += 1
        return count

    async def closed(self) -> tuple[int, str]:
        """How the server ended it."""
        async with asyncio.timeout(PATIENCE):
            await self.connection.wait_closed()
        return self.connection.close_code or 0, self.connection.close_reason or ""


@dataclass
class Events:
    """One stream of events."""

    answer: httpx.Response
    _lines: AsyncIterator[str]

    async def next(self) -> tuple[str, Any]:
        """The next event's name and data."""
        name = ""
        async with asyncio.timeout(PATIENCE):
            async for line in self._lines:
                field, _, value = line.partition(": ")
                if field == "event":
                    name = value
                elif field.startswith("data"):
                    return name, json.loads(value) if value else None
        raise EOFError

    async def case(self) -> dict[str, Any]:
        name, data = await self.next()
        assert name == "next"
        assert "errors" not in data, data
        case: dict[str, Any] = data["data"]["caseChanged"]
        return case


@asynccontextmanager
async def serving(
    app: Starlette,
    *,
    lifespan: bool = False,
    send_buffer: int | None = None,
    connections: Connections | None = None,
    keep_alive: int = 5,
) -> AsyncIterator[Served]:
    """The application on a free port of this machine, on the loop that runs."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=2048)
    if send_buffer is not None:  # connections inherit it
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, send_buffer)
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    config = uvicorn.Config(
        app,
        lifespan="on" if lifespan else "off",
        log_config=None,
        access_log=False,
        ws_per_message_deflate=False,
        **guarded(Connections() if connections is None else connections),
        timeout_keep_alive=keep_alive,
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)
    task = asyncio.create_task(server._serve([listener]))
    await until(lambda: server.started or task.done())
    try:
        yield Served(app, listener.getsockname()[1])
    finally:
        server.should_exit = True
        await task
        listener.close()
