"""How the figures of a month are asked for."""

from __future__ import annotations

from typing import Annotated

import strawberry

from domain.ids import Kind, key_of
from domain.words import MailboxLevel
from schema.context import Info
from schema.figure_letters import FigureLetter, FigureLettersInput
from schema.figures import Bulletin
from schema.pages import After, Before, Connection, First, Last, connection, page_of
from services.figures.bulletins import bulletin_of
from services.figures.letters import AskedLetters, letters_behind
from services.figures.months import read_month

MonthText = Annotated[
    str, strawberry.argument(description="`YYYY-MM`, in Asia/Shanghai; this month at the latest.")
]
Edition = Annotated[int | None, strawberry.argument(description="By default the last one.")]
BaselineName = Annotated[
    str | None,
    strawberry.argument(
        description="A recorded baseline, or a month; by default the month before, or what was"
        " recorded for this month where there were no letters before."
    ),
]
UnitId = Annotated[
    strawberry.ID | None, strawberry.argument(description="Of this unit and those below it only.")
]
OfLevel = Annotated[
    MailboxLevel | None, strawberry.argument(description="Of this mailbox level only.")
]


@strawberry.type
class FigureQueries:
    """Mixed into the root of every query."""

    @strawberry.field(
        description="A month's figures: read when the month is closed, counted while it is not."
        " A unit's figures of fewer than 10 letters are withheld from all but its own staff."
    )
    async def bulletin(
        self,
        info: Info,
        month: MonthText,
        edition: Edition = None,
        baseline: BaselineName = None,
        unit_id: UnitId = None,
        level: OfLevel = None,
    ) -> Bulletin | None:
        context = info.context
        told = await bulletin_of(
            context.office,
            read_month(month, context.now),
            context.now,
            edition=edition,
            baseline=baseline,
            unit=None if unit_id is None else key_of(unit_id, Kind.UNIT, "unitId"),
            level=level,
            reader=context.actor,
        )
        return Bulletin.of(told)

    @strawberry.field(
        description="The letters that a figure was made of, in the order of their numbers; of"
        " their own units' for staff of a unit. Requires a role that works on cases."
    )
    async def figure_letters(
        self,
        info: Info,
        of: Annotated[FigureLettersInput, strawberry.argument(description="Of which figure.")],
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[FigureLetter]:
        context = info.context
        page = page_of(first, after, last, before)
        asked = AskedLetters(
            read_month(of.month, context.now, "of.month"),
            str(of.definition),
            of.edition,
            None if of.unit_id is None else key_of(of.unit_id, Kind.UNIT, "of.unitId"),
            of.level,
            of.counted,
        )
        found = await letters_behind(context.office, asked, page, context.actor, context.now)
        return connection(found, FigureLetter.of)
