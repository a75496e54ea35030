"""The letters that a figure was made of, as clients see them."""

from __future__ import annotations

from typing import Self

import strawberry

from domain.words import MailboxLevel
from schema.cases import Case
from schema.context import Info
from services.figures import letters as figure_letters


@strawberry.input(description="Of which figure of which month the letters are wanted.")
class FigureLettersInput:
    month: str = strawberry.field(description="`YYYY-MM`, in Asia/Shanghai.")
    definition: strawberry.ID = strawberry.field(description="Such as `OVERDUE_RATE/1`.")
    edition: int | None = strawberry.field(default=None, description="By default the last one.")
    unit_id: strawberry.ID | None = strawberry.field(
        default=None, description="Of this unit and those below it only."
    )
    level: MailboxLevel | None = strawberry.field(
        default=None, description="Of this mailbox level only."
    )
    counted: bool | None = strawberry.field(
        default=None,
        description="Those that add to the numerator (true), or nothing (false); else all.",
    )


@strawberry.type(description="A letter in a figure's denominator.")
class FigureLetter:
    number: str = strawberry.field(description="The case's number.")
    amount: float = strawberry.field(
        description="What it adds to the numerator: 0, 1, or days for AVERAGE_REPLY_DAYS."
    )
    case_id: strawberry.Private[str]

    @strawberry.field(description="The letter's case.")
    async def case(self, info: Info) -> Case | None:
        case = await info.context.loaders.seen_cases.load(self.case_id)
        return Case.of(case) if case else None

    @classmethod
    def of(cls, letter: figure_letters.FigureLetter) -> Self:
        """The letter as clients see it."""
        return cls(number=letter.number, amount=letter.amount, case_id=letter.case_id)
