"""Tokens of citizens' accounts: signed here, published at a JWKS address, believed for citizens.

The key is one of its own: whoever has it can pose as any citizen, and as nobody else. A token is
known by the id of its key, which is made of the key itself.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, Protocol

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from api.tokens import ALGORITHM, AUDIENCE, TokenReader, TokenRefused, Verifier, key_id
from domain.accounts import ACCESS_GOOD_FOR
from domain.actors import Actor
from domain.words import Role

ACCOUNT_ISSUER = "lizheng-accounts"
CITIZENS = frozenset({Role.CITIZEN})


@dataclass(frozen=True)
class AccountIssuer:
    """Signs access tokens. The same 32-byte seed gives the same key."""

    seed: bytes = field(repr=False)

    def access_token(self, account: str, session: str, now: datetime) -> str:
        """For this account and this session of it, and never with a role but CITIZEN."""
        claims: dict[str, Any] = {
            "iss": ACCOUNT_ISSUER,
            "aud": AUDIENCE,
            "sub": account,
            "sid": session,
            "roles": [Role.CITIZEN.value],
            "iat": now,
            "nbf": now,
            "exp": now + ACCESS_GOOD_FOR,
        }
        return jwt.encode(claims, self._key, ALGORITHM, headers={"kid": self.key_name})

    @cached_property
    def key_name(self) -> str:
        """The key's id: a part of the SHA-256 of its public half."""
        return f"accounts-{hashlib.sha256(self._public).hexdigest()[:16]}"

    def verifier(self) -> Verifier:
        """What checks the tokens that are signed here."""
        return Verifier(ACCOUNT_ISSUER, {self.key_name: self._key.public_key()})

    def published(self) -> dict[str, str]:
        """The public half as a JSON Web Key (RFC 8037)."""
        public = base64.urlsafe_b64encode(self._public).decode().rstrip("=")
        kind = {"kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": ALGORITHM}
        return {**kind, "kid": self.key_name, "x": public}

    @cached_property
    def _key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)

    @cached_property
    def _public(self) -> bytes:
        return self._key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


class SessionBook(Protocol):
    """Whoever knows which sessions ended."""

    def is_ended(self, session_id: str, now: datetime) -> Awaitable[bool]:
        """Whether it ended within the time that an access token lives."""
        ...


class AccountReader:
    """Believes tokens of accounts, as citizens and while their session is open; asks ``others``
    for every other token."""

    def __init__(
        self,
        issuer: AccountIssuer,
        others: TokenReader,
        sessions: Callable[[], SessionBook],
        clock: Callable[[], datetime],
    ) -> None:
        self._key_name, self._verifier = issuer.key_name, issuer.verifier()
        self._others, self._sessions, self._clock = others, sessions, clock

    async def believed(self, token: str) -> Actor:
        """Whom the token speaks for; raises ``TokenRefused`` when anything is missing or odd."""
        if key_id(token) != self._key_name:
            return await self._others.believed(token)
        actor = self._verifier.actor(token)
        if actor.roles != CITIZENS or actor.unit is not None or actor.session is None:
            raise TokenRefused("more than a citizen")
        if await self._sessions().is_ended(actor.session, self._clock()):
            raise TokenRefused("signed out")
        return actor

    async def close(self) -> None:
        """Closes the reader of other tokens."""
        await self._others.close()
