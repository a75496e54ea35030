"""What was worked out a moment ago, for whoever asks next."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar

T = TypeVar("T")

MOST_KEPT = 300
QUICK, LONGEST = 0.25, 600.0
"""Seconds: what is told again for less than that is not kept, and nothing for longer."""


@dataclass(slots=True)
class _Known:
    """An answer as of ``now``; ``until`` is on the stopwatch, None while it is worked out."""

    now: datetime
    working: asyncio.Future[Any]
    lasts: float = LONGEST
    until: float | None = field(default=None)

    def serves(self, now: datetime, seconds: float) -> bool:
        is_of_now = timedelta() <= now - self.now <= timedelta(seconds=self.lasts)
        return is_of_now and (self.until is None or seconds < self.until)


class Recent:
    """Of one process and event loop. Those who ask for the same at once wait for one answer.

    An answer is told again for so many times as long as it took to work out, ten minutes at
    most: what is quick is always new, and what is slow takes no more than a small, fixed share
    of the process, however often it is asked for.
    """

    def __init__(
        self, most: int = MOST_KEPT, stopwatch: Callable[[], float] = time.monotonic
    ) -> None:
        self._most, self._stopwatch = most, stopwatch
        self._known: OrderedDict[Hashable, _Known] = OrderedDict()

    async def told(
        self,
        key: Hashable,
        now: datetime,
        work: Callable[[], Awaitable[T]],
        *,
        times: float,
        at_least: float = 0,
    ) -> T:
        """What ``work`` said a moment before ``now``, or says now; told for ``at_least`` seconds.

        Whatever it raises is raised to all who wait for it, and not kept.
        """
        known = self._known.get(key)
        if known is None or not known.serves(now, self._stopwatch()):
            self._forget()
            known = self._known[key] = self._begun(key, now, work, times, at_least)
        self._known.move_to_end(key)
        answer: T = await asyncio.shield(known.working)
        return answer

    def _forget(self) -> None:
        """What is told no more, and what nobody has asked for the longest."""
        seconds = self._stopwatch()
        for key, one in list(self._known.items()):
            if one.until is not None and one.until <= seconds:
                del self._known[key]
        while len(self._known) >= self._most:
            self._known.popitem(last=False)

    def _begun(
        self,
        key: Hashable,
        now: datetime,
        work: Callable[[], Awaitable[T]],
        times: float,
        at_least: float,
    ) -> _Known:
        begun, working = self._stopwatch(), asyncio.ensure_future(work())
        known = _Known(now, working, max(LONGEST, at_least))

        def ended(done: asyncio.Future[T]) -> None:
            at = self._stopwatch()
            known.lasts = max(min(times * (at - begun) - QUICK, LONGEST), at_least)
            known.until = at + known.lasts
            has_failed = done.cancelled() or done.exception() is not None
            if (has_failed or known.lasts <= 0) and self._known.get(key) is known:
                del self._known[key]

        working.add_done_callback(ended)
        return known
