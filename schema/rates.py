"""What a client may still ask for."""

from __future__ import annotations

from datetime import datetime

import strawberry

from schema.context import Info


@strawberry.type(description="Requests in a minute, of this account or else of this address.")
class RateLimit:
    limit: int = strawberry.field(description="How many there can be at once.")
    remaining: int = strawberry.field(description="How many are left after this one.")
    reset_at: datetime = strawberry.field(description="When all of them are there again.")


def rate_limit(info: Info) -> RateLimit | None:
    """What is left for whoever asks; null where nobody counts."""
    left = info.context.allowance
    if left is None:
        return None
    return RateLimit(limit=left.limit, remaining=left.remaining, reset_at=left.reset_at)
