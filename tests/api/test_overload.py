"""What is too much at once, or too slow, is refused, and costs nobody else their place."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from api.arrival import Arrivals, OnTheirWay, Pace
from api.gate import Gate
from api.overload import Overload
from tests.api.reading import until

pytestmark = pytest.mark.ring("test")


class House:
    """Rooms behind a gate: one that takes as long as it is told, a stream, and one that breaks."""

    def __init__(self) -> None:
        self.gate = Gate(1, patience=0.01)
        self.arrivals = Arrivals(
            Pace(0.2, rate=100),
            100,
            streamed=("/files",),
            small=OnTheirWay(in_all=3, by_address=2),
        )
        self.go_on = asyncio.Event()
        self.seen: list[int] = []
        rooms = [
            Route("/slow", self.slow),
            Route("/stream", self.stream),
            Route("/broken", self.broken),
            Route("/healthz", self.quick),
            Route("/take", self.take, methods=["POST"]),
            Route("/files", self.take, methods=["POST"]),
        ]
        overload = Middleware(Overload, gate=self.gate, arrivals=self.arrivals)
        self.app = Starlette(routes=rooms, middleware=[overload])

    @property
    def visitor(self) -> httpx.AsyncClient:
        return self.visitor_at("a")

    def visitor_at(self, address: str) -> httpx.AsyncClient:
        """Somebody elsewhere."""
        client = (f"2001:db8:{ord(address):x}::1", 1)
        transport = httpx.ASGITransport(app=self.app, raise_app_exceptions=False, client=client)
        return httpx.AsyncClient(transport=transport, base_url="http://house.test")

    async def quick(self, _: Request) -> Response:
        return PlainTextResponse("ok")

    async def slow(self, _: Request) -> Response:
        await self.go_on.wait()
        return PlainTextResponse("at last")

    async def take(self, request: Request) -> Response:
        """How many bytes came, and how many places were held for it."""
        size, held = 0, set()
        async for piece in request.stream():
            size += len(piece)
            held.add(self.gate.running)
        return PlainTextResponse(f"{size} {sorted(held)}")

    async def broken(self, _: Request) -> Response:
        raise RuntimeError("broken")

    async def stream(self, _: Request) -> Response:
        async def events() -> Any:
            self.seen.append(self.gate.running)
            yield "data: 1\n\n"

        return StreamingResponse(events(), media_type="text/event-stream")


async def test_a_full_house_answers_503_at_once_but_for_its_health() -> None:
    house = House()
    async with house.visitor as visitor:
        inside = asyncio.create_task(visitor.get("/slow"))
        await until(lambda: house.gate.running == 1)
        refused = await visitor.get("/slow")
        assert (refused.status_code, refused.headers["Retry-After"]) == (503, "1")
        assert refused.json()["errors"][0]["extensions"] == {"code": "UNAVAILABLE"}
        assert "Connection" not in refused.headers
        assert (await visitor.get("/healthz")).status_code == 200
        house.go_on.set()
        assert (await inside).text == "at last"
        assert (await visitor.get("/slow")).status_code == 200


async def test_a_crash_and_a_stream_leave_their_places() -> None:
    house = House()
    async with house.visitor as visitor:
        assert (await visitor.get("/broken")).status_code == 500
        assert house.gate.is_empty
        assert (await visitor.get("/stream")).status_code == 200
        assert house.seen == [0]
        assert house.gate.is_empty


async def test_a_closing_house_asks_for_the_connections_end() -> None:
    house = House()
    house.gate.close()
    async with house.visitor as visitor:
        refused = await visitor.get("/slow")
        assert (refused.status_code, refused.headers["Connection"]) == (503, "close")
        assert (await visitor.get("/healthz")).status_code == 200


class Sending:
    """A body that is sent bit by bit, and ends when it is told to."""

    def __init__(self, *pieces: bytes, ends: bool = True) -> None:
        self._pieces, self.end = pieces, asyncio.Event()
        if ends:
            self.end.set()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self._pieces:
            yield piece
            await asyncio.sleep(0)
        await self.end.wait()


@pytest.mark.parametrize("path", ["/take", "/files"])
async def test_nobody_holds_a_place_while_their_body_is_on_its_way(path: str) -> None:
    house = House()
    async with house.visitor as visitor:
        body = Sending(b"12", b"34", ends=False)
        slow = asyncio.create_task(visitor.post(path, content=body))
        await until(lambda: house.arrivals.on_their_way == 1)
        assert house.gate.is_empty
        assert (await visitor.get("/broken")).status_code == 500
        body.end.set()
        answer = await slow
        assert answer.text == ("4 [1]" if path == "/take" else "4 [0, 1]")
        assert house.gate.is_empty
        assert house.arrivals.on_their_way == 0


@pytest.mark.parametrize("path", ["/take", "/files"])
async def test_a_body_that_lags_behind_is_given_up(path: str) -> None:
    house = House()
    async with house.visitor as visitor:
        late = await visitor.post(path, content=Sending(b"1", ends=False))
        assert (late.status_code, late.headers["Connection"]) == (408, "close")
        assert late.json()["errors"][0]["extensions"] == {"code": "TIMEOUT"}
        assert (house.gate.refused["slow"], house.arrivals.on_their_way) == (1, 0)


async def test_what_is_sent_without_end_is_not_kept() -> None:
    house = House()
    async with house.visitor as visitor:
        answer = await visitor.post("/take", content=Sending(*[b"x" * 60] * 5))
        assert answer.text == "300 [1]"
        assert (await visitor.post("/take", content=b"x" * 300)).text == "300 [1]"


async def test_so_many_bodies_are_on_their_way_from_one_address_and_in_all() -> None:
    house = House()
    bodies = [Sending(b"1", ends=False) for _ in range(4)]
    async with house.visitor_at("a") as a, house.visitor_at("b") as b, house.visitor_at("c") as c:

        async def send(visitor: httpx.AsyncClient, body: Sending) -> int:
            return (await visitor.post("/take", content=body)).status_code

        first = [asyncio.create_task(send(a, bodies[number])) for number in (0, 1)]
        await until(lambda: house.arrivals.on_their_way == 2)
        assert await send(a, Sending(b"1")) == 503
        other = asyncio.create_task(send(b, bodies[2]))
        await until(lambda: house.arrivals.on_their_way == 3)
        assert await send(c, Sending(b"1")) == 503
        for body in bodies:
            body.end.set()
        assert await asyncio.gather(*first, other) == [200] * 3
