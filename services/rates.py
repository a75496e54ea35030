"""How much one asks for in a time: token buckets of one process, forgotten when they are full.

Nothing is written to the database for a request that is only a request. Several processes
behind one address each grant the limit; failed guesses, where that would matter, are counted in
the database (``services/guessing.py``).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

MOST_BUCKETS = 50_000


@dataclass(frozen=True, slots=True)
class Allowance:
    """What is left: ``remaining`` of ``limit``; all of it again at ``reset_at``.

    ``retry_after``: seconds until the next one; None when this one was granted.
    """

    limit: int
    remaining: int
    reset_at: datetime
    retry_after: int | None = None


class Buckets:
    """``limit`` at once, and as many again in every ``period``, for each key."""

    def __init__(self, limit: int, period: timedelta) -> None:
        self._limit, self._each = limit, period / limit
        self._period = period
        self._full_at: dict[str, datetime] = {}

    def take(self, key: str, now: datetime) -> Allowance:
        """One for ``key``, if there is one left."""
        full_at = self._full_at.get(key, now)
        if not now < full_at <= now + self._period:
            full_at = now  # full again, or the clock was set back
        after = full_at + self._each
        if after - now > self._period:
            wait = math.ceil((after - now - self._period).total_seconds())
            return Allowance(self._limit, 0, full_at, max(1, wait))
        self._keep(key, after, now)
        remaining = (self._period - (after - now)) // self._each
        return Allowance(self._limit, remaining, after)

    def _keep(self, key: str, full_at: datetime, now: datetime) -> None:
        if key not in self._full_at and len(self._full_at) >= MOST_BUCKETS:
            running = {one: until for one, until in self._full_at.items() if until > now}
            self._full_at = running if len(running) < MOST_BUCKETS else {}
        self._full_at[key] = full_at
