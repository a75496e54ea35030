"""Units side by side, and what a unit's own page is made of, as clients see them."""

from __future__ import annotations

from datetime import datetime
from typing import Self

import strawberry

from domain import distribution
from domain.bulletins import BulletinState
from domain.definitions import FigureName
from domain.facts import Mark
from domain.figures import Part
from domain.ranking import Ranked
from schema.context import Info
from schema.directory import Unit
from schema.figures import IN_ITS_UNIT, Definition, FigureValue
from schema.pages import PageInfo, connection
from services.figures import rankings
from services.figures import units as unit_figures
from storage.pages import Slice

CHANGE = "The value minus that of the month before, in points of percent or days"
given = strawberry.field


@strawberry.type(description="A unit's place, and the value it is for.")
class Standing:
    rank: int = given(description="From 1; those who did as well share one: 1, 2, 2, 4.")
    letters: int = given(description="Letters of the month, with those of the units below it.")
    value: float = given(description=f"{IN_ITS_UNIT}.")
    numerator: float = given(description="Letters, or days.")
    denominator: int = given(description="Letters.")

    @classmethod
    def of(cls, one: Ranked) -> Self:
        """The place as clients see it."""
        part = one.candidate.part
        return cls(
            rank=one.rank,
            letters=one.candidate.letters,
            value=one.value,
            numerator=part.numerator,
            denominator=part.denominator,
        )


@strawberry.type(description="A unit with all below it, beside others.")
class RankedUnit:
    unit: Unit = given(description="Which one.")
    letters: int = given(description="Letters of the month, with those of the units below it.")
    value: float = given(description=f"{IN_ITS_UNIT}.")
    numerator: float = given(description="Letters, or days.")
    denominator: int = given(description="Letters.")
    change: float | None = given(description=f"{CHANGE}; null without both.")
    before: Standing | None = given(
        description="Where it was the month before; null when it had no place."
    )

    @classmethod
    def of(cls, told: rankings.RankedUnit) -> Self:
        """The unit as clients see it."""
        part = told.now.candidate.part
        return cls(
            unit=Unit.of(told.unit),
            letters=told.now.candidate.letters,
            value=told.now.value,
            numerator=part.numerator,
            denominator=part.denominator,
            change=told.change,
            before=Standing.of(told.before) if told.before else None,
        )


@strawberry.type(description="A unit in its place.")
class RankingEdge:
    cursor: str = given(description="Opaque; to go on from here.")
    rank: int = given(description="From 1; those who did as well share one: 1, 2, 2, 4.")
    node: RankedUnit = given(description="The unit.")


@strawberry.type(description="One page of units by a figure of a month, best first.")
class RankingConnection:
    month: str = given(description="`YYYY-MM`, in Asia/Shanghai.")
    edition: int | None = given(description="Of the bulletin; null while the month is live.")
    state: BulletinState = given(description="How firm the figures are.")
    as_of: datetime = given(description="Nothing that came later is in it.")
    definition: Definition = given(description="What the figure counts.")
    total_count: int = given(description="How many units have a place.")
    page_info: PageInfo = given(description="Whether there is more.")
    edges: list[RankingEdge] = given(description="The units of this page.")

    @classmethod
    def of(cls, whole: rankings.Ranking, page: Slice[rankings.RankedUnit]) -> Self:
        """A page of the list."""
        shown = connection(page, lambda one: one)
        month = whole.tally.month
        return cls(
            month=str(month.month),
            edition=month.bulletin.edition if month.bulletin else None,
            state=month.state,
            as_of=month.as_of,
            definition=Definition.of(whole.tally.definition),
            total_count=len(whole.units),
            page_info=shown.page_info,
            edges=[
                RankingEdge(
                    cursor=edge.cursor, rank=edge.node.now.rank, node=RankedUnit.of(edge.node)
                )
                for edge in shown.edges
            ],
        )


