"""What is told from outside of the ways by which people outside come in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True)
class OutsideSettings:
    """Of accounts, partners, attachments and the channels of messages."""

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Self:
        """Reads the variables; raises ``ValueError``, which names the one that is wrong."""
        return cls()
