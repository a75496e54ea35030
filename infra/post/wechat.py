"""WeChat template messages of an official account, over its HTTPS API."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import httpx

from infra.post.taking import Message, Refusal

API = "https://api.weixin.qq.com"
SECONDS = 8
EARLY = timedelta(minutes=5)
"""So long before it expires a token is not used any more."""
STALE_TOKEN = frozenset((40001, 40014, 42001))
PERMANENT = frozenset((40003, 43004, 43101, -41000))
"""No such openid, not a follower, does not want any: this receiver will get none."""


@dataclass(frozen=True, slots=True)
class Account:
    """The official account, and the template whose fields ``number`` and ``text`` are filled in."""

    app_id: str
    secret: str = field(repr=False)
    template: str


class WeChatPost:
    """``to`` is an openid. WeChat drops repeats by ``client_msg_id``: a hash of the message's id.

    ``clock`` tells how old the access token is. Close it when it is no longer needed.
    """

    def __init__(
        self, account: Account, clock: Callable[[], datetime], base_url: str = API
    ) -> None:
        self._account, self._clock = account, clock
        self._http = httpx.AsyncClient(base_url=base_url, timeout=SECONDS)
        self._token: str | None = None
        self._good_until: datetime | None = None
        self._fetching = asyncio.Lock()

    async def close(self) -> None:
        """Closes its connections."""
        await self._http.aclose()

    async def send(self, message: Message) -> Refusal | None:
        """Sends it; with a fresh token once more where WeChat does not know the old one."""
        try:
            code, token = await self._sent(message)
            if code in STALE_TOKEN:
                # Others may have fetched a new one meanwhile: each new one ends the one before,
                # and there are few a day.
                if token == self._token:
                    self._token = None
                code, _ = await self._sent(message)
        except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
            return Refusal(f"WeChat: {type(error).__name__}", permanent=False)
        return Refusal(f"WeChat: {code}", permanent=code in PERMANENT) if code else None

    async def _sent(self, message: Message) -> tuple[int, str | None]:
        """The code that WeChat answers, 0 when it has taken the message; with which token."""
        token, code = await self._access_token()
        if token is None:
            return code, None
        answer = await self._posted(
            "/cgi-bin/message/template/send", _template(message, self._account), token
        )
        return int(answer["errcode"]), token

    async def _access_token(self) -> tuple[str | None, int]:
        """The token, fetched when there is none that is good; else the code that is in the way."""
        async with self._fetching:
            now = self._clock()
            if self._token is not None and self._good_until is not None and now < self._good_until:
                return self._token, 0
            answer = await self._posted(
                "/cgi-bin/stable_token",
                {
                    "grant_type": "client_credential",
                    "appid": self._account.app_id,
                    "secret": self._account.secret,
                    "force_refresh": self._token is None and self._good_until is not None,
                },
            )
            if "access_token" not in answer:
                return None, int(answer.get("errcode", -1))
            self._token = str(answer["access_token"])
            self._good_until = now + timedelta(seconds=int(answer["expires_in"])) - EARLY
            return self._token, 0

    async def _posted(
        self, path: str, body: Mapping[str, Any], token: str | None = None
    ) -> dict[str, Any]:
        answer = await self._http.post(
            path, json=body, params={"access_token": token} if token else None
        )
        answer.raise_for_status()
        read = answer.json()
        if not isinstance(read, dict):
            raise ValueError("an answer is an object")  # noqa: TRY004
        return read


def _template(message: Message, account: Account) -> dict[str, Any]:
    link = message.data.get("link")
    return {
        "touser": message.to,
        "template_id": account.template,
        "client_msg_id": hashlib.sha256(message.id.encode()).hexdigest()[:32],
        "data": {
            "number": {"value": message.data.get("number", "")},
            "text": {"value": message.text},
        },
        **({"url": link} if link else {}),
    }
