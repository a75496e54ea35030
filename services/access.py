"""Query codes and the keyed hashes under which they are stored."""

from __future__ import annotations

import base64
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
from domain.secret_keys import present


@dataclass(frozen=True, slots=True)
class Access:
    """Turns what a person types into the one key that is looked up. The secret stays here.

    Without one it turns nothing, and raises ``MissingKey``.
    """

    secret: bytes | None

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

    def survey_token(self, case_id: str, round_: int) -> str:
        """The token of the survey link about a case's reply, the ``round_``-th that went out.

        144 bits, derived and never stored: whoever sends the link again sends the same one.
        """
        digest = self.digest("survey", case_id, str(round_))
        return base64.urlsafe_b64encode(digest[:18]).decode()

    def is_survey_token(self, token: str, case_id: str, round_: int) -> bool:
        """Whether this token is the one of this reply, and not of an earlier one."""
        right = self.survey_token(case_id, round_)
        return hmac.compare_digest(right.encode(), _bytes(token))

    def contact(self, address: str) -> str:
        """Under which name an address is remembered; it cannot be read back from it."""
        return self.digest("contact", address).hex()

    def digest(self, *parts: str) -> bytes:
        """HMAC-SHA256 of the parts, each with its length, so that none can pose as two."""
        message = "".join(f"{len(part)}:{part}" for part in parts)
        return hmac.new(present(self.secret, "ACCESS"), _bytes(message), hashlib.sha256).digest()


def _bytes(text: str) -> bytes:
    """Of no two texts the same; half a character (a lone surrogate), too, has bytes of its own."""
    return text.encode("utf-8", "surrogatepass")
