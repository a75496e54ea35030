"""Many readers of one case cost one change stream and one reading; a slow one, nothing."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest
import pytest_asyncio

from api.sockets import SocketLimits
from tests.api.clients import Letter, Town
from tests.api.reading import CHANGED, Reader, Served, serving, until

pytestmark = pytest.mark.ring("test")

READERS = 500
SMALL = 65_536
LARGE = CHANGED.replace("version", "version " + " ".join(f"b{n}: body" for n in range(50)))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def served(town: Town) -> AsyncIterator[Served]:
    async with serving(town.app, send_buffer=SMALL) as served:
        yield served


@pytest.mark.ring("all")
async def test_500_readers_of_one_case_share_one_stream_and_one_reading(
    town: Town, served: Served
) -> None:
    letter = await town.letter()
    async with AsyncExitStack() as stack:
        readers = [await _follower(stack, served, letter) for _ in range(READERS)]
        await served.followed_by(READERS)
        await until(lambda: served.figures.readings > 0)
        for step, version in (("ACCEPT", 2), ("REVIEW", 3)):
            before = served.figures.readings
            await town.walk(letter, step)
            told = await asyncio.gather(*(reader.case() for reader in readers))
            assert [case["version"] for case in told] == [version] * READERS
            assert served.figures.readings == before + 1
        assert served.figures.streams == 1
    await served.followed_by(0)


async def _follower(stack: AsyncExitStack, served: Served, letter: Letter) -> Reader:
    reader = await stack.enter_async_context(served.reader())
    await reader.greeted()
    await reader.follow(letter)
    return reader


async def test_the_stream_is_open_while_somebody_follows(town: Town, served: Served) -> None:
    letter = await town.letter()
    before = served.figures.streams
    for opened in (1, 2):
        async with served.reader() as reader:
            await reader.greeted()
            assert served.figures.streams == before + opened - 1
            await reader.follow(letter)
            await until(lambda opened=opened: served.figures.streams == before + opened)  # type: ignore[misc]
        await served.followed_by(0)


async def test_a_slow_reader_is_dropped_and_the_others_are_served(
    town: Town, served: Served
) -> None:
    served.app.state.following.sockets.limits = SocketLimits(slow_seconds=1)
    letter = await town.letter(body="油烟" * 2_000)
    small = _small_socket(served)
    async with served.reader(sock=small, max_size=None) as slow, served.reader() as other:
        for reader, document in ((slow, LARGE), (other, CHANGED)):
            await reader.greeted()
            await reader.follow(letter, document=document)
        await served.followed_by(2)
        slow.connection.transport.pause_reading()
        for step, version in (("ACCEPT", 2), ("REVIEW", 3), ("SIGN_FOR", 4)):
            await town.walk(letter, step)
            assert (await other.case())["version"] == version
        await until(lambda: served.figures.dropped == 1)
        await served.followed_by(1)
        slow.connection.transport.resume_reading()
        assert await slow.drained()
        assert await slow.closed() == (1013, "This reader is too slow.")
        await town.walk(letter, "RECORD_CONTACT")
        assert (await other.case())["version"] == 5


async def test_a_slow_reader_of_events_is_dropped_too(town: Town, served: Served) -> None:
    served.app.state.following.sockets.limits = SocketLimits(slow_seconds=1)
    served.app.state.following.sockets.endpoint.slow_seconds = 0.5
    letter = await town.letter(body="油烟" * 2_000)
    before = served.figures.dropped
    reader, writer = await asyncio.open_connection(sock=_small_socket(served), limit=SMALL)
    body = json.dumps({"query": LARGE, "variables": letter.proof})
    head = "POST /graphql HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\n"
    head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    writer.write((head + body).encode())
    await served.followed_by(1)
    await town.walk(letter, "ACCEPT REVIEW SIGN_FOR")
    await until(lambda: served.figures.dropped == before + 1)
    await served.followed_by(0)
    assert b"text/event-stream" in await reader.read(SMALL)
    writer.transport.abort()


def _small_socket(served: Served) -> socket.socket:
    """A connection that holds little on its way."""
    small = socket.socket()
    small.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL)
    small.connect(("127.0.0.1", served.port))
    small.setblocking(False)
    return small
