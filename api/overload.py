"""What is too much is refused early and cheaply: 503 with ``Retry-After``, not a late answer.

At most so many requests run at once; as many again wait, in order and for a moment only. Whoever
comes beyond that, or waits too long, is told to come back. The same gate closes for good when the
process is asked to end: what runs is finished, what is new is refused.

Streams (server-sent events, WebSockets) last as long as their readers like: they hold a place
until their first byte, or none at all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.addresses import Network, address_of
from api.arrival import Arrivals, Gone, TooMany, TooSlow
from api.gate import Gate, Reason, Refused

ALWAYS_OPEN = frozenset({"/healthz", "/readyz", "/metrics"})
RETRY_SECONDS = 1
"""Of a full house; it is the shortest time that the header can tell."""
CLOSING_RETRY_SECONDS = 5
"""Of a process that ends: until another one has taken its place."""

_BODIES: Mapping[Reason, bytes] = {
    "overload": (
        b'{"errors":[{"message":"Too much at once. Try again soon.",'
        b'"extensions":{"code":"UNAVAILABLE"}}]}'
    ),
    "closing": (
        b'{"errors":[{"message":"This server is stopping. Try again soon.",'
        b'"extensions":{"code":"UNAVAILABLE"}}]}'
    ),
    "slow": (
        b'{"errors":[{"message":"This request did not arrive in its time.",'
        b'"extensions":{"code":"TIMEOUT"}}]}'
    ),
}


class Overload:
    """The gate as ASGI middleware. Health and metrics stay reachable, whatever happens.

    Nobody holds a place while their request is on its way: a body is read before the gate, within
    its time (``api/arrival.py``). What is too large to be kept for that, a file, is read by whoever
    takes it, and comes in with its last byte.
    """

    def __init__(
        self, app: ASGIApp, gate: Gate, arrivals: Arrivals, proxies: Sequence[Network] = ()
    ) -> None:
        self._app = app
        self._gate = gate
        self._arrivals, self._proxies = arrivals, proxies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] not in ALWAYS_OPEN:
            await self._guarded(scope, receive, send)
        elif scope["type"] == "websocket" and self._gate.closing:
            await send({"type": "websocket.close", "code": 1012, "reason": "stopping"})
        else:
            await self._app(scope, receive, send)

    async def _guarded(self, scope: Scope, receive: Receive, send: Send) -> None:
        address = address_of(HTTPConnection(scope), self._proxies)
        place = _Place(self._gate, address)
        sender = place.sender(send)
        try:
            with self._arrivals.of(scope, receive, address) as arrival:
                if arrival.is_streamed:
                    await self._app(scope, place.before_the_end_of(arrival.receive), sender)
                    return
                await arrival.read()
            await place.take()
            await self._app(scope, arrival.receive, sender)
        except Refused as refused:
            await _refuse(send, refused.reason)
        except TooSlow:
            self._gate.refusal("slow")
            await _refuse(send, "slow")
        except TooMany:
            self._gate.refusal("overload")
            await _refuse(send, "overload")
        except Gone:
            return
        finally:
            place.give_up()


@dataclass
class _Place:
    """A place inside, given up once: at the end, or when the answer turns out to be a stream."""

    gate: Gate
    address: str
    is_held: bool = False

    async def take(self) -> None:
        """Raises ``Refused``."""
        await self.gate.enter(self.address)
        self.is_held = True

    def give_up(self) -> None:
        if self.is_held:
            self.is_held = False
            self.gate.leave(self.address)

    def before_the_end_of(self, receive: Receive) -> Receive:
        """The same messages; the place is taken before the body's last one is handed on."""

        async def watched() -> Message:
            message = await receive()
            if message["type"] == "http.request" and not message.get("more_body"):
                await self.take()
            return message

        return watched

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
        (b"cache-control", b"no-store"),
    ]
    if reason != "slow":
        seconds = CLOSING_RETRY_SECONDS if closing else RETRY_SECONDS
        headers.append((b"retry-after", str(seconds).encode()))
    if reason != "overload":
        headers.append((b"connection", b"close"))
    status = 408 if reason == "slow" else 503
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
