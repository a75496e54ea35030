"""Query codes and the keyed hashes under which they are stored."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass

from domain.numbers import (
    CODE_ALPHABET,
    CODE_LENGTH,
    read_case_number,
    read_query_code,
    spaced_code,
)


@dataclass(frozen=True, slots=True)
class Access:
    """Turns what a person types into the one key that is looked up. The secret stays here."""

    secret: bytes

    def new_code(self) -> str:
        """A query code of over 71 bits from the operating system's generator."""
        return spaced_code("".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH)))

    def key(self, number: str, query_code: str) -> bytes:
        """The key of number and query code; of nonsense too, so that a miss takes the same path."""
        known = read_case_number(number) or number.strip()
        return self.digest("code", known, read_query_code(query_code))

    def token_key(self, token: str) -> bytes:
        """The key of a one-time survey link."""
        return self.digest("token", token)

    def digest(self, *parts: str) -> bytes:
        """HMAC-SHA256 of the parts, each with its length, so that none can pose as two."""
        message = "".join(f"{len(part)}:{part}" for part in parts)
        return hmac.new(self.secret, message.encode("utf-8", "replace"), hashlib.sha256).digest()
