"""A letter: what the citizen wrote. It never changes afterwards."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from domain.words import Channel, LetterKind


@dataclass(frozen=True, slots=True)
class Place:
    """Where the matter is: an address in words, and degrees (WGS 84) when the client knows them."""

    address: str | None = None
    longitude: float | None = None
    latitude: float | None = None


@dataclass(frozen=True, slots=True)
class Writer:
    """Personal data: it is encrypted in the database and masked on screen.

    ``phone`` is E.164, or None; an ``anonymous`` writer's name is shown to nobody. ``openid`` is
    what WeChat's account knows the writer by: an address, and shown to nobody at all.
    """

    name: str | None
    phone: str | None
    anonymous: bool
    openid: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Letter:
    """``submitted_at`` is aware, in whole milliseconds; ``reachable``: the writer can be asked."""

    mailbox: str
    kind: LetterKind
    title: str
    body: str
    channel: Channel
    submitted_at: datetime
    place: Place
    consent_to_publish: bool
    reachable: bool
    source_id: str | None = None


def masked_name(name: str | None) -> str | None:
    """The surname's first sign and as many stars as signs follow: ``张**``."""
    return name[0] + "*" * max(1, len(name) - 1) if name else None


def masked_phone(phone: str | None) -> str | None:
    """All but the last four digits hidden."""
    return "*" * max(0, len(phone) - 4) + phone[-4:] if phone else None
