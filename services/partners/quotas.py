"""How much a partner's visitors ask for together.

Requests of a minute and letters of an hour are counted by each process, as everybody's are
(``services/rates.py``). Requests of a day are counted in the database for all processes
together: each takes some at a time, so that few requests cost a write.
"""

from __future__ import annotations

import asyncio
import math
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial

from domain.calendar import city_date, day_ends
from domain.partners import Partner
from services.rates import Allowance, Buckets
from storage.partners import PartnerRepository

MOST_AT_ONCE = 50
_MINUTE, _HOUR = timedelta(minutes=1), timedelta(hours=1)


@dataclass(slots=True)
class _Day:
    """What this process has of a partner's day."""

    day: date
    limit: int
    left: int = 0
    is_over: bool = False
    taking: asyncio.Lock = field(default_factory=asyncio.Lock)


class Quotas:
    """The counts of one process, for every partner that was met."""

    def __init__(self) -> None:
        self._buckets: dict[tuple[str, timedelta], tuple[int, Buckets]] = {}
        self._days: dict[str, _Day] = {}

    async def request(
        self, repository: PartnerRepository, partner: Partner, now: datetime
    ) -> Allowance:
        """One request; ``retry_after`` says that it was one too many, of the minute or the day."""
        minute = self._take(partner, partner.quota.per_minute, _MINUTE, now)
        if minute.retry_after is not None:
            return minute
        if await self._has_today(repository, partner, now):
            return minute
        wait = day_ends(city_date(now)) - now
        tomorrow = now + wait
        seconds = max(1, math.ceil(wait.total_seconds()))
        return Allowance(partner.quota.per_day, 0, tomorrow, seconds)

    def letter(self, partner: Partner, now: datetime) -> Allowance:
        """One letter of the hour."""
        return self._take(partner, partner.quota.letters_per_hour, _HOUR, now)

    def _take(self, partner: Partner, limit: int, period: timedelta, now: datetime) -> Allowance:
        key = partner.id, period
        known, buckets = self._buckets.get(key, (0, None))
        if buckets is None or known != limit:
            buckets = Buckets(limit, period)
            self._buckets[key] = limit, buckets
        return buckets.take(partner.id, now)

    async def _has_today(
        self, repository: PartnerRepository, partner: Partner, now: datetime
    ) -> bool:
        today, limit = city_date(now), partner.quota.per_day
        day = self._days.get(partner.id)
        if day is None or (day.day, day.limit) != (today, limit):
            day = self._days[partner.id] = _Day(today, limit)
        async with day.taking:
            if day.left == 0 and not day.is_over:
                take = partial(repository.counted, partner.id, today, now=now)
                size = max(1, min(MOST_AT_ONCE, limit // 100))
                taken = await take(size)
                day.left = max(0, min(size, limit - (taken - size)))
                day.is_over = day.left == 0
            day.left -= not day.is_over
            return not day.is_over
