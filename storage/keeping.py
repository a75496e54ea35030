"""What was read of the directory, kept in the process for as long as the stored one is the same.

An import by another process is noticed within ``FRESH_SECONDS``.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

FRESH_SECONDS = 0.25


@dataclass(slots=True)
class Kept:
    """Units, mailboxes and categories by code, of the directory with this digest (None: no)."""

    digest: str | None = None
    checked_at: float = float("-inf")
    collections: dict[str, dict[str, Any]] = field(default_factory=dict)

    def is_old(self) -> bool:
        """Whether it is time to ask for the digest again."""
        return time.monotonic() - self.checked_at > FRESH_SECONDS

    def checked(self, digest: str | None) -> Kept:
        """The same when nothing changed, or else nothing yet."""
        same = digest is not None and digest == self.digest
        return Kept(digest, time.monotonic(), self.collections if same else {})

    def of(self, name: str) -> dict[str, Any]:
        """What is kept of a collection; of an unfinished directory nothing ever is."""
        return {} if self.digest is None else self.collections.setdefault(name, {})
