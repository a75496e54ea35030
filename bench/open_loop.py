"""A small HTTP client for one path: thousands of requests a second from one event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

PATIENCE_SECONDS = 30
TICK_SECONDS = 0.01
MOST_CONNECTIONS = 512
"""As many as a proxy would keep to one server; what is due beyond waits here, and its time runs."""
KEPT_SECONDS = 2.0
"""A connection that is idle for longer is not used again: the server may be closing it."""
QUICK_IN_A_ROW = 10
NO_ANSWER = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """``status`` is 0 when none came; ``seconds`` count from when the request was due."""

    status: int
    body: bytes
    seconds: float


class Client:
    """Keeps connections open and opens more when all are busy, up to a limit."""

    def __init__(self, host: str, port: int, told: Callable[[Answer], None]) -> None:
        self.told = told
        self._address = host, port
        self._head = f"POST /graphql HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n"
        self._idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter, float]] = []
        self._places = asyncio.Semaphore(MOST_CONNECTIONS)

    @staticmethod
    async def wait_until_ready(host: str, port: int, seconds: float) -> None:
        """Until ``/readyz`` says so; raises ``TimeoutError``."""
        async with asyncio.timeout(seconds):
            while True:
                try:
                    reader, writer = await asyncio.open_connection(host, port)
                    writer.write(f"GET /readyz HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
                    answered = await reader.readline()
                    writer.close()
                    if b" 200 " in answered:
                        return
                except OSError:
                    pass
                await asyncio.sleep(0.1)

    async def ask(self, body: bytes, due: float | None = None) -> Answer:
        """Send, and wait for the answer; ``due`` is when it should have been sent."""
        loop = asyncio.get_running_loop()
        began = loop.time() if due is None else due
        async with self._places:
            try:
                async with asyncio.timeout(PATIENCE_SECONDS):
                    status, said = await self._exchange(body)
            except (OSError, TimeoutError, asyncio.IncompleteReadError):
                status, said = NO_ANSWER, b""
        answer = Answer(status, said, loop.time() - began)
        self.told(answer)
        return answer

    async def _exchange(self, body: bytes) -> tuple[int, bytes]:
        reader, writer = await self._connection()
        try:
            writer.write(f"{self._head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            length = int(head.partition(b"content-length:")[2].split(b"\r\n", 1)[0])
            said = await reader.readexactly(length)
        except BaseException:
            writer.close()
            raise
        self._idle.append((reader, writer, asyncio.get_running_loop().time()))
        return int(head.split(b" ", 2)[1]), said

    async def _connection(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """One that is open still, as far as anybody can know: the server closes idle ones."""
        loop = asyncio.get_running_loop()
        while self._idle:
            reader, writer, since = self._idle.pop()
            if not reader.at_eof() and loop.time() - since < KEPT_SECONDS:
                return reader, writer
            writer.close()
        return await asyncio.open_connection(*self._address)


async def saturate(
    client: Client, body: Callable[[], bytes], clients: int, seconds: float
) -> float:
    """Answers a second to so many clients, each of which waits for its answer."""
    loop = asyncio.get_running_loop()
    until, good = loop.time() + seconds, 0

    async def one() -> None:
        nonlocal good
        while loop.time() < until:
            answer = await client.ask(body())
            good += answer.status == 200

    await asyncio.gather(*(one() for _ in range(clients)))
    return good / seconds


async def open_loop(
    client: Client, body: Callable[[], bytes], rate: float, seconds: float
) -> list[Answer]:
    """Send ``rate`` requests a second for so long, whatever comes back; all answers."""
    loop = asyncio.get_running_loop()
    began, sent = loop.time(), 0
    tasks: list[asyncio.Task[Answer]] = []
    while (gone := loop.time() - began) < seconds:
        while sent < gone * rate:
            tasks.append(asyncio.create_task(client.ask(body(), began + sent / rate)))
            sent += 1
        await asyncio.sleep(TICK_SECONDS)
    return list(await asyncio.gather(*tasks))


async def knock_until_quick(
    client: Client, body: Callable[[], bytes], quick: float, patience: float = 60
) -> float:
    """Seconds until the first of ten answers in a row that are good and quick."""
    loop = asyncio.get_running_loop()
    began = first = loop.time()
    in_a_row = 0
    while in_a_row < QUICK_IN_A_ROW and loop.time() < began + patience:
        asked = loop.time()
        answer = await client.ask(body())
        if answer.status == 200 and answer.seconds <= quick:
            first = asked if in_a_row == 0 else first
            in_a_row += 1
        else:
            in_a_row = 0
    return first - began
