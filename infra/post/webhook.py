"""Webhooks for partners, signed as https://www.standardwebhooks.com says."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from http import HTTPStatus

import httpx

from infra.post.taking import Message, Refusal

SECONDS = 8
PASSING = frozenset((408, 409, 425, 429))
"""Of the statuses from 300 to 499 those after which another try may be taken."""


class WebhookPost:
    """``to`` is a URL. Receivers drop repeats by ``webhook-id``, which is the message's.

    ``secrets`` are the receivers' keys by URL; ``clock`` tells the time that is signed. Close it
    when it is no longer needed.
    """

    def __init__(self, secrets: Mapping[str, bytes], clock: Callable[[], datetime]) -> None:
        self._secrets, self._clock = secrets, clock
        self._http = httpx.AsyncClient(timeout=SECONDS, follow_redirects=False)

    async def close(self) -> None:
        """Closes its connections."""
        await self._http.aclose()

    async def send(self, message: Message) -> Refusal | None:
        """Posts it; any status below 300 says that it was taken."""
        secret = self._secrets.get(message.to)
        if secret is None:
            return Refusal("webhook: no such receiver", permanent=True)
        body = json.dumps(
            {"type": f"case.{message.about.lower()}", "data": dict(message.data)},
            ensure_ascii=False,
        ).encode()
        timestamp = str(int(self._clock().timestamp()))
        headers = {
            "content-type": "application/json",
            "webhook-id": message.id,
            "webhook-timestamp": timestamp,
            "webhook-signature": signature(secret, message.id, timestamp, body),
        }
        try:
            answer = await self._http.post(message.to, content=body, headers=headers)
        except httpx.HTTPError as error:
            return Refusal(f"webhook: {type(error).__name__}", permanent=False)
        return _refusal(answer.status_code)


def signature(secret: bytes, message_id: str, timestamp: str, body: bytes) -> str:
    """What a receiver computes as well: HMAC-SHA256 of id, timestamp and body."""
    signed = b".".join((message_id.encode(), timestamp.encode(), body))
    digest = hmac.new(secret, signed, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(digest).decode()}"


def _refusal(status: int) -> Refusal | None:
    if status < HTTPStatus.MULTIPLE_CHOICES:
        return None
    permanent = status < HTTPStatus.INTERNAL_SERVER_ERROR and status not in PASSING
    return Refusal(f"webhook: {status}", permanent=permanent)
