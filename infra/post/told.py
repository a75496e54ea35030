"""What the post is told from outside."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Self, cast
from urllib.parse import urlsplit

Kind = Literal["outbox", "aws"]
_DOMAIN = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True)
class PostSettings:
    """Which adapters there are, and where writers find the pages that messages lead to."""

    kind: Kind = "outbox"
    sms_regions: frozenset[str] = frozenset({"CN"})
    """Countries that text messages go to, by ISO 3166-1."""
    sms_a_day: int = 20_000
    """Text messages of all together, in a day of the city's."""
    public_url: str = "http://127.0.0.1:8000"
    """Without a slash at its end."""
    unit_mail_domain: str | None = None
    """Units have their code as an address there; without it their mail lies in the outbox."""
    mail_sender: str = ""
    wechat_app_id: str | None = None
    wechat_secret: str = field(default="", repr=False)
    wechat_template: str = ""
    wechat_url: str = "https://api.weixin.qq.com"

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Self:
        """Reads the variables; raises ``ValueError``, which names the one that is wrong."""
        kind = environ.get("POST") or "outbox"
        if kind not in ("outbox", "aws"):
            raise ValueError(f"POST must be one of outbox, aws, not {kind!r}")
        _check_together(environ, "UNIT_MAIL_DOMAIN", "MAIL_SENDER")
        _check_together(environ, "WECHAT_APP_ID", "WECHAT_SECRET", "WECHAT_TEMPLATE")
        if kind == "aws":
            _check_together(environ, "POST", "PUBLIC_URL")
        return cls(
            kind=cast("Kind", kind),
            sms_regions=_regions(environ, "SMS_REGIONS"),
            sms_a_day=_count(environ, "SMS_A_DAY", cls.sms_a_day),
            public_url=_url(environ, "PUBLIC_URL", _here(environ)),
            unit_mail_domain=_domain(environ, "UNIT_MAIL_DOMAIN"),
            mail_sender=environ.get("MAIL_SENDER") or "",
            wechat_app_id=environ.get("WECHAT_APP_ID") or None,
            wechat_secret=environ.get("WECHAT_SECRET") or "",
            wechat_template=environ.get("WECHAT_TEMPLATE") or "",
            wechat_url=_url(environ, "WECHAT_URL", cls.wechat_url),
        )


def _regions(environ: Mapping[str, str], name: str) -> frozenset[str]:
    found = frozenset(part.strip() for part in (environ.get(name) or "CN").split(","))
    if not all(re.fullmatch("[A-Z]{2}", one) for one in found):
        raise ValueError(f"{name} must be countries such as CN,HK, not {environ[name]!r}")
    return found


def _count(environ: Mapping[str, str], name: str, default: int) -> int:
    value = environ.get(name) or str(default)
    if not (value.isascii() and value.isdigit() and len(value) <= 9):
        raise ValueError(f"{name} must be a number from 0 to 999999999, not {value!r}")
    return int(value)


def _here(environ: Mapping[str, str]) -> str:
    """Where the pages are on one machine."""
    return f"http://127.0.0.1:{environ.get('PORT') or 8000}"


def _check_together(environ: Mapping[str, str], name: str, *needed: str) -> None:
    for other in needed:
        if environ.get(name) and not environ.get(other):
            raise ValueError(f"{other} must be set with {name}")


def _domain(environ: Mapping[str, str], name: str) -> str | None:
    value = environ.get(name) or None
    if value is not None and not _DOMAIN.fullmatch(value):
        raise ValueError(f"{name} must be a domain such as units.example.org, not {value!r}")
    return value


def _url(environ: Mapping[str, str], name: str, default: str) -> str:
    """Encrypted on its way, but for this machine."""
    value = (environ.get(name) or default).rstrip("/")
    try:
        scheme, host = urlsplit(value).scheme, urlsplit(value).hostname
    except ValueError:
        scheme, host = "", None
    if not (host and (scheme == "https" or (scheme == "http" and host in _LOOPBACK))):
        raise ValueError(f"{name} must begin with https://, not {value!r}")
    return value
