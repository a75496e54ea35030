"""What is too much is refused early and cheaply: 503 with ``Retry-After``, not a late answer.

At most so many requests run at once; as many again wait, in order and for a moment only. Whoever
comes beyond that, or waits too long, is told to come back. The same gate closes for good when the
process is asked to end: what runs is finished, what is new is refused.

Streams (server-sent events, WebSockets) last as long as their readers like: they hold a place
until their first byte, or none at all.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from starlette.types import ASGIApp, Message, Receive, Scope, Send

ALWAYS_OPEN = frozenset({"/healthz", "/readyz", "/metrics"})
PATIENCE_SECONDS = 1.0
RETRY_SECONDS = 1
"""Of a full house; it is the shortest time that the header can tell."""
CLOSING_RETRY_SECONDS = 5
"""Of a process that ends: until another one has taken its place."""

Reason = Literal["overload", "closing"]
_BODIES: Mapping[Reason, bytes] = {
    "overload": (
        b'{"errors":[{"message":"Too much at once. Try again soon.",'
        b'"extensions":{"code":"UNAVAILABLE"}}]}'
    ),
    "closing": (
        b'{"errors":[{"message":"This server is stopping. Try again soon.",'
        b'"extensions":{"code":"UNAVAILABLE"}}]}'
    ),
}


class Refused(Exception):
    """The gate let nobody through; ``reason`` is why."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass
class Gate:
    """Who is inside and who waits. It belongs to one event loop; ``close`` may come from a signal.

    ``limit`` requests run, ``limit`` more wait, each for ``patience`` seconds at most.
    """

    limit: int
    patience: float = PATIENCE_SECONDS
    running: int = 0
    waiting: int = 0
    closing: bool = False
    refused: dict[Reason, int] = field(default_factory=lambda: {"overload": 0, "closing": 0})
    _places: asyncio.Semaphore = field(init=False)

    def __post_init__(self) -> None:
        self._places = asyncio.Semaphore(self.limit)

    @property
    def is_empty(self) -> bool:
        """Whether nothing runs and nothing waits."""
        return self.running == self.waiting == 0

    def close(self) -> None:
        """From now on nobody comes in; who runs or waits is finished."""
        self.closing = True

    async def enter(self) -> None:
        """Come in, after a wait if need be. Raises ``Refused``; otherwise ``leave`` once."""
        if self.closing:
            raise self._refusal("closing")
        if self._places.locked():
            await self._wait()
        else:
            await self._places.acquire()
        self.running += 1

    def leave(self) -> None:
        """Make room for the next."""
        self.running -= 1
        self._places.release()

    async def _wait(self) -> None:
        if self.waiting >= self.limit:
            raise self._refusal("overload")
        self.waiting += 1
        try:
            async with asyncio.timeout(self.patience):
                await self._places.acquire()
        except TimeoutError:
            raise self._refusal("overload") from None
        finally:
            self.waiting -= 1

    def _refusal(self, reason: Reason) -> Refused:
        self.refused[reason] += 1
        return Refused(reason)


class Overload:
    """The gate as ASGI middleware. Health and metrics stay reachable, whatever happens."""

    def __init__(self, app: ASGIApp, gate: Gate) -> None:
        self._app = app
        self._gate = gate

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] not in ALWAYS_OPEN:
            await self._guarded(scope, receive, send)
        elif scope["type"] == "websocket" and self._gate.closing:
            await send({"type": "websocket.close", "code": 1012, "reason": "stopping"})
        else:
            await self._app(scope, receive, send)

    async def _guarded(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self._gate.enter()
        except Refused as refused:
            await _refuse(send, refused.reason)
            return
        place = _Place(self._gate.leave)
        try:
            await self._app(scope, receive, place.sender(send))
        finally:
            place.give_up()


@dataclass
class _Place:
    """A place inside, given up once: at the end, or when the answer turns out to be a stream."""

    leave: Callable[[], None]
    held: bool = True

    def give_up(self) -> None:
        if self.held:
            self.held = False
            self.leave()

    def sender(self, send: Send) -> Send:
        async def watched(message: Message) -> None:
            if message["type"] == "http.response.start" and _is_stream(message):
                self.give_up()
            await send(message)

        return watched


def _is_stream(start: Message) -> bool:
    headers = dict(start.get("headers", ()))
    return bool(headers.get(b"content-type", b"").startswith(b"text/event-stream"))


async def _refuse(send: Send, reason: Reason) -> None:
    closing = reason == "closing"
    body = _BODIES[reason]
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
        (b"retry-after", str(CLOSING_RETRY_SECONDS if closing else RETRY_SECONDS).encode()),
        (b"cache-control", b"no-store"),
    ]
    if closing:
        headers.append((b"connection", b"close"))
    await send({"type": "http.response.start", "status": 503, "headers": headers})
    await send({"type": "http.response.body", "body": body})
