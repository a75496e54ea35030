"""How well a mailbox answers, as clients see it."""

from __future__ import annotations

from datetime import date
from typing import Self

import strawberry

from schema.context import Info
from services.figures import mailboxes as services

SHARE = (
    "A fraction (0.95 is 95 %), rounded to twentieths below 100 letters and to hundredths above;"
    " null where it would be of fewer than 10 letters."
)


@strawberry.type(description="How a mailbox answered its letters of the last 12 months.")
class MailboxFigures:
    since: date = strawberry.field(
        description="Letters from this day on: of twelve whole months and this one."
    )
    letters: int = strawberry.field(description="How many there were at least, in steps of ten.")
    letters_last_month: int = strawberry.field(
        description="Letters of the calendar month before this one: at least, in steps of ten."
    )
    reply_rate: float | None = strawberry.field(description=f"Letters replied to. {SHARE}")
    satisfaction_rate: float | None = strawberry.field(
        description=f"Of those who answered the survey, the satisfied. {SHARE}"
    )
    average_reply_days: float | None = strawberry.field(
        description="Calendar days from letter to first reply, of all replies, to two decimals;"
        " null where it would be of fewer than 10 letters."
    )

    @classmethod
    def of(cls, told: services.MailboxFigures) -> Self:
        """The figures as clients see them."""
        return cls(
            since=told.since,
            letters=told.letters,
            letters_last_month=told.last_month,
            reply_rate=told.reply_rate,
            satisfaction_rate=told.satisfaction_rate,
            average_reply_days=told.reply_days,
        )


async def load_mailbox_figures(info: Info, code: str) -> MailboxFigures | None:
    """A mailbox's figures; None when there are too few letters."""
    context = info.context
    found = await services.mailbox_figures(context.office, code, context.now)
    return MailboxFigures.of(found) if found else None
