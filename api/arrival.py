"""How a request's body arrives: in its time, at a minimum rate, and so many at once.

A sender who is slow costs memory and a socket and nothing else. So what has not arrived yet is
bounded by address and in all, and a body that lags behind is given up.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from starlette.datastructures import Headers
from starlette.types import Message, Receive, Scope


class TooSlow(Exception):
    """The body did not arrive in its time."""


class TooMany(Exception):
    """So many bodies are on their way from this address, or from everywhere, that none is added."""


class Gone(Exception):
    """The client hung up before its request was there."""


@dataclass(frozen=True, slots=True)
class Pace:
    """A body has ``seconds``, and one more for every ``rate`` bytes of it that have arrived."""

    seconds: float
    rate: int = 32 * 1024

    def until(self, began: float, arrived: int) -> float:
        """When more has to be there, on the clock of ``began``."""
        return began + self.seconds + arrived / self.rate


@dataclass
class OnTheirWay:
    """Counts the bodies that have not arrived, by address."""

    in_all: int
    by_address: int
    _counts: Counter[str] = field(default_factory=Counter)

    @property
    def count(self) -> int:
        """How many there are."""
        return self._counts.total()

    @contextmanager
    def one(self, address: str) -> Iterator[None]:
        """While one arrives; raises ``TooMany``."""
        if self.count >= self.in_all or self._counts[address] >= self.by_address:
            raise TooMany
        self._counts[address] += 1
        try:
            yield
        finally:
            self._counts[address] -= 1
            if not self._counts[address]:
                del self._counts[address]


@dataclass
class Arrivals:
    """Of one application. ``most`` bytes of a body are kept until all of it is there.

    Below ``streamed`` bodies may be larger than that: they are handed on as they arrive.
    """

    pace: Pace
    most: int
    streamed: Sequence[str] = ()
    small: OnTheirWay = field(default_factory=lambda: OnTheirWay(in_all=256, by_address=64))
    large: OnTheirWay = field(default_factory=lambda: OnTheirWay(in_all=16, by_address=4))

    @property
    def on_their_way(self) -> int:
        """Bodies that are not there yet."""
        return self.small.count + self.large.count

    @contextmanager
    def of(self, scope: Scope, receive: Receive, address: str) -> Iterator[Arrival]:
        """The body of one request, counted until this is left."""
        is_streamed = scope["path"].startswith(tuple(self.streamed))
        with (self.large if is_streamed else self.small).one(address):
            announced = Headers(scope=scope).get("content-length", "")
            is_too_large = announced.isdecimal() and int(announced[:20]) > self.most
            most = 0 if is_too_large else self.most
            yield Arrival(receive, self.pace, most, is_streamed)


class Arrival:
    """One body. What is more than ``most`` is not read here: whoever takes it refuses it."""

    def __init__(self, receive: Receive, pace: Pace, most: int, is_streamed: bool) -> None:
        self._receive, self._pace, self._most = receive, pace, most
        self.is_streamed = is_streamed
        self._began = asyncio.get_running_loop().time()
        self._arrived, self._has_ended = 0, False
        self._kept: list[Message] = []

    async def read(self) -> None:
        """All of it, unless it is too large. Raises ``TooSlow``, and ``Gone``."""
        while not self._has_ended and self._arrived <= self._most and self._most:
            self._kept.append(await self._next())

    async def receive(self) -> Message:
        """What was read, then what comes. Raises as ``read`` until the end is there."""
        return self._kept.pop(0) if self._kept else await self._next()

    async def _next(self) -> Message:
        if self._has_ended:
            return await self._receive()
        try:
            async with asyncio.timeout_at(self._pace.until(self._began, self._arrived)):
                message = await self._receive()
        except TimeoutError:
            raise TooSlow from None
        if message["type"] == "http.disconnect":
            raise Gone
        self._arrived += len(message.get("body", b""))
        self._has_ended = not message.get("more_body")
        return message
