"""A line between the API and its database, in a test's hand."""

from __future__ import annotations

import asyncio
from urllib.parse import urlsplit


class Line:
    """A line to the database that can be cut, or held: then it takes all and says nothing."""

    def __init__(self, uri: str) -> None:
        parts = urlsplit(uri)
        self._far = (parts.hostname or "127.0.0.1", parts.port or 27017)
        self._calls: set[asyncio.StreamWriter] = set()
        self._pumps: set[asyncio.Task[None]] = set()
        self._flows = asyncio.Event()
        self._flows.set()

    async def __aenter__(self) -> Line:
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.cut()

    @property
    def uri(self) -> str:
        port = self._server.sockets[0].getsockname()[1]
        return f"mongodb://127.0.0.1:{port}/?directConnection=true"

    async def cut(self) -> None:
        """From now on nobody answers."""
        self._server.close()
        self.release()
        for writer in self._calls:
            writer.close()
        await asyncio.gather(*self._pumps, return_exceptions=True)

    def hold(self) -> None:
        """From now on nothing gets through, and nobody is told."""
        self._flows.clear()

    def release(self) -> None:
        """What was held gets through."""
        self._flows.set()

    async def _connected(self, near: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        far, there = await asyncio.open_connection(*self._far)
        self._calls |= {back, there}
        self._pumps |= {asyncio.create_task(self._pumped(near, there))}
        self._pumps |= {asyncio.create_task(self._pumped(far, back))}

    async def _pumped(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        while data := await source.read(65_536):
            await self._flows.wait()
            sink.write(data)
            await sink.drain()
        sink.close()
