"""The side door of ``/graphql``: requests with a partner's key, from a partner's pages.

A key opens three operations (``schema/clients/widget.graphql``), from the partner's origins, for
its mailboxes, within its quota. Everything else is refused before a document is looked at.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response

from api.partner_requests import WRITE, asked_of
from api.telemetry import refused
from domain.partners import Partner
from domain.refusals import Refusal, Text
from services.challenges import use_solution
from services.office import Office
from services.partners.keys import admitted
from services.partners.origins import Origins
from services.partners.quotas import Quotas
from services.rates import Allowance
from storage.mongo import suppress_outages

KEY = "Lizheng-Partner-Key"
SOLUTION = "Altcha-Solution"
MAX_AGE = 600
"""Seconds for which a browser remembers what a preflight said."""
METHODS = "GET, POST"
SENT = f"Accept-Language, {SOLUTION}, Content-Type, If-None-Match, {KEY}, Lizheng-Query-Code"
READ = "ETag, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset, Retry-After, X-Request-Id"

NO_KEY = Text("合作方密钥无效。", "This partner key is not valid.")
ORIGIN = Text(
    "该密钥不得用于此页面的来源。", "This key is not for the origin of this page, or there is none."
)
OPERATION = Text(
    "合作方密钥只能用于嵌入组件的操作。", "A partner key opens the widget's operations only."
)
TOKEN = Text("合作方密钥不得与登录令牌同用。", "A partner key comes without a token.")
MAILBOX = Text("该合作方未获准使用此信箱。", "This partner does not show this mailbox.")
TOO_MUCH = Text("请求过于频繁，请稍后再试。", "This partner's quota is used up. Try again later.")


class PartnerRefused(HTTPException):
    """A request with a partner's key that came to nothing. ``reason`` is for programs."""

    def __init__(self, status: int, code: str, reason: str | None, text: Text) -> None:
        super().__init__(status, text.en, {"WWW-Authenticate": KEY} if status == 401 else {})
        self._code, self._reason, self._text = code, reason, text

    @classmethod
    def forbidden(cls, reason: str, text: Text) -> PartnerRefused:
        """403."""
        return cls(403, "FORBIDDEN", reason, text)

    @classmethod
    def too_much(cls, allowance: Allowance) -> PartnerRefused:
        """429 with ``Retry-After``."""
        refusal = cls(429, "TOO_MANY_ATTEMPTS", "PARTNER_QUOTA", TOO_MUCH)
        refusal.headers = {"Retry-After": str(allowance.retry_after)}
        return refusal

    def body(self, language: str, request_id: str) -> dict[str, Any]:
        """As every refusal looks."""
        refused("request", self._code)
        extensions = {"code": self._code, "requestId": request_id}
        if self._reason is not None:
            extensions["reason"] = self._reason
        return {"errors": [{"message": self._text.spoken(language), "extensions": extensions}]}


def check_has_no_key(connection: HTTPConnection) -> None:
    """Raises for a connection that comes with a key where none opens anything."""
    if KEY in connection.headers:
        raise PartnerRefused.forbidden("PARTNER_OPERATION", OPERATION)


def _is_ours(request: Request, origin: str) -> bool:
    """Whether it is a page of our own that asks: the one that partners put into a frame."""
    host = request.headers.get("host")
    return bool(host) and origin.partition("://")[2] == host


class PartnerDoor:
    """Of one application. What it counts and remembers is one process's."""

    def __init__(self, office: Callable[[], Office], clock: Callable[[], datetime]) -> None:
        self._office, self._clock = office, clock
        self._origins, self._quotas = Origins(), Quotas()

    async def preflight(self, request: Request) -> Response | None:
        """What a browser asks before it sends a key: it says the origin, and no key.

        So it is answered for the origins of all partners; None for any other origin.
        """
        origin = request.headers.get("origin")
        asks = "access-control-request-method" in request.headers
        if origin is None or not asks or not await self._is_known(origin):
            return None
        headers = {
            "Access-Control-Allow-Origin": origin,
            "Access-Control-Allow-Methods": METHODS,
            "Access-Control-Allow-Headers": SENT,
            "Access-Control-Max-Age": str(MAX_AGE),
        }
        return Response(status_code=204, headers=headers)

    async def identify(self, request: Request) -> None:
        """Whose key came along, before anything is read; nothing for a request without one.

        Raises ``PartnerRefused``: 401 for a key that is no living one's, 403 for another origin
        or a token beside it, 429 beyond the quota.
        """
        secret = request.headers.get(KEY)
        if secret is None:
            return
        await self._identify(request, secret.strip())

    async def _identify(self, request: Request, secret: str) -> None:
        office, now = self._office(), self._clock()
        known = await admitted(office, secret, now)
        if known is None:
            raise PartnerRefused(401, "UNAUTHENTICATED", None, NO_KEY)
        partner, key = known
        origin = request.headers.get("origin", "")
        if origin not in partner.origins and not _is_ours(request, origin):
            request.state.is_foreign = True
            raise PartnerRefused.forbidden("PARTNER_ORIGIN", ORIGIN)
        request.state.partner = partner
        if "authorization" in request.headers:
            raise PartnerRefused.forbidden("PARTNER_TOKEN", TOKEN)
        allowance = await self._quotas.request(office.outside.partners, partner, now)
        request.state.visitor = replace(request.state.visitor, allowance=allowance)
        if allowance.retry_after is not None:
            raise PartnerRefused.too_much(allowance)
        if key.was_seen_long_ago(now):
            await office.outside.partners.saw(partner.id, key, now)

    async def inspect(self, request: Request) -> None:
        """What the partner's visitor asks for, once it is read; raises ``PartnerRefused``."""
        partner: Partner | None = getattr(request.state, "partner", None)
        if partner is None:
            return
        asked = await asked_of(request)
        if asked is None:
            raise PartnerRefused.forbidden("PARTNER_OPERATION", OPERATION)
        if asked.names_a_mailbox and asked.mailbox not in partner.mailboxes:
            raise PartnerRefused.forbidden("PARTNER_MAILBOX", MAILBOX)
        if asked.operation == WRITE:
            await self._check_letter(request, partner)

    async def _check_letter(self, request: Request, partner: Partner) -> None:
        """A letter is worth some work of the browser's, and there are so many in an hour."""
        now = self._clock()
        try:
            await use_solution(self._office(), request.headers.get(SOLUTION), now)
        except Refusal as refusal:
            code = refusal.code.value
            raise PartnerRefused(403, code, None, refusal.text) from None
        allowance = self._quotas.letter(partner, now)
        if allowance.retry_after is not None:
            raise PartnerRefused.too_much(allowance)

    async def mark(self, request: Request, response: Response) -> None:
        """Lets the page read what its own key was answered, and what was wrong with the key.

        Another partner's page, and any other, gets no header that would let it.
        """
        origin = request.headers.get("origin")
        if origin is None:
            return
        response.headers["Vary"] += ", Origin"
        if KEY not in request.headers or getattr(request.state, "is_foreign", False):
            return
        if hasattr(request.state, "partner") or await self._is_known(origin):
            response.headers["Access-Control-Allow-Origin"] = origin
            response.headers["Access-Control-Expose-Headers"] = READ

    async def _is_known(self, origin: str) -> bool:
        """Whether any partner has registered it; nobody, while the database is away."""
        with suppress_outages():
            return await self._origins.has(self._office().outside.partners, origin, self._clock())
        return False
