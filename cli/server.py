"""The web server: one that finishes what it has begun before it ends."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable
from types import FrameType

import uvicorn
from starlette.applications import Starlette

from api.connections import connections_for, guarded
from api.gate import Gate
from infra.child import KeptChild

FINISH_SECONDS = 10
"""For requests under way; the database's end comes on top."""
STREAM_SECONDS = 2
"""For streams, which would never end by themselves, after that."""
MOST_MESSAGE_BYTES = 256 * 1024
"""Of a WebSocket's message: the longest document and its variables."""


class Server(uvicorn.Server):
    """Asked to end, it refuses new requests, finishes the running ones, and then closes its door.

    A second signal is no reason to drop what it is doing.
    """

    def __init__(
        self,
        config: uvicorn.Config,
        gate: Gate,
        end_streams: Callable[[], Awaitable[None]],
        beside: KeptChild | None = None,
    ) -> None:
        """``beside``: a process that runs while the door is open."""
        super().__init__(config)
        self._gate = gate
        self._beside = beside
        self._end_streams = end_streams
        self._finish_until: float | None = None

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """A signal: while it still starts there is nothing to finish."""
        self._gate.close()
        if self._beside is not None:
            self._beside.ask_to_end()
        if not self.started:
            self.should_exit = True

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Open the door first: nobody waits for what runs beside it."""
        await super().startup(sockets)
        if self._beside is not None and self.started and not self._gate.closing:
            self._beside.start()

    async def on_tick(self, counter: int) -> bool:
        """Ten times a second: whether it is over."""
        if self._gate.closing:
            now = asyncio.get_running_loop().time()
            if self._finish_until is None:
                self._finish_until = now + FINISH_SECONDS
                await self._end_streams()
            self.should_exit = self._gate.is_empty or now >= self._finish_until
        return await super().on_tick(counter)


def run(app: Starlette, listener: socket.socket, beside: KeptChild | None = None) -> None:
    """Serve until a signal comes, then finish the requests under way."""
    config = uvicorn.Config(
        app,
        lifespan="on",
        log_config=None,  # `api/logs.py` has the say
        access_log=False,  # an address may hold a query code
        server_header=False,
        proxy_headers=False,  # whose word to take for a client's address is TRUSTED_PROXIES
        ws_max_size=MOST_MESSAGE_BYTES,
        **guarded(connections_for(app.state.proxies)),
        ws_per_message_deflate=False,  # 500 readers would each hold tables for it
        timeout_graceful_shutdown=STREAM_SECONDS,
    )
    server = Server(config, app.state.gate, app.state.following.close, beside)
    try:
        server.run(sockets=[listener])
    finally:
        if beside is not None:
            beside.end()
