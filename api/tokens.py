"""Bearer tokens: who issued them, for whom, until when. Nothing here touches the network.

Tokens are signed with Ed25519 (JWT ``EdDSA``). In development the product issues its own; in
production somebody else does, and this module only checks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from domain.actors import Actor
from domain.words import Role

ALGORITHM = "EdDSA"
AUDIENCE = "lizheng"
DEVELOPMENT_ISSUER = "lizheng-development"
DEVELOPMENT_KEY = "development"
LEEWAY = timedelta(seconds=30)
"""How far the clocks of issuer and server may be apart."""

_REQUIRED = ["exp", "iat", "nbf", "iss", "aud", "sub", "roles"]


class TokenRefused(Exception):
    """A token that says nothing we believe; the reason is for the log, not for the client."""


@dataclass(frozen=True, slots=True)
class DevelopmentIssuer:
    """Signs tokens on a developer's machine. The same 32-byte seed gives the same key."""

    seed: bytes

    def issue(
        self, subject: str, roles: tuple[Role, ...], unit: str | None, now: datetime, days: int = 30
    ) -> str:
        """A token for ``subject`` in ``roles``; ``unit`` is a code, None the whole city."""
        claims: dict[str, Any] = {
            "iss": DEVELOPMENT_ISSUER,
            "aud": AUDIENCE,
            "sub": subject,
            "roles": [role.value for role in roles],
            "iat": now,
            "nbf": now,
            "exp": now + timedelta(days=days),
        }
        if unit is not None:
            claims["unit"] = unit
        return jwt.encode(claims, self._key(), ALGORITHM, headers={"kid": DEVELOPMENT_KEY})

    def public_key(self) -> Ed25519PublicKey:
        """What a verifier needs of it."""
        return self._key().public_key()

    def _key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)


@dataclass(frozen=True, slots=True)
class Verifier:
    """Checks tokens of one issuer against its public keys, by key id. No keys: no tokens."""

    issuer: str
    keys: Mapping[str, Ed25519PublicKey]

    def actor(self, token: str) -> Actor:
        """Whom the token speaks for; raises ``TokenRefused`` when anything is missing or odd."""
        try:
            key = self.keys[str(jwt.get_unverified_header(token)["kid"])]
            claims = jwt.decode(
                token,
                key,
                algorithms=[ALGORITHM],
                audience=AUDIENCE,
                issuer=self.issuer,
                leeway=LEEWAY,
                options={"require": _REQUIRED, "strict_aud": True},
            )
        except (jwt.InvalidTokenError, KeyError, OverflowError) as error:
            raise TokenRefused(type(error).__name__) from None
        return _actor(claims)


def _actor(claims: Mapping[str, Any]) -> Actor:
    subject, roles, unit = claims["sub"], claims["roles"], claims.get("unit")
    if not isinstance(subject, str) or not subject or not isinstance(unit, str | None):
        raise TokenRefused("odd subject or unit")
    known = [role for role in roles if _is_role(role)] if isinstance(roles, list) else []
    if not known or known != roles:
        raise TokenRefused("odd roles")
    if unit == "":
        raise TokenRefused("empty unit")
    return Actor(frozenset(Role[role] for role in known), subject, unit)


def _is_role(claimed: object) -> bool:
    return isinstance(claimed, str) and claimed in _ROLES


_ROLES = frozenset(role.value for role in Role)
