"""Connections before they say anything: how many there are, and how long each may take.

uvicorn knows no limit for the head of a request, in bytes or seconds, and none for readers who do
not read. Both are here, and so is the number of open sockets, in all and from one address.
"""

from __future__ import annotations

import asyncio
import resource
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import (
    STATUS_LINE,
    HttpToolsProtocol,
    RequestResponseCycle,
)
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from uvicorn.server import ServerState

from api.addresses import Network, counted_address

MOST_HEAD = 64 * 1024
MOST_FIELDS = 100
MOST_AHEAD = 16
"""Requests that are sent before the first is answered."""
SPARE_FILES = 256
"""Of the process's files: for the database, the logs, and what is sent out."""


@dataclass
class Connections:
    """Counts the open sockets, and says how long each may take.

    ``proxies`` speak for many: they have no limit of their own. ``head_seconds``: from the
    connection, or the first byte after an answer, to the end of a head. ``stalled_seconds``: a
    reader who takes nothing at all for so long is gone.
    """

    in_all: int = 4_096
    by_address: int = 1_024
    proxies: Sequence[Network] = ()
    head_seconds: float = 10.0
    stalled_seconds: float = 20.0
    refused: int = 0
    _counts: Counter[str] = field(default_factory=Counter)

    @property
    def open(self) -> int:
        """How many there are."""
        return self._counts.total()

    def add(self, host: str | None) -> str | None:
        """Under which address it counts; None when there are too many."""
        address, is_proxy = counted_address(host, self.proxies)
        is_full = self._counts[address] >= self.by_address and not is_proxy
        if is_full or self.open >= self.in_all:
            self.refused += 1
            return None
        self._counts[address] += 1
        return address

    def remove(self, address: str) -> None:
        """It is closed."""
        self._counts[address] -= 1
        if not self._counts[address]:
            del self._counts[address]


def connections_for(proxies: Sequence[Network]) -> Connections:
    """As many as this process may have files open, which is raised as far as it goes."""
    files, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = Connections.in_all + SPARE_FILES
    if files < wanted and files != resource.RLIM_INFINITY:
        files = wanted if most == resource.RLIM_INFINITY else min(wanted, most)
        resource.setrlimit(resource.RLIMIT_NOFILE, (files, most))
    in_all = Connections.in_all if files == resource.RLIM_INFINITY else files - SPARE_FILES
    return Connections(max(1, min(Connections.in_all, in_all)), proxies=proxies)


def guarded(connections: Connections) -> dict[str, Any]:
    """What to tell uvicorn's ``Config``."""
    return {
        "http": partial(GuardedHttp, connections=connections),
        "ws": partial(GuardedWebSocket, connections=connections),
    }


class StallGuard:
    """Ends a connection whose reader takes nothing at all for so many seconds."""

    def __init__(self, transport: asyncio.Transport, seconds: float) -> None:
        self._transport, self._seconds, self._unsent = transport, seconds, 0
        self._timer: asyncio.TimerHandle | None = None

    def begin(self) -> None:
        """More lies unsent than the connection takes."""
        self.end()
        self._unsent = self._transport.get_write_buffer_size()
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(self._seconds, self._look)

    def end(self) -> None:
        """It has been taken, or there is no connection any more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _look(self) -> None:
        if self._transport.get_write_buffer_size() < self._unsent:
            self.begin()
        else:
            self._transport.abort()


class StallWatch(asyncio.Protocol):
    """Beside a protocol of uvicorn's: a connection whose reader stalls is ended."""

    _stall: StallGuard | None = None

    def pause_writing(self) -> None:
        """The reader lags behind."""
        super().pause_writing()
        if self._stall is not None:
            self._stall.begin()

    def resume_writing(self) -> None:
        """The reader has caught up."""
        super().resume_writing()
        if self._stall is not None:
            self._stall.end()


class GuardedWebSocket(StallWatch, WebSocketsSansIOProtocol):
    """uvicorn's, counted, and without readers who do not read."""

    def __init__(self, *, connections: Connections, **given: Any) -> None:
        super().__init__(**given)
        self._guard = connections
        self._address: str | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Counted anew: it was HTTP until now."""
        super().connection_made(transport)
        self._stall = StallGuard(self.transport, self._guard.stalled_seconds)
        self._address = self._guard.add(self.client[0] if self.client else None)

    def connection_lost(self, exc: Exception | None) -> None:
        """Whoever closes it, it counts no more."""
        if self._stall is not None:
            self._stall.end()
        if self._address is not None:
            self._guard.remove(self._address)
        super().connection_lost(exc)


class GuardedHttp(StallWatch, HttpToolsProtocol):
    """uvicorn's, within limits of size, time and number."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
        *,
        connections: Connections,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._guard = connections
        self._address: str | None = None
        self._head_timer: asyncio.TimerHandle | None = None
        self._head_size = self._fields = self._unfinished = 0
        self._in_body = False

    # A connection

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Closed at once where there are too many."""
        super().connection_made(transport)
        self._address = self._guard.add(self.client[0] if self.client else None)
        if self._address is None:
            transport.abort()
            return
        self._stall = StallGuard(transport, self._guard.stalled_seconds)
        self._expect_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Whoever closes it, it counts no more."""
        self._forget()
        super().connection_lost(exc)

    def handle_websocket_upgrade(self) -> None:
        """From here on it is counted as a WebSocket."""
        self._forget()
        super().handle_websocket_upgrade()

    def _forget(self) -> None:
        self._expect_nothing()
        if self._stall is not None:
            self._stall.end()
        if self._address is not None:
            self._guard.remove(self._address)
            self._address = None

    # The head of a request

    def data_received(self, data: bytes) -> None:
        """What comes without a request under way is a head, and has its time and its size."""
        super().data_received(data)
        if self._address is None or self.transport.is_closing():
            return
        cycle: RequestResponseCycle | None = self.cycle
        if cycle is None or cycle.response_complete:
            self._expect_head()
        if self._head_timer is not None and not self._in_body:
            self._unfinished += len(data)
            if self._unfinished > MOST_HEAD:
                self._refuse(431)

    def on_message_begin(self) -> None:
        """A new head."""
        super().on_message_begin()
        self._head_size = self._fields = 0

    def on_url(self, url: bytes) -> None:
        """Raises, which ends the parsing, for too much of it."""
        self._measure(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Raises, which ends the parsing, for too many of them."""
        self._fields += 1
        self._measure(len(name) + len(value))
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """The head was there in time. Raises for more requests than anybody sends ahead."""
        self._expect_nothing()
        self._in_body = True
        if len(self.pipeline) >= MOST_AHEAD:
            raise ValueError("too many requests ahead")
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """What follows is a head again."""
        self._in_body = False
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        """431 for what is too large, which the parser tells like everything else."""
        if self._is_too_large:
            self._refuse(431)
        else:
            super().send_400_response(msg)

    @property
    def _is_too_large(self) -> bool:
        return self._head_size > MOST_HEAD or self._fields > MOST_FIELDS

    def _measure(self, size: int) -> None:
        self._head_size += size
        if self._is_too_large:
            raise ValueError("too large a head")

    def _expect_head(self) -> None:
        if self._head_timer is None:
            self._head_timer = self.loop.call_later(self._guard.head_seconds, self._give_up)

    def _expect_nothing(self) -> None:
        self._unfinished = 0
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _give_up(self) -> None:
        if self._unfinished:
            self._refuse(408)
        else:
            self.transport.close()

    def _refuse(self, status: int) -> None:
        end = b"content-length: 0\r\nconnection: close\r\n\r\n"
        self.transport.write(STATUS_LINE[status] + end)
        self.transport.close()
