"""Nobody guesses a number and its code: failures are counted, successes are not.

A failure costs one write for the address and one for the number. A success costs nothing: what
is shut is known to each process, which asks the database for it at most four times a second.
Guesses under way count as failures until they are decided, so that a hundred at once get no
further than a hundred one after the other.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from domain.refusals import TooManyAttempts
from services.access import Access
from storage.attempts import AttemptRepository

T = TypeVar("T")

KNOWN_FOR = timedelta(milliseconds=250)
MOST_LINES = 10_000
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class GuessLimits:
    """Failures after which no more is looked up, until the window that began with the first ends.

    Many people share an address; nobody mistypes the code of one letter ten times.
    """

    by_number: int = 10
    by_address: int = 100
    window: timedelta = timedelta(minutes=15)


@dataclass(slots=True)
class _Line:
    """Who tries one key in this process: failed, not decided yet, and waiting for their turn."""

    failed: int = 0
    open: int = 0
    waiting: int = 0
    until: datetime = _LONG_AGO
    left: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def in_use(self) -> bool:
        return self.open + self.waiting > 0

    async def somebody_leaves(self) -> None:
        """Waits until one that is under way is decided."""
        self.left.clear()
        self.waiting += 1
        try:
            await self.left.wait()
        finally:
            self.waiting -= 1


class Guessing:
    """The counts of one process, and those that all share."""

    def __init__(
        self, attempts: AttemptRepository, access: Access, limits: GuessLimits | None = None
    ) -> None:
        self._attempts, self._access = attempts, access
        self.limits = limits or GuessLimits()
        self._lines: dict[str, _Line] = {}
        self._full: Mapping[str, datetime] = {}
        self._asked_at = _LONG_AGO
        self._asking = asyncio.Lock()

    async def guarded(
        self,
        look_up: Callable[[], Awaitable[T | None]],
        target: str | None,
        address: str | None,
        now: datetime,
    ) -> T | None:
        """What ``look_up`` finds; a None of it counts against the target and the address.

        ``target`` is what is guessed at, such as a case's number; None where there is no such.

        Raises ``TooManyAttempts``, with right guesses and wrong ones alike, once either has
        failed too often. ``address`` is None for those who do not come over the network.
        """
        limits = self._limits_of(target, address)
        await self._check_full(limits, now)
        entered: list[str] = []
        try:
            for key, limit in sorted(limits.items()):
                await self._enter(key, limit, now)
                entered.append(key)
            found = await look_up()
            if found is None:
                await asyncio.gather(*(self._failed(key, limits[key], now) for key in limits))
        finally:
            for key in entered:
                self._leave(key)
        return found

    def _limits_of(self, target: str | None, address: str | None) -> dict[str, int]:
        """The keys that a guess counts against, with the limit of each."""
        limits = {}
        if target is not None:
            limits[self._access.digest("failed number", target).hex()] = self.limits.by_number
        if address is not None:
            limits[self._access.digest("failed address", address).hex()] = self.limits.by_address
        return limits

    async def _check_full(self, keys: Mapping[str, int], now: datetime) -> None:
        """Raises ``TooManyAttempts`` for what any process has shut."""
        if abs(now - self._asked_at) > KNOWN_FOR:
            async with self._asking:
                if abs(now - self._asked_at) > KNOWN_FOR:
                    self._full = await self._attempts.full(now)
                    self._asked_at = now
        for key in keys:
            if self._full.get(key, _LONG_AGO) > now:
                raise _shut(self._full[key], now)

    async def _enter(self, key: str, limit: int, now: datetime) -> None:
        """One guess more at this key, as soon as those before it leave room for it."""
        line = self._line(key, now)
        while line.failed < limit <= line.failed + line.open:
            await line.somebody_leaves()
        if line.failed >= limit:
            raise _shut(line.until, now)
        line.open += 1

    def _leave(self, key: str) -> None:
        line = self._lines[key]
        line.open -= 1
        line.left.set()
        if not line.in_use and not line.failed:
            del self._lines[key]

    async def _failed(self, key: str, limit: int, now: datetime) -> None:
        line = self._lines[key]
        count, until = await self._attempts.failed(key, limit, now, self.limits.window)
        line.failed, line.until = max(line.failed + 1, count), until

    def _line(self, key: str, now: datetime) -> _Line:
        line = self._lines.get(key)
        if line is None:
            self._forget(now)
            line = self._lines[key] = _Line()
        elif line.failed and line.until <= now:
            line.failed = 0
        return line

    def _forget(self, now: datetime) -> None:
        """When there are too many: what is over, then what is oldest; the database has it."""
        if len(self._lines) < MOST_LINES:
            return
        idle = [key for key, line in self._lines.items() if not line.in_use]
        over = [key for key in idle if self._lines[key].until <= now]
        for key in over or idle[: MOST_LINES // 10]:
            del self._lines[key]


def _shut(until: datetime, now: datetime) -> TooManyAttempts:
    return TooManyAttempts(retry_after=max(1, math.ceil((until - now).total_seconds())))
