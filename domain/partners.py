"""Partners: portals that show mailboxes of ours, the keys that they come with, and their quota."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeVar
from urllib.parse import urlsplit

from domain.asks import WordsAsked
from domain.refusals import ActionNotAllowed, ErrorCode, InvalidInput, NotFound, Refusal, Text

T = TypeVar("T")

NAME = WordsAsked(1, 100, one_line=True)
MOST_ORIGINS = 20
MOST_MAILBOXES = 200
MOST_KEYS = 5
"""Alive at once: the old one, the new one, and a test of each."""
MOST_PER_MINUTE, MOST_PER_DAY, MOST_LETTERS = 100_000, 100_000_000, 10_000
SEEN_EVERY = timedelta(minutes=1)
"""A key's last use is written down no oftener."""
PREFIX = "lzp_"
SHOWN = len(PREFIX) + 4
"""Signs of a key by which people tell it from others; the rest is known to nobody."""

_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:]+\]")
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_DEFAULT_PORTS = {"https": 443, "http": 80}


class StalePartner(Refusal):
    """Somebody else changed the partner first."""

    code = ErrorCode.STALE_CASE

    def __init__(self) -> None:
        super().__init__(
            "该合作方已被他人更新，请重新加载后再试。",
            "Somebody else changed this partner first. Reload it and try again.",
            "version",
        )


@dataclass(frozen=True, slots=True)
class Quota:
    """How much a partner's visitors may ask for together: requests, and letters in an hour."""

    per_minute: int = 600
    per_day: int = 100_000
    letters_per_hour: int = 60

    def checked(self) -> Quota:
        """The same; raises ``InvalidInput`` naming what is out of range."""
        most = {
            "per_minute": MOST_PER_MINUTE,
            "per_day": MOST_PER_DAY,
            "letters_per_hour": MOST_LETTERS,
        }
        for name, limit in most.items():
            if not 1 <= getattr(self, name) <= limit:
                raise InvalidInput(
                    f"须在1到{limit}之间。", f"This takes 1 to {limit}.", f"quota.{name}"
                )
        return self


@dataclass(frozen=True, slots=True)
class PartnerKey:
    """A key without its secret. Good from when it was issued until it expires or is revoked."""

    id: str
    shown: str
    digest: bytes
    issued_at: datetime
    expires_at: datetime | None = None
    revoked_at: datetime | None = None
    last_used_at: datetime | None = None

    def is_alive(self, now: datetime) -> bool:
        """Whether it opens anything."""
        ends = [at for at in (self.expires_at, self.revoked_at) if at is not None]
        return all(now < at for at in ends)

    def was_seen_long_ago(self, now: datetime) -> bool:
        """Whether a use of it now is to be written down."""
        return self.last_used_at is None or now - self.last_used_at >= SEEN_EVERY


@dataclass(frozen=True, slots=True)
class Partner:
    """A partner, whole. ``mailboxes`` are codes; ``version`` moves with every change by ops."""

    id: str
    name: Text
    origins: tuple[str, ...]
    mailboxes: tuple[str, ...]
    quota: Quota
    registered_at: datetime
    version: int = 1
    changed_at: datetime | None = None
    revoked_at: datetime | None = None
    keys: tuple[PartnerKey, ...] = ()

    def key_with(self, digest: bytes, now: datetime) -> PartnerKey | None:
        """The living key of this digest, of a partner that was not revoked."""
        if self.revoked_at is not None:
            return None
        return next((one for one in self.keys if one.digest == digest and one.is_alive(now)), None)

    def with_key(self, key: PartnerKey, now: datetime) -> Partner:
        """With one key more; itself where it has this one. ``ActionNotAllowed`` beyond five."""
        if any(one.id == key.id for one in self.keys):
            return self
        if sum(one.is_alive(now) for one in self.keys) >= MOST_KEYS:
            raise ActionNotAllowed(
                f"同时有效的密钥最多{MOST_KEYS}个，请先吊销一个。",
                f"At most {MOST_KEYS} keys are good at once: revoke one first.",
            )
        return self.moved(now, keys=(*self.keys, key))

    def without_key(self, key_id: str, at: datetime, now: datetime) -> Partner:
        """With this key good until ``at`` and no longer; ``NotFound`` naming ``key_id``."""
        if all(one.id != key_id for one in self.keys):
            raise NotFound("没有这个密钥。", "This partner has no such key.", "keyId")
        keys = tuple(one if one.id != key_id else _ended(one, at, now) for one in self.keys)
        return self if keys == self.keys else self.moved(now, keys=keys)

    def moved(self, now: datetime, **changed: object) -> Partner:
        """The next version of it."""
        return replace(self, version=self.version + 1, changed_at=now, **changed)  # type: ignore[arg-type]

    def check_is_active(self) -> None:
        """Raises ``ActionNotAllowed`` for one that was revoked: it is registered anew instead."""
        if self.revoked_at is not None:
            raise ActionNotAllowed("该合作方已被注销。", "This partner was revoked.")


def _ended(key: PartnerKey, at: datetime, now: datetime) -> PartnerKey:
    """Nobody brings a key back to life, or lets it live longer."""
    if not key.is_alive(now):
        return key
    if at <= now:
        return replace(key, revoked_at=now)
    return key if key.expires_at and key.expires_at <= at else replace(key, expires_at=at)


def read_name(zh: str, en: str) -> Text:
    """A partner's name in both languages; ``InvalidInput`` naming ``name`` or ``nameEn``."""
    return Text(NAME.read("name", zh), NAME.read("nameEn", en))


def read_origins(texts: Iterable[str]) -> tuple[str, ...]:
    """Origins as browsers send them, each once; ``InvalidInput`` naming ``origins``."""
    origins = _once([read_origin(text) for text in texts])
    return _some(origins, MOST_ORIGINS, "origins")


def read_origin(text: str) -> str:
    """``https://host[:port]``, and ``http`` for this machine alone; as a browser sends it.

    Raises ``InvalidInput`` naming ``origins`` for anything else: a path, a wildcard, a name that
    is not in its ASCII form.
    """
    try:
        parts = urlsplit(text.strip().lower())
        scheme, host, port = parts.scheme, parts.hostname or "", parts.port
    except ValueError:
        raise _no_origin() from None
    plain = f"[{host}]" if ":" in host else host
    netloc = plain if port is None else f"{plain}:{port}"
    is_whole = text.strip().lower().rstrip("/") == f"{scheme}://{netloc}"
    is_safe = scheme == "https" or (scheme == "http" and host in _LOOPBACK)
    if not (is_whole and is_safe and _HOST.fullmatch(plain) and port != 0 and ".." not in host):
        raise _no_origin()
    return f"{scheme}://{plain if port == _DEFAULT_PORTS[scheme] else netloc}"


def checked_mailboxes(codes: Iterable[str]) -> tuple[str, ...]:
    """Each once, at least one; ``InvalidInput`` naming ``mailboxIds``."""
    return _some(_once(codes), MOST_MAILBOXES, "mailboxIds")


def _once(items: Iterable[T]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(items))


def _some(items: tuple[T, ...], most: int, field: str) -> tuple[T, ...]:
    if not 1 <= len(items) <= most:
        raise InvalidInput(f"须有1到{most}项。", f"This takes 1 to {most} of them.", field)
    return items


def _no_origin() -> InvalidInput:
    return InvalidInput(
        "来源须形如 https://portal.example.org，本机可用 http。",
        "An origin is like https://portal.example.org; http is for this machine alone.",
        "origins",
    )
