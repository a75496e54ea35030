"""What the functions' side is told from outside: where they run, and what they reach."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Self, cast

Place = Literal["local", "lambda"]


@dataclass(frozen=True)
class FunctionSettings:
    """Where the functions run, and by which names they are known there."""

    enabled: bool = True
    """Whether the server runs them, too, where they are ``local``."""
    on: Place = "local"
    prefix: str = "lizheng-dev-"
    """What Lambda functions and schedules begin with; the schedules' group, without the dash."""
    continuation_queue_url: str | None = None
    """Where a Lambda function sends what is left of a run."""

    @property
    def are_run_here(self) -> bool:
        """Whether the server has them beside it."""
        return self.enabled and self.on == "local"

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Self:
        """Reads the variables; raises ``ValueError``, which names the one that is wrong."""
        place = environ.get("FUNCTIONS_ON") or "local"
        if place not in ("local", "lambda"):
            raise ValueError(f"FUNCTIONS_ON must be one of local, lambda, not {place!r}")
        enabled = environ.get("FUNCTIONS") or "1"
        if enabled not in ("0", "1"):
            raise ValueError(f"FUNCTIONS must be 0 or 1, not {enabled!r}")
        return cls(
            enabled=enabled == "1",
            on=cast("Place", place),
            prefix=environ.get("FUNCTIONS_PREFIX") or cls.prefix,
            continuation_queue_url=environ.get("CONTINUATION_QUEUE_URL") or None,
        )