@strawberry.type(description="One figure of a unit with all below it.")
class UnitFigure:
    name: FigureName = given(description="Which one.")
    value: float | None = given(
        description=f"{IN_ITS_UNIT}; null when there is no data, or it is withheld."
    )
    numerator: float | None = given(description="Letters, or days; null when withheld.")
    denominator: int | None = given(description="Letters; null when withheld.")
    withheld: bool = given(
        description="The public is not told: it is of too few letters, or would give another away."
    )
    change: float | None = given(description=f"{CHANGE}; null without both.")
    before: FigureValue | None = given(
        description="Of the month before; null when that is withheld."
    )
    standing: Standing | None = given(
        description="Its place among its peers with 10 letters or more; null without one."
    )
    standing_before: Standing | None = given(description="Its place the month before.")
    peers: int = given(
        description="How many have a place: districts and city departments, or the units beside it."
    )
    definition: Definition = given(description="What it counts.")

    @strawberry.field(description="The figure's name in the reader's language.")
    def figure_name(self, info: Info) -> str:
        return self.name.named(info.context.language)

    @classmethod
    def of(cls, told: unit_figures.UnitFigure) -> Self:
        """The figure as clients see it."""
        part = told.part
        return cls(
            name=told.definition.figure,
            value=part.value if part else None,
            numerator=part.numerator if part else None,
            denominator=part.denominator if part else None,
            withheld=part is None,
            change=told.change,
            before=FigureValue.of(told.before) if told.before else None,
            standing=Standing.of(told.standing) if told.standing else None,
            standing_before=Standing.of(told.standing_before) if told.standing_before else None,
            peers=told.peers,
            definition=Definition.of(told.definition),
        )


@strawberry.type(description="Letters whose reply took so long.")
class ReplyDaysBar:
    from_days: int = given(description="So many days or more.")
    to_days: int | None = given(description="And fewer than these; null: however many.")
    letters: int = given(description="How many letters.")


@strawberry.type(
    description="How long first replies took, in calendar days of 86,400 seconds: all replies to "
    "the letters, whichever unit gave them. Quantiles are interpolated between two letters."
)
class ReplyDays:
    letters: int = given(description="How many were replied to.")
    mean: float = given(description="The mean.")
    least: float = given(description="The quickest reply.")
    lower_quartile: float = given(description="A quarter took this long at most.")
    median: float = given(description="Half of them took this long at most.")
    upper_quartile: float = given(description="Three quarters took this long at most.")
    ninth_decile: float = given(description="Nine of ten took this long at most.")
    most: float = given(description="The slowest reply.")
    bars: list[ReplyDaysBar] = given(description="From the quickest to the slowest.")

    @classmethod
    def of(cls, told: distribution.Distribution) -> Self:
        """The distribution as clients see it."""
        return cls(
            letters=told.letters,
            mean=told.mean,
            least=told.least,
            lower_quartile=told.lower_quartile,
            median=told.median,
            upper_quartile=told.upper_quartile,
            ninth_decile=told.ninth_decile,
            most=told.most,
            bars=[
                ReplyDaysBar(from_days=bar.from_days, to_days=bar.to_days, letters=bar.letters)
                for bar in told.bars
            ],
        )


@strawberry.type(description="What a unit and those below it earned with the month's letters.")
class UnitMarks:
    refusals: int = given(description="Letters sent back as not theirs.")
    direct_dispatches: int = given(description="Urgent letters that came straight from intake.")
    misdispatches: int = given(description="Of these, those that a reviewer found wrong.")
    misdispatch_rate: float | None = given(
        description="Wrong ones by direct ones, a fraction; null when there were none."
    )
    notices: int = given(description="Supervision: notices.")
    yellow_cards: int = given(description="Supervision: yellow cards.")
    red_cards: int = given(description="Supervision: red cards.")
    leader_instructions: int = given(description="Supervision: instructions of a leader.")

    @classmethod
    def of(cls, told: unit_figures.Marks) -> Self:
        """The marks as clients see them."""
        wrong: Part = told.misdispatched
        return cls(
            refusals=told.counts[Mark.REFUSED],
            direct_dispatches=told.counts[Mark.DISPATCHED_DIRECTLY],
            misdispatches=told.counts[Mark.MISDISPATCHED],
            misdispatch_rate=wrong.value,
            notices=told.counts[Mark.NOTICE],
            yellow_cards=told.counts[Mark.YELLOW_CARD],
            red_cards=told.counts[Mark.RED_CARD],
            leader_instructions=told.counts[Mark.LEADER_INSTRUCTION],
        )
