"""Citizens' accounts: a telephone number, the sessions on its devices, and what they are told."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from domain.words import Word

CODE_DIGITS = 6
CODE_GOOD_FOR = timedelta(minutes=5)
CODE_TRIES = 5
RESEND_AFTER = timedelta(minutes=1)
"""So long a telephone waits for its next code."""
ACCESS_GOOD_FOR = timedelta(minutes=15)
REFRESH_GOOD_FOR = timedelta(days=60)
"""From the last use: whoever opens the app once in two months stays signed in."""
REPEATED_WITHIN = timedelta(seconds=30)
"""So long after a refresh token was exchanged it gets the same answer once more."""
MOST_SESSIONS = 50
MOST_DEVICES = 20
"""Of an account; the one that was not used for longest goes."""


class Platform(Word):
    """Whose service carries an app notification to a device."""

    APNS = "APNS", "苹果推送", "Apple Push Notification service"
    FCM = "FCM", "谷歌推送", "Firebase Cloud Messaging"


@dataclass(frozen=True, slots=True)
class Account:
    """``id`` is random; ``phone`` is E.164. ``leaving_since``: its erasure was begun then."""

    id: str
    phone: str = field(repr=False)
    created_at: datetime
    signed_in_at: datetime
    leaving_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Session:
    """One sign-in on one device. ``generation`` counts the exchanges of its refresh token.

    ``salt`` (32 random bytes) goes into its refresh tokens, which are derived and stored nowhere.
    """

    id: str
    account: str
    device_name: str | None
    salt: bytes = field(repr=False)
    generation: int
    signed_in_at: datetime
    used_at: datetime
    expires_at: datetime
    ended_at: datetime | None = None

    def is_open(self, now: datetime) -> bool:
        """Whether it can still be used."""
        return self.ended_at is None and now < self.expires_at


@dataclass(frozen=True, slots=True)
class Device:
    """Where app notifications go: ``address`` is what the post knows the device by."""

    id: str
    account: str
    platform: Platform
    address: str = field(repr=False)
    session: str | None
    registered_at: datetime


@dataclass(frozen=True, slots=True)
class Preferences:
    """What an account gets besides the message that goes the way the letter came.

    ``push``: a notification on its devices. ``sms_copy``: a text message, where that message was
    none to the account's own telephone.
    """

    push: bool = True
    sms_copy: bool = False
