"""The gate: so many inside, as many before it, everybody else is told to come back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from api.overload import Gate, Overload, Refused

pytestmark = pytest.mark.ring("test")


async def until(condition: Callable[[], bool]) -> None:
    """Let the others take turns until it holds."""
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110  # the gate tells nobody who waits
            await asyncio.sleep(0)


async def test_as_many_wait_as_run_and_they_come_in_in_order() -> None:
    gate = Gate(2, patience=60)
    order: list[int] = []

    async def visit(number: int) -> None:
        await gate.enter()
        order.append(number)

    await asyncio.gather(visit(0), visit(1))
    waiting = [asyncio.create_task(visit(number)) for number in (2, 3)]
    await until(lambda: gate.waiting == 2)
    with pytest.raises(Refused, match="overload"):
        await gate.enter()
    assert (gate.running, gate.waiting, gate.refused["overload"]) == (2, 2, 1)
    gate.leave()
    gate.leave()
    await asyncio.gather(*waiting)
    assert order == [0, 1, 2, 3]
    assert (gate.running, gate.waiting) == (2, 0)


async def test_nobody_waits_longer_than_a_moment() -> None:
    gate = Gate(1, patience=0.01)
    await gate.enter()
    with pytest.raises(Refused, match="overload"):
        await gate.enter()
    gate.leave()
    assert gate.is_empty
    await gate.enter()


async def test_whoever_gives_up_waiting_takes_no_place() -> None:
    gate = Gate(1, patience=60)
    await gate.enter()
    waiting = asyncio.create_task(gate.enter())
    await until(lambda: gate.waiting == 1)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    gate.leave()
    assert gate.is_empty
    await gate.enter()
    assert gate.running == 1


async def test_a_closed_gate_lets_whoever_waits_finish() -> None:
    gate = Gate(1, patience=60)
    await gate.enter()
    waiting = asyncio.create_task(gate.enter())
    await until(lambda: gate.waiting == 1)
    gate.close()
    with pytest.raises(Refused, match="closing"):
        await gate.enter()
    gate.leave()
    await waiting
    gate.leave()
    assert gate.is_empty


class House:
    """Rooms behind a gate: one that takes as long as it is told, a stream, and one that breaks."""

    def __init__(self) -> None:
        self.gate = Gate(1, patience=0.01)
        self.go_on = asyncio.Event()
        self.seen: list[int] = []
        rooms = [
            Route("/slow", self.slow),
            Route("/stream", self.stream),
            Route("/broken", self.broken),
            Route("/healthz", self.quick),
        ]
        self.app = Starlette(routes=rooms, middleware=[Middleware(Overload, gate=self.gate)])

    @property
    def visitor(self) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(app=self.app, raise_app_exceptions=False)
        return httpx.AsyncClient(transport=transport, base_url="http://house.test")

    async def quick(self, _: Request) -> Response:
        return PlainTextResponse("ok")

    async def slow(self, _: Request) -> Response:
        await self.go_on.wait()
        return PlainTextResponse("at last")

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
