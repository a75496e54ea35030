"""The origins of all partners, as one process knows them: for requests that carry no key."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

from storage.partners import PartnerRepository

KNOWN_FOR = timedelta(minutes=1)
"""After so long what was revoked is forgotten."""
ASKED_AGAIN = timedelta(seconds=1)
"""An origin that is not known makes the process ask, but no oftener."""
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


class Origins:
    """Asks the database at most once a second, for strangers, and once a minute for the others."""

    def __init__(self) -> None:
        self._known: frozenset[str] = frozenset()
        self._asked_at = _LONG_AGO
        self._asking = asyncio.Lock()

    async def has(self, repository: PartnerRepository, origin: str, now: datetime) -> bool:
        """Whether any partner has registered it."""
        if self._is_stale(origin, now):
            async with self._asking:
                if self._is_stale(origin, now):
                    self._known = await repository.origins()
                    self._asked_at = now
        return origin in self._known

    def _is_stale(self, origin: str, now: datetime) -> bool:
        age = abs(now - self._asked_at)
        return age >= KNOWN_FOR or (origin not in self._known and age >= ASKED_AGAIN)
