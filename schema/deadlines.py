"""Deadlines as clients see them: when, how it stands, and day by day why."""

from __future__ import annotations

from datetime import date, datetime

import strawberry

from domain import deadlines
from domain.calendar import reason_text
from domain.words import DeadlineState
from schema.context import Info


@strawberry.type(description="One calendar day of a deadline's count.")
class DayExplained:
    date: date = strawberry.field(description="The day in Asia/Shanghai.")
    counted: bool = strawberry.field(description="Whether it is one of the working days.")
    reason: str = strawberry.field(description="Why, in the reader's language.")


@strawberry.type(description="A limit in working days of China's official calendar.")
class Deadline:
    clock: strawberry.Private[deadlines.Clock]

    @strawberry.field(description="The last second of the last day in Asia/Shanghai.")
    def due_at(self) -> datetime:
        return self.clock.due_at

    @strawberry.field(description="How the clock stands now.")
    def state(self, info: Info) -> DeadlineState:
        return deadlines.state(self.clock, info.context.now)

    @strawberry.field(description="The state's name in the reader's language.")
    def state_name(self, info: Info) -> str:
        return self.state_now(info).named(info.context.language)

    @strawberry.field(
        description="Working days after today: 0 is due today, below 0 overdue by that many."
    )
    def working_days_left(self, info: Info) -> int:
        calendar = info.context.office.rulebook.calendar
        return deadlines.working_days_left(self.clock, info.context.now, calendar)

    @strawberry.field(description="It rests on a year whose calendar is not published yet.")
    def provisional(self) -> bool:
        return self.clock.provisional

    @strawberry.field(description="When 80 % of the time has passed.")
    def warn_at(self) -> datetime:
        return self.clock.warn_at

    @strawberry.field(description="When it was met; null while it is open.")
    def met_at(self) -> datetime | None:
        return self.clock.met_at

    @strawberry.field(description="Met too late, or still open and past its limit.")
    def ever_overdue(self, info: Info) -> bool:
        return deadlines.ever_overdue(self.clock, info.context.now)

    @strawberry.field(description="Every day from the start to the due date, and why it counts.")
    def explanation(self, info: Info) -> list[DayExplained]:
        language = info.context.language
        rows = deadlines.explain(self.clock, info.context.office.rulebook.calendar)
        return [
            DayExplained(date=row.date, counted=row.counted, reason=reason_text(row, language))
            for row in rows
        ]

    def state_now(self, info: Info) -> DeadlineState:
        """How the clock stands at this request's moment."""
        return deadlines.state(self.clock, info.context.now)
