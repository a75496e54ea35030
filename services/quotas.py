"""What everybody together may use in a day of the city's: text messages, bytes of files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.calendar import city_date, day_ends
from storage.quotas import QuotaRepository


@dataclass(frozen=True, slots=True)
class DailyQuota:
    """So many of something in a day, counted in the database."""

    quotas: QuotaRepository
    name: str
    most: int

    async def take(self, now: datetime, amount: int = 1) -> bool:
        """Takes so many of today's; False, and none taken, when not so many are left."""
        return await self.quotas.take(self._of(now), amount, self.most, day_ends(city_date(now)))

    async def give_back(self, now: datetime, amount: int = 1) -> None:
        """What was taken just now, and not used."""
        await self.quotas.give_back(self._of(now), amount)

    def seconds_left(self, now: datetime) -> int:
        """Until the next day begins."""
        return max(1, round((day_ends(city_date(now)) - now).total_seconds()))

    def _of(self, now: datetime) -> str:
        return f"{self.name} {city_date(now)}"
