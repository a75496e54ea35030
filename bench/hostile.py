"""Strangers who mean no good, on one machine: what does it cost everybody else?

``python -m bench.hostile [--seconds 60] [--sockets 75]`` starts `lizheng serve` with a database of
its own, plays the attacker from 127.0.0.1 and everybody else from 127.0.0.2, and prints one JSON:

1. ``upload``: a form of 10 MB whose one head never ends; how soon it is refused, and how long
   ``/healthz`` took meanwhile at most.
2. ``slow_bodies``: so many sockets send a head and one byte of the body, and are opened again as
   soon as they are closed; how others fare meanwhile, at ``/graphql``.
3. ``slow_heads``: 1,500 sockets send half a head; how many are open after 15 seconds.
4. ``prices``: what a page of ``100`` and one of ``100.0`` cost.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import httpx

from bench.engine import free_port
from bench.open_loop import Client
from bench.overload import START_SECONDS, served

HOST, ELSEWHERE = "127.0.0.1", "127.0.0.2"
SIZE = 10 * 1024 * 1024
HEADS, HEADS_SECONDS = 1_500, 15
EVERY_SECONDS = 0.05
REQUEST = """mutation R($input: RequestUploadInput!) {
  requestUpload(input: $input) { upload { url } errors { message } }
}"""
PAGE = "query P($n: Int) { units(first: $n) { edges { node { id name } } } }"
STATUS = b'{"query": "{ __typename }"}'


class Others:
    """Somebody else, who asks twenty times a second, each time on a connection of its own."""

    def __init__(self, port: int, path: str) -> None:
        method, body = ("POST", STATUS) if path == "/graphql" else ("GET", b"")
        self._port, self._request = port, _head(method, path, len(body)) + body
        self.seconds: list[float] = []
        self.statuses: Counter[str] = Counter()

    async def ask_until(self, over: asyncio.Event) -> None:
        """Until it is over; what is under way is finished."""
        asked: list[asyncio.Task[None]] = []
        while not over.is_set():
            asked.append(asyncio.create_task(self._ask()))
            with suppress(TimeoutError):
                await asyncio.wait_for(over.wait(), EVERY_SECONDS)
        await asyncio.gather(*asked)

    async def _ask(self) -> None:
        loop = asyncio.get_running_loop()
        began = loop.time()
        reader, writer = await asyncio.open_connection(HOST, self._port, local_addr=(ELSEWHERE, 0))
        writer.write(self._request)
        line = await reader.readline()
        self.seconds.append(loop.time() - began)
        self.statuses[line[9:12].decode()] += 1
        writer.close()

    def summary(self) -> dict[str, Any]:
        """What came of it."""
        found = sorted(self.seconds)
        return {
            "statuses": dict(self.statuses),
            "p50_ms": _ms(found[len(found) // 2]),
            "p99_ms": _ms(found[min(len(found) - 1, len(found) * 99 // 100)]),
            "most_ms": _ms(found[-1]),
        }


def _head(method: str, path: str, size: int, kind: str = "application/json") -> bytes:
    return (
        f"{method} {path} HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: {size}\r\n"
        f"Content-Type: {kind}\r\n\r\n"
    ).encode()


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 1)


async def upload(port: int) -> dict[str, Any]:
    """One form whose head never ends, with a pass that was given out for it."""
    over, others = asyncio.Event(), Others(port, "/healthz")
    asking = asyncio.create_task(others.ask_until(over))
    given = {"fileName": "a.jpg", "contentType": "image/jpeg", "size": SIZE, "idempotencyKey": "a"}
    body = b"--x\r\nContent-Disposition: " + b"form-data;" * (SIZE // 10)
    async with httpx.AsyncClient(base_url=f"http://{HOST}:{port}", timeout=60) as http:
        asked = {"query": REQUEST, "variables": {"input": given}}
        payload = (await http.post("/graphql", json=asked)).json()["data"]["requestUpload"]
        path = "/" + payload["upload"]["url"].split("/", 3)[3]
        loop = asyncio.get_running_loop()
        began = loop.time()
        status, answered = await _status_of(port, path, body), loop.time()
    over.set()
    await asking
    return {"status": status, "refused_ms": _ms(answered - began), "healthz": others.summary()}


async def _status_of(port: int, path: str, body: bytes) -> str:
    """The first line of the answer, which comes before all has been sent."""
    reader, writer = await asyncio.open_connection(HOST, port)
    writer.write(_head("POST", path, len(body), "multipart/form-data; boundary=x") + body)
    line = (await reader.readline()).decode().strip()
    writer.transport.abort()
    return line


async def slow_bodies(port: int, sockets: int, seconds: float, path: str) -> dict[str, Any]:
    """Sockets that send one byte and wait, again and again, while others ask."""
    over, others, answers = asyncio.Event(), Others(port, "/graphql"), Counter[str]()
    kind = "application/x-www-form-urlencoded" if "survey" in path else "application/json"
    head = _head("POST", path, 1_000, kind) + b"{"

    until = asyncio.get_running_loop().time() + seconds

    async def hold() -> None:
        while asyncio.get_running_loop().time() < until:
            reader, writer = await asyncio.open_connection(HOST, port)
            writer.write(head)
            with suppress(ConnectionError, TimeoutError):
                async with asyncio.timeout_at(until):
                    answers[(await reader.readline())[9:12].decode()] += 1
                    await asyncio.sleep(1)  # it was told to come back later, and does
            writer.transport.abort()

    holding = [asyncio.create_task(hold()) for _ in range(sockets)]
    asking = asyncio.create_task(others.ask_until(over))
    await asyncio.gather(*holding)
    over.set()
    await asking
    return {"path": path, "held": sockets, "answers": dict(answers), "others": others.summary()}


async def slow_heads(port: int) -> dict[str, Any]:
    """Half-sent heads, and how many of their sockets are still open later."""
    lines = [await asyncio.open_connection(HOST, port) for _ in range(HEADS)]
    for _, writer in lines:
        with suppress(ConnectionError):
            writer.write(b"GET / HTTP/1.1\r\nHost: ")
    waits = [asyncio.create_task(_end_of(reader)) for reader, _ in lines]
    done, _ = await asyncio.wait(waits, timeout=HEADS_SECONDS)
    for wait in waits:
        wait.cancel()
    for _, writer in lines:
        writer.transport.abort()
    return {"opened": HEADS, f"open_after_{HEADS_SECONDS}_s": HEADS - len(done)}


async def _end_of(reader: asyncio.StreamReader) -> None:
    with suppress(ConnectionError):
        await reader.read()


async def prices(port: int) -> dict[str, int]:
    """The cost that the server tells for either way to write a hundred."""
    async with httpx.AsyncClient(base_url=f"http://{HOST}:{port}") as http:
        told = {}
        for size in (100, 100.0):
            answer = await http.post("/graphql", json={"query": PAGE, "variables": {"n": size}})
            told[json.dumps(size)] = answer.json()["extensions"]["cost"]["requested"]
        return told


async def measured(port: int, sockets: int, seconds: float, paths: Sequence[str]) -> dict[str, Any]:
    """All of it, one after another."""
    return {
        "upload": await upload(port),
        "slow_bodies": [await slow_bodies(port, sockets, seconds, path) for path in paths],
        "slow_heads": await slow_heads(port),
        "prices": await prices(port),
    }


def main() -> None:
    """Start a server, be unkind to it, and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--sockets", type=int, default=75)
    parser.add_argument("--paths", nargs="*", default=["/graphql", "/survey/x", "/uploads/x"])
    given = parser.parse_args()
    port = free_port()
    with served(None, port):
        asyncio.run(Client.wait_until_ready(HOST, port, START_SECONDS))
        result = asyncio.run(measured(port, given.sockets, given.seconds, given.paths))
    sys.stdout.write(json.dumps(result, indent=2) + "\n")


if __name__ == "__main__":
    main()
