"""Citizens with a telephone: they ask for a code, read it in the outbox, and sign in."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, field
from datetime import datetime

from domain.accounts import Platform
from domain.actors import Actor
from domain.words import Role
from infra.post.outbox import OutboxPost
from infra.post.taking import Refusal
from services.accounts.codes import Asking, CodeSent, send_code
from services.accounts.desk import AccountDesk, CodeLimits
from services.accounts.sessions import SignedIn, SigningIn, sign_in
from services.functions.messages import Message
from services.office import Office
from tests.services.offices import MONDAY

PHONE = "13800138000"
E164 = "+8613800138000"
_keys = itertools.count(1)


class Signer:
    """Signs nothing: what a token says can be read in it."""

    def access_token(self, account: str, session: str, now: datetime) -> str:
        return f"{account} {session} {now.isoformat()}"


@dataclass
class Devices:
    """Knows every token but those that begin with ``bad``."""

    forgotten: list[str] = field(default_factory=list)

    async def address(self, platform: Platform, token: str) -> str | None:
        return None if token.startswith("bad") else f"arn:{platform}:{token}"

    async def forget(self, address: str) -> None:
        self.forgotten.append(address)


class ClosedPost:
    """Takes nothing."""

    async def send(self, message: Message) -> Refusal | None:
        return Refusal("closed", permanent=False)


def desk_of(office: Office, limits: CodeLimits | None = None) -> AccountDesk:
    """Codes lie in the outbox."""
    post = OutboxPost(office.outbox, lambda: MONDAY)
    return AccountDesk(Signer(), post, Devices(), limits or CodeLimits())


async def asked(
    office: Office,
    desk: AccountDesk,
    phone: str = PHONE,
    now: datetime = MONDAY,
    key: str | None = None,
    address: str | None = None,
) -> CodeSent:
    """A code is on its way."""
    asking = Asking(phone, key or f"key {next(_keys)}", address)
    return await send_code(office, desk, asking, now)


async def codes_sent(office: Office) -> list[str]:
    """The codes in the outbox, the newest last."""
    found = await office.outbox.newest(100)
    told = [re.search(r"\d{6}", one.text.replace(one.to, "")) for one in found]
    return [one[0] for one in reversed(told) if one]


async def signed_in(
    office: Office, desk: AccountDesk, phone: str = PHONE, now: datetime = MONDAY
) -> SignedIn:
    """Somebody with this telephone has signed in."""
    before = set(await codes_sent(office))
    await asked(office, desk, phone, now)
    [code] = [one for one in await codes_sent(office) if one not in before]
    return await sign_in(office, desk, SigningIn(phone, code, "phone"), now)


def actor_of(signed: SignedIn) -> Actor:
    """Whoever holds this access token."""
    session = signed.session
    return Actor(frozenset({Role.CITIZEN}), session.account, session=session.id)
