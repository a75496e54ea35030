"""What accounts need of the web: the desk that signs in, and the address of its public key."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from api.account_tokens import AccountIssuer, AccountReader
from api.tokens import TokenReader
from infra.post.devices import device_post
from infra.post.outbox import OutboxPost
from infra.post.switchboard import Switchboard, switchboard
from services.accounts.desk import AccountDesk, CodeLimits
from services.functions.messages import Message, Refusal
from services.office import Office
from services.quotas import DailyQuota
from settings import Settings

JWKS = "/.well-known/jwks.json"
KNOWN_FOR = 600
"""Seconds that the public key may be kept by whoever fetched it."""


def issuer_of(settings: Settings) -> AccountIssuer | None:
    """Whoever signs citizens in; None where there is no key for it."""
    seed = settings.secrets.account_key
    return AccountIssuer(seed) if seed is not None else None


def with_accounts(
    settings: Settings,
    others: TokenReader,
    office: Callable[[], Office],
    clock: Callable[[], datetime],
) -> TokenReader:
    """A reader that believes tokens of accounts beside those that ``others`` believes."""
    issuer = issuer_of(settings)
    if issuer is None:
        return others
    return AccountReader(issuer, others, lambda: office().outside.sessions, clock)


class CodePost:
    """The post as the settings have it, put together for its first message: most processes of a
    large house never send one."""

    def __init__(self, settings: Settings, office: Office, clock: Callable[[], datetime]) -> None:
        self._told, self._office, self._clock = settings.post, office, clock
        self._made: Switchboard | None = None

    async def send(self, message: Message) -> Refusal | None:
        """Hands it over."""
        if self._made is None:
            outbox = OutboxPost(self._office.outbox, self._clock)
            quotas, told = self._office.outside.quotas, self._told
            sms = DailyQuota(quotas, "text messages", told.sms_a_day)
            self._made = switchboard(told, outbox, self._clock, sms)
        return await self._made.send(message)

    async def close(self) -> None:
        """Closes what was put together."""
        if self._made is not None:
            await self._made.close()


@asynccontextmanager
async def account_desk(
    settings: Settings, office: Office, clock: Callable[[], datetime]
) -> AsyncIterator[AccountDesk]:
    """The desk, as long as the application serves.

    In production no code may lie in an outbox that other people read: without a carrier nobody
    signs in by telephone there.
    """
    post = CodePost(settings, office, clock)
    carried = settings.environment != "production" or settings.post.kind != "outbox"
    accounts = settings.outside.accounts
    try:
        yield AccountDesk(
            signer=issuer_of(settings),
            post=post if carried else None,
            devices=device_post(settings.post, accounts),
            limits=CodeLimits(address_hour=accounts.codes_per_address),
        )
    finally:
        await post.close()


def account_routes(settings: Settings) -> list[BaseRoute]:
    """Where others find the key that account tokens are signed with."""
    issuer = issuer_of(settings)
    body = orjson.dumps({"keys": [issuer.published()] if issuer else []})

    async def keys(request: Request) -> Response:
        headers = {"Cache-Control": f"public, max-age={KNOWN_FOR}"}
        return Response(body, media_type="application/json", headers=headers)

    return [Route(JWKS, keys)]
