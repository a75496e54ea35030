"""Passes: what an address of ours says, signed, so that it opens one thing for some minutes."""

from __future__ import annotations

import base64
import hmac
import json
from dataclasses import astuple, dataclass
from datetime import UTC, datetime
from typing import Literal

from services.access import Access

Purpose = Literal["upload", "shown", "thumbnail"]
_SIGNED = 18


@dataclass(frozen=True, slots=True)
class Pass:
    """``until`` is in whole seconds since 1970; ``name`` and ``size`` are the file's."""

    purpose: Purpose
    id: str
    content_type: str
    name: str
    size: int
    until: int


def issue(access: Access, given: Pass) -> str:
    """The pass as it stands in an address."""
    body = json.dumps(astuple(given), ensure_ascii=False, separators=(",", ":")).encode()
    return f"{_text(body)}.{_text(_seal(access, body))}"


def read(access: Access, text: str, now: datetime) -> Pass | None:
    """What a pass says; None for what we have not signed, or not for so long."""
    body_text, _, seal = text.partition(".")
    try:
        body, signed = _decoded(body_text), _decoded(seal)
        if not hmac.compare_digest(signed, _seal(access, body)):
            return None
    except ValueError:  # neither base64 nor UTF-8
        return None
    found = Pass(*json.loads(body))
    return found if now < datetime.fromtimestamp(found.until, UTC) else None


def _decoded(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def _seal(access: Access, body: bytes) -> bytes:
    return access.digest("attachment pass", body.decode())[:_SIGNED]


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
