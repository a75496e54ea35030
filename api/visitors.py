"""Who asks, from where, and how much more they may ask: known before anything is read or run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection
from starlette.responses import Response

from api.addresses import Network, address_of
from api.auth import actor_of
from api.tokens import TokenReader
from domain.actors import Actor
from services.rates import Allowance, Buckets


@dataclass(frozen=True, slots=True)
class Visitor:
    """Whoever sends one request."""

    actor: Actor
    address: str
    allowance: Allowance


class Reception:
    """Receives every request: checks its token, counts it, or sends it away.

    ``requests`` is the limit for a minute, of an account or else of an address; ``letters``
    that of an hour, of those without an account.
    """

    def __init__(
        self,
        tokens: TokenReader,
        clock: Callable[[], datetime],
        *,
        requests: int,
        letters: int,
        proxies: Sequence[Network] = (),
    ) -> None:
        self.tokens = tokens
        self._clock, self._proxies = clock, proxies
        self._requests = Buckets(requests, timedelta(minutes=1))
        self.letters = Buckets(letters, timedelta(hours=1))

    async def visitor(self, connection: HTTPConnection) -> Visitor:
        """Who it is; raises ``HTTPException`` 401 for a bad token, 429 for too much.

        Bad tokens are counted for their address, so that trying them is no way around.
        """
        address = address_of(connection, self._proxies)
        try:
            actor = await actor_of(connection.headers, self.tokens)
        except HTTPException:
            self._count(f"address {address}")
            raise
        whose = f"address {address}" if actor.subject is None else f"account {actor.subject}"
        return Visitor(actor, address, self._count(whose))

    def _count(self, whose: str) -> Allowance:
        now = self._clock()
        allowance = self._requests.take(whose, now)
        if allowance.retry_after is not None:
            headers = {**rate_headers(allowance, now), "Retry-After": str(allowance.retry_after)}
            raise HTTPException(429, "Too many requests. Try again later.", headers=headers)
        return allowance


def rate_headers(allowance: Allowance, now: datetime) -> dict[str, str]:
    """The ``RateLimit`` fields of the IETF's draft; ``Reset`` in seconds from now."""
    return {
        "RateLimit-Limit": str(allowance.limit),
        "RateLimit-Remaining": str(allowance.remaining),
        "RateLimit-Reset": str(max(0, round((allowance.reset_at - now).total_seconds()))),
    }


def tell_rate(response: Response, allowance: Allowance, now: datetime) -> None:
    """Writes them on a response."""
    response.headers.update(rate_headers(allowance, now))
