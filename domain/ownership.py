"""Whose account a letter belongs to, where that changed after it came in.

The account that wrote a letter is the subject of its history's first entry. A letter that is
claimed later, and one whose account was erased, are no steps of the process: what changed is noted
beside the history, under a seal of its own, and holds for as long as that seal fits.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from domain.history import Chain

PURPOSE = "ownership"


@dataclass(frozen=True, slots=True)
class Ownership:
    """``account`` has the letter since ``at``; None: it was given up, and belongs to nobody."""

    account: str | None
    at: datetime
    seal: str

    def fits(self, number: str, chain: Chain) -> bool:
        """Whether this is what was sealed, for the case of this number."""
        return hmac.compare_digest(
            self.seal.encode(), _seal(number, self.account, self.at, chain).encode()
        )


def ownership(number: str, account: str | None, at: datetime, chain: Chain) -> Ownership:
    """The case of this number belongs to ``account`` from ``at`` (aware) on."""
    return Ownership(account, at, _seal(number, account, at, chain))


def _seal(number: str, account: str | None, at: datetime, chain: Chain) -> str:
    moment = at.astimezone(UTC).isoformat(timespec="milliseconds")
    whose = "-" if account is None else f"account {account}"
    return chain.proof(PURPOSE, f"{number}\n{moment}\n{whose}".encode())
