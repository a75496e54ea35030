"""A legal hold: what keeps a case from the archive."""

from __future__ import annotations

from datetime import datetime
from typing import Self

import strawberry

from domain import keeping as domain


@strawberry.type(description="What keeps a case in the working set, whatever its retention says.")
class Hold:
    reason: str = strawberry.field(description="Why.")
    by: str | None = strawberry.field(description="Whose account laid it.")
    at: datetime = strawberry.field(description="Since when.")

    @classmethod
    def of(cls, hold: domain.Hold) -> Self:
        """As it is kept."""
        return cls(reason=hold.reason, by=hold.by, at=hold.at)


@strawberry.input(description="Keeping a case from the archive.")
class HoldCaseInput:
    case_id: strawberry.ID = strawberry.field(description="Which case.")
    reason: str = strawberry.field(description="Why, 2 to 1,000 characters; kept for audit.")


@strawberry.input(description="Letting a held case go its way again.")
class ReleaseCaseInput:
    case_id: strawberry.ID = strawberry.field(description="Which case.")
    reason: str = strawberry.field(description="Why, 2 to 1,000 characters; kept for audit.")
