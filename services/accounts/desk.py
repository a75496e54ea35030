"""What accounts need besides the office: who carries codes, who signs, who reaches devices."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from domain.accounts import Platform
from domain.actors import Actor
from domain.refusals import ActionNotAllowed, Forbidden, Unauthenticated
from services.functions.workshop import Post


class TokenSigner(Protocol):
    """Signs access tokens. Only citizens get one."""

    def access_token(self, account: str, session: str, now: datetime) -> str:
        """A token that says whose account and session it is, good for a quarter of an hour."""
        ...


class DevicePost(Protocol):
    """Whoever knows devices, so that a message can go to one."""

    async def address(self, platform: Platform, token: str) -> str | None:
        """Under which address the post reaches a device; None for a token that is none."""
        ...

    async def forget(self, address: str) -> None:
        """Nothing goes there any more; raises nothing it knows of."""
        ...


@dataclass(frozen=True, slots=True)
class CodeLimits:
    """Codes that are sent to one telephone, and for one address, in their time."""

    phone_hour: int = 5
    phone_day: int = 10
    address_hour: int = 1_000_000
    hour: timedelta = timedelta(hours=1)
    day: timedelta = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class AccountDesk:
    """Ports and limits. Without a signer or a post nobody signs in here."""

    signer: TokenSigner | None = None
    post: Post | None = None
    devices: DevicePost | None = None
    limits: CodeLimits = CodeLimits()

    def open_signer(self) -> TokenSigner:
        """The signer; raises ``ActionNotAllowed`` where nobody signs in."""
        if self.signer is None:
            raise _closed()
        return self.signer

    def open_post(self) -> Post:
        """Whoever carries codes; raises ``ActionNotAllowed`` where nobody does."""
        if self.signer is None or self.post is None:
            raise _closed()
        return self.post


def _closed() -> ActionNotAllowed:
    return ActionNotAllowed("本系统未开通手机登录。", "Nobody signs in by telephone here.")


def account_of(actor: Actor) -> str:
    """The citizen's account; raises ``Unauthenticated`` without, ``Forbidden`` for others."""
    if actor.is_anonymous:
        raise Unauthenticated
    if actor.account is None:
        raise Forbidden("此操作仅供来信人使用。", "This is for citizens' accounts.")
    return actor.account
