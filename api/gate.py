"""Who may run, who waits and who is refused, so that too much at once stays cheap."""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Literal, get_args

PATIENCE_SECONDS = 1.0
Reason = Literal["overload", "closing", "slow"]


class Refused(Exception):
    """The gate let nobody through; ``reason`` is why."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(eq=False, slots=True)
class _Waiter:
    """Somebody before the gate; ``answer`` is there when they are let in, or sent away."""

    address: str
    answer: asyncio.Future[None]
    is_in: bool = False


@dataclass
class Gate:
    """Who is inside and who waits. It belongs to one event loop; ``close`` may come from a signal.

    ``limit`` requests run, ``limit`` more wait, each for ``patience`` seconds at most. Addresses
    share it: none has more than three quarters of what runs; whose address has least inside comes
    next; and a full queue makes room for an address that has less in it than another.
    """

    limit: int
    patience: float = PATIENCE_SECONDS
    closing: bool = False
    refused: dict[Reason, int] = field(default_factory=lambda: dict.fromkeys(get_args(Reason), 0))
    _inside: Counter[str] = field(default_factory=Counter)
    _queue: list[_Waiter] = field(default_factory=list)

    @property
    def running(self) -> int:
        """Requests inside."""
        return self._inside.total()

    @property
    def waiting(self) -> int:
        """Requests before the gate."""
        return len(self._queue)

    @property
    def is_empty(self) -> bool:
        """Whether nothing runs and nothing waits."""
        return self.running == self.waiting == 0

    def close(self) -> None:
        """From now on nobody comes in; who runs or waits is finished."""
        self.closing = True

    async def enter(self, address: str = "") -> None:
        """Come in, after a wait if need be. Raises ``Refused``; otherwise ``leave`` once."""
        if self.closing:
            raise self.refusal("closing")
        if self._has_room(address):  # for none of those who wait, or they would be inside
            self._inside[address] += 1
        else:
            await self._wait(address)

    def leave(self, address: str = "") -> None:
        """Make room for the next."""
        self._inside[address] -= 1
        if not self._inside[address]:
            del self._inside[address]
        self._let_in()

    def refusal(self, reason: Reason) -> Refused:
        """What to raise; it is counted."""
        self.refused[reason] += 1
        return Refused(reason)

    def _has_room(self, address: str) -> bool:
        most = self.limit - self.limit // 4
        return self.running < self.limit and self._inside[address] < most

    async def _wait(self, address: str) -> None:
        if self.waiting >= self.limit:
            self._displace_for(address)
        waiter = _Waiter(address, asyncio.get_running_loop().create_future())
        self._queue.append(waiter)
        try:
            await asyncio.wait([waiter.answer], timeout=self.patience)
        except asyncio.CancelledError:
            if waiter.is_in:
                self.leave(address)
            raise
        finally:
            with suppress(ValueError):  # it is no longer there when it was let in, or sent away
                self._queue.remove(waiter)
        if not waiter.is_in:
            raise self.refusal("overload")

    def _displace_for(self, address: str) -> None:
        """Sends away the last of the address that waits most often; raises when that is ours."""
        queued = Counter(waiter.address for waiter in self._queue)
        largest, count = queued.most_common(1)[0]
        if count <= queued[address] + 1:
            raise self.refusal("overload")
        last = next(waiter for waiter in reversed(self._queue) if waiter.address == largest)
        self._queue.remove(last)
        last.answer.set_result(None)

    def _let_in(self) -> None:
        """Whoever may come in: first those of whom least is inside, in order of their coming."""
        while here := [waiter for waiter in self._queue if self._has_room(waiter.address)]:
            waiter = min(here, key=lambda waiter: self._inside[waiter.address])
            self._queue.remove(waiter)
            waiter.is_in = True
            self._inside[waiter.address] += 1
            waiter.answer.set_result(None)
