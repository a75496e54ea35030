"""How units are seen side by side, and a unit by whoever leads it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Self

import strawberry

from domain.bulletins import BulletinState
from domain.definitions import FigureName
from domain.ids import Kind, key_of
from domain.words import DeadlineState, UnitLevel
from resolvers import cases as found
from resolvers.figures import MonthText
from schema.cases import Case
from schema.context import Info
from schema.directory import Unit
from schema.figures import FEW
from schema.pages import After, Before, Connection, First, Last, page_of
from schema.queues import CaseFilter
from schema.rankings import RankingConnection, ReplyDays, UnitFigure, UnitMarks
from services.figures import units as services
from services.figures.months import read_month
from services.figures.rankings import AskedRanking, ranking
from services.figures.tallies import Field
from storage.short_lists import page_of_items

By = Annotated[FigureName, strawberry.argument(description="By what; the best comes first.")]
MinimumLetters = Annotated[
    int | None,
    strawberry.argument(
        description="Of so many letters or more; 10 by default, and fewer than 10 are 10 for"
        " everybody who does not work for the unit."
    ),
]
Within = Annotated[
    strawberry.ID | None,
    strawberry.argument(
        description="The units directly below this one, or of `level` in its subtree."
    ),
]
OfUnitLevel = Annotated[
    UnitLevel | None, strawberry.argument(description="All units of this level.")
]
OneUnit = Annotated[strawberry.ID, strawberry.argument(description="The unit, with all below it.")]


@strawberry.type(
    description="A unit with all below it, in one month: what its leader looks at. Figures of "
    "fewer than 10 letters, and those that would give them away, are told to its own staff only."
)
class UnitFigures:
    month: str = strawberry.field(description="`YYYY-MM`, in Asia/Shanghai.")
    edition: int | None = strawberry.field(
        description="Of the bulletin; null while the month is live."
    )
    state: BulletinState = strawberry.field(description="How firm the figures are.")
    as_of: datetime = strawberry.field(description="Nothing that came later is in it.")
    unit: Unit = strawberry.field(description="Which one.")
    letters: int | None = strawberry.field(description=f"Letters of the month. {FEW}")
    figures: list[UnitFigure] = strawberry.field(description="The five figures.")
    page: strawberry.Private[services.UnitPage]

    @strawberry.field(
        description="How long replies took; null without any, and for whoever does not work for the"
        " unit."
    )
    async def reply_days(self, info: Info) -> ReplyDays | None:
        context = info.context
        days = await services.reply_days(context.office, self.page, context.actor, context.now)
        return ReplyDays.of(days) if days else None

    @strawberry.field(
        description="Refusals, direct dispatches and supervision. Requires a role on the unit."
    )
    async def marks(self, info: Info) -> UnitMarks | None:
        context = info.context
        earned = await services.marks(context.office, self.page, context.actor, context.now)
        return UnitMarks.of(earned)

    @strawberry.field(
        description="Cases that are overdue now, the longest first: with the unit or one below,"
        " or involving it, whenever they came. Requires a role on the unit."
    )
    async def overdue(
        self,
        info: Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[Case] | None:
        services.check_works_for(info.context.actor, self.page.unit)
        late = CaseFilter(unit_id=self.unit.id, deadline_state=DeadlineState.OVERDUE)
        return await found.cases(
            info, filter=late, first=first, after=after, last=last, before=before
        )

    @classmethod
    def of(cls, page: services.UnitPage) -> Self:
        """The page as clients see it."""
        month = page.month
        return cls(
            month=str(month.month),
            edition=month.bulletin.edition if month.bulletin else None,
            state=month.state,
            as_of=month.as_of,
            unit=Unit.of(page.unit),
            letters=page.letters,
            figures=[UnitFigure.of(one) for one in page.figures],
            page=page,
        )


@strawberry.type
class RankingQueries:
    """Mixed into the root of every query."""

    @strawberry.field(
        description="Units by a figure of a month, best first: by default districts and city"
        " departments, each with all below it. Units without data have no place; those of fewer"
        " than 10 letters, and those that would give them away, are told to their own staff only."
    )
    async def ranking(  # noqa: PLR0913, PLR0917  # a list's four arguments, and the question's
        self,
        info: Info,
        month: MonthText,
        figure: By,
        minimum_letters: MinimumLetters = None,
        within: Within = None,
        level: OfUnitLevel = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> RankingConnection:
        context, page = info.context, page_of(first, after, last, before)
        field = Field(None if within is None else key_of(within, Kind.UNIT, "within"), level)
        asked = AskedRanking(read_month(month, context.now), figure, field, minimum_letters)
        whole = await ranking(context.office, asked, context.actor, context.now)
        return RankingConnection.of(
            whole, page_of_items(whole.units, lambda one: one.unit.code, page)
        )

    @strawberry.field(description="A unit's page for its leader.")
    async def unit_figures(
        self, info: Info, unit_id: OneUnit, month: MonthText
    ) -> UnitFigures | None:
        context = info.context
        page = await services.unit_figures(
            context.office,
            key_of(unit_id, Kind.UNIT, "unitId"),
            read_month(month, context.now),
            context.actor,
            context.now,
        )
        return UnitFigures.of(page)
