"""Connections of strangers: counted, and given up when they take too long."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from ipaddress import ip_network

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket
from websockets.asyncio.client import connect

from api.connections import MOST_AHEAD, MOST_FIELDS, MOST_HEAD, Connections, connections_for
from tests.api.reading import serving, until

pytestmark = pytest.mark.ring("test")
GET = b"GET / HTTP/1.1\r\nHost: x\r\n"
OK = b"HTTP/1.1 200 OK"


async def answer(request: Request) -> Response:
    return PlainTextResponse("ok")


async def large(request: Request) -> Response:
    return Response(b"x" * 32 * 1024 * 1024)


async def echo(socket: WebSocket) -> None:
    await socket.accept()
    await socket.receive()


APP = Starlette(
    routes=[
        Route("/", answer, methods=["GET", "POST"]),
        Route("/large", large),
        WebSocketRoute("/", echo),
    ]
)


class Line:
    """One connection, in bytes."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def says(self, *pieces: bytes) -> bytes:
        """All that comes back until the other side hangs up; b"" for a connection reset."""
        try:
            for piece in pieces:
                self.writer.write(piece)
                await self.writer.drain()
            return await self.reader.read()
        except ConnectionError:
            return b""


@asynccontextmanager
async def lines(connections: Connections, count: int = 1) -> AsyncIterator[list[Line]]:
    """So many connections to a server of these limits."""
    async with (
        serving(APP, connections=connections, keep_alive=1) as served,
        asyncio.timeout(30),
    ):
        opened = [
            Line(*await asyncio.open_connection("127.0.0.1", served.port)) for _ in range(count)
        ]
        yield opened
        for line in opened:
            line.writer.close()
        await until(lambda: connections.open == 0)


@pytest.mark.parametrize(
    ("said", "status"),
    [
        (b"", b""),
        (b"G", b"HTTP/1.1 408 "),
        (b"\r\n", b"HTTP/1.1 408 "),
        (GET, b"HTTP/1.1 408 "),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n1", OK),
        (GET + b"\r\n" + GET, OK),
    ],
)
async def test_what_does_not_go_on_is_given_up(said: bytes, status: bytes) -> None:
    async with lines(Connections(head_seconds=0.1)) as [line]:
        assert (await line.says(said)).startswith(status)


async def test_going_on_slowly_is_no_way_to_stay() -> None:
    connections = Connections(head_seconds=0.2)
    async with lines(connections) as [line]:

        async def drip() -> None:
            while True:
                line.writer.write(b"a: b\r\n")
                await asyncio.sleep(0.01)

        line.writer.write(GET)
        drops = asyncio.create_task(drip())
        assert (await line.says()).startswith((b"HTTP/1.1 408 ", b""))
        drops.cancel()


@pytest.mark.parametrize(
    "pieces",
    [
        (GET + b"a: b\r\n" * MOST_FIELDS + b"\r\n",),
        (GET + b"a: " + b"b" * MOST_HEAD + b"\r\n\r\n",),
        (b"GET /" + b"a" * MOST_HEAD, b" HTTP/1.1\r\n\r\n"),
        (GET + b"a: ", b"b" * MOST_HEAD, b"b" * MOST_HEAD),
    ],
)
async def test_a_head_has_a_size(pieces: tuple[bytes, ...]) -> None:
    async with lines(Connections()) as [line]:
        assert (await line.says(*pieces)).startswith((b"HTTP/1.1 431 ", b""))


async def test_nobody_sends_many_requests_ahead() -> None:
    async with lines(Connections()) as [line]:
        answers = await line.says((GET + b"\r\n") * 10 * MOST_AHEAD)
        assert answers.count(OK) <= MOST_AHEAD
    async with lines(Connections()) as [line]:
        last = GET + b"Connection: close\r\n\r\n"
        answers = await line.says((GET + b"\r\n") * (MOST_AHEAD - 1) + last)
        assert answers.count(OK) == MOST_AHEAD


async def test_a_reader_who_does_not_read_is_given_up() -> None:
    connections = Connections(stalled_seconds=0.1)
    async with lines(connections) as [line]:
        line.writer.write(b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n")
        await until(lambda: connections.open == 0)


async def test_so_many_are_open_from_one_address_and_in_all() -> None:
    for connections in (Connections(by_address=3), Connections(in_all=3)):
        async with lines(connections, 5) as opened:
            await until(lambda: connections.refused == 2)  # noqa: B023
            assert connections.open == 3
            for line in opened[3:]:
                assert await line.says(GET + b"\r\n") == b""
            close = GET + b"Connection: close\r\n\r\n"
            assert (await opened[0].says(close)).startswith(OK)


async def test_a_proxy_speaks_for_many() -> None:
    connections = Connections(by_address=1, proxies=(ip_network("127.0.0.0/8"),))
    async with lines(connections, 3):
        await until(lambda: connections.open == 3)
        assert connections.refused == 0


async def test_a_websocket_counts_as_long_as_it_is_open() -> None:
    connections = Connections(head_seconds=0.1)
    async with serving(APP, connections=connections) as served:
        async with connect(f"ws://127.0.0.1:{served.port}/") as socket:
            reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
            assert await reader.read() == b""  # it said nothing, and came later
            writer.close()
            assert connections.open == 1
            await socket.send("")
        await until(lambda: connections.open == 0)


def test_a_process_keeps_files_for_what_it_needs_itself() -> None:
    assert 1 <= connections_for(()).in_all <= Connections.in_all
