"""A month's bulletin, as clients see it: every figure with what it was made of."""

from __future__ import annotations

from datetime import datetime
from typing import Self

import strawberry

from domain import baselines, definitions, editions
from domain.bulletins import BulletinState
from domain.definitions import FigureName
from domain.editions import ChangeReason
from domain.figures import Part
from domain.refusals import Text
from domain.words import Channel, MailboxLevel
from schema.context import Info
from schema.directory import Unit, load_unit
from services.figures.bulletins import ToldBulletin, ToldFigure

FEW = "Null when withheld: fewer than 10, or what would give such a number away."
IN_ITS_UNIT = "A fraction (0.992 is 99.2 %), or days for AVERAGE_REPLY_DAYS"


@strawberry.type(description="Letters to the mailboxes of one level.")
class LevelCount:
    level: MailboxLevel = strawberry.field(description="Whose mailboxes.")
    count: int | None = strawberry.field(description=f"How many letters. {FEW}")

    @strawberry.field(description="The level's name in the reader's language.")
    def level_name(self, info: Info) -> str:
        return self.level.named(info.context.language)


@strawberry.type(description="Letters that came over one channel.")
class ChannelCount:
    channel: Channel = strawberry.field(description="How they came.")
    count: int | None = strawberry.field(description=f"How many letters. {FEW}")

    @strawberry.field(description="The channel's name in the reader's language.")
    def channel_name(self, info: Info) -> str:
        return self.channel.named(info.context.language)


@strawberry.type(description="How many letters a month had.")
class LetterCounts:
    total: int | None = strawberry.field(description=f"All of them. {FEW}")
    by_level: list[LevelCount] = strawberry.field(description="By mailbox level, every level.")
    by_channel: list[ChannelCount] = strawberry.field(description="By channel, every channel.")

    @classmethod
    def of(cls, told: ToldBulletin) -> Self:
        """Every level and channel, also those of no letter."""
        return cls(
            total=told.letters,
            by_level=[LevelCount(level=one, count=told.by_level.get(one)) for one in MailboxLevel],
            by_channel=[
                ChannelCount(channel=one, count=told.by_channel.get(one)) for one in Channel
            ],
        )


@strawberry.type(description="What a figure is compared with.")
class Baseline:
    name: str = strawberry.field(description="A month (`YYYY-MM`), or a recorded baseline's name.")
    recorded: bool = strawberry.field(
        description="It was recorded with a source, and not computed here."
    )
    source: str | None = strawberry.field(description="Where recorded figures come from.")
    title: strawberry.Private[Text]

    @strawberry.field(description="What a sentence in the reader's language calls it.")
    def label(self, info: Info) -> str:
        return self.title.spoken(info.context.language)

    @classmethod
    def of(cls, baseline: baselines.Baseline) -> Self:
        """The baseline as clients see it."""
        return cls(
            name=baseline.name,
            recorded=baseline.recorded,
            source=baseline.source,
            title=baseline.title,
        )


@strawberry.type(description="What exactly a figure counts; versions are never changed.")
class Definition:
    id: strawberry.ID = strawberry.field(description="Such as `SATISFACTION_RATE/2`.")
    version: str = strawberry.field(description="Of this figure's definition.")
    definition: strawberry.Private[definitions.Definition]

    @strawberry.field(description="In words, in the reader's language.")
    def text(self, info: Info) -> str:
        return self.definition.text.spoken(info.context.language)

    @classmethod
    def of(cls, definition: definitions.Definition) -> Self:
        """The definition as clients see it."""
        return cls(
            id=strawberry.ID(definition.id), version=definition.version, definition=definition
        )


@strawberry.type(description="One published figure of a month.")
class Figure:
    name: FigureName = strawberry.field(description="Which one.")
    value: float | None = strawberry.field(
        description=f"{IN_ITS_UNIT}; null when there is no data, or it is withheld."
    )
    change: float | None = strawberry.field(
        description="The value minus the baseline's, in points of percent or days; null without"
        " both."
    )
    numerator: float | None = strawberry.field(description="Letters, or days; null when withheld.")
    denominator: int | None = strawberry.field(description="Letters; null when withheld.")
    withheld: bool = strawberry.field(
        description="There are too few letters for the public to be told."
    )
    baseline: Baseline = strawberry.field(description="What `change` is against.")
    definition: Definition = strawberry.field(description="What it counts.")

    @strawberry.field(description="The figure's name in the reader's language.")
    def figure_name(self, info: Info) -> str:
        return self.name.named(info.context.language)

    @classmethod
    def of(cls, told: ToldFigure) -> Self:
        """The figure as clients see it."""
        return cls(
            name=told.name,
            value=told.value,
            change=told.change,
            numerator=told.numerator,
            denominator=told.denominator,
            withheld=told.withheld,
            baseline=Baseline.of(told.baseline),
            definition=Definition.of(told.definition),
        )


@strawberry.type(description="Letters that count otherwise than in the edition before.")
class ChangeCause:
    reason: ChangeReason = strawberry.field(description="Why.")
    letters: int = strawberry.field(description="How many.")
    because: strawberry.Private[editions.Because]

    @strawberry.field(description="The reason in the reader's language.")
    def reason_name(self, info: Info) -> str:
        return self.reason.named(info.context.language)

    @strawberry.field(
        description="Numbers of those that the reader sees; null for whoever does not work on"
        " cases."
    )
    async def numbers(self, info: Info) -> list[str] | None:
        actor = info.context.actor
        if not actor.works_on_cases:
            return None
        seen = await info.context.office.cohorts.seen(self.because.numbers, actor)
        return [one for one in self.because.numbers if one in seen]

    @classmethod
    def of(cls, because: editions.Because) -> Self:
        """The cause as clients see it."""
        return cls(reason=because.reason, letters=len(because.numbers), because=because)


@strawberry.type(description="A figure's value, and what it was made of.")
class FigureValue:
    value: float | None = strawberry.field(description=f"{IN_ITS_UNIT}; null for 0/0.")
    numerator: float = strawberry.field(description="Letters, or days.")
    denominator: int = strawberry.field(description="Letters.")

    @classmethod
    def of(cls, part: Part) -> Self:
        """The part as clients see it."""
        return cls(value=part.value, numerator=part.numerator, denominator=part.denominator)


@strawberry.type(description="What an edition changed in one figure.")
class FigureChange:
    definition: Definition = strawberry.field(description="Which figure, and what it counts.")
    before: FigureValue = strawberry.field(description="In the edition before.")
    after: FigureValue = strawberry.field(description="In this one.")
    causes: list[ChangeCause] = strawberry.field(description="Why.")

    @classmethod
    def of(cls, one: editions.FigureChange) -> Self:
        """The change as clients see it."""
        return cls(
            definition=Definition.of(definitions.BY_ID[one.definition]),
            before=FigureValue.of(one.before),
            after=FigureValue.of(one.after),
            causes=[ChangeCause.of(because) for because in one.because],
        )


@strawberry.type(description="What an edition changed on the one before it, and why.")
class Revision:
    reason: str = strawberry.field(description="What whoever published it said.")
    letters_before: int = strawberry.field(description="Letters in the edition before.")
    letters_after: int = strawberry.field(description="Letters in this one.")
    figures: list[FigureChange] = strawberry.field(description="The figures that changed.")

    @classmethod
    def of(cls, revision: editions.Revision) -> Self:
        """The revision as clients see it."""
        return cls(
            reason=revision.reason,
            letters_before=revision.letters_before,
            letters_after=revision.letters_after,
            figures=[FigureChange.of(one) for one in revision.figures],
        )


@strawberry.type(description="A month's figures, of the whole city or of a part of it.")
class Bulletin:
    month: str = strawberry.field(description="`YYYY-MM`, in Asia/Shanghai.")
    edition: int | None = strawberry.field(description="From 1; null while the month is live.")
    state: BulletinState = strawberry.field(description="How firm the figures are.")
    as_of: datetime = strawberry.field(description="Nothing that came later is in it.")
    closed_at: datetime | None = strawberry.field(
        description="The moment for which the month was closed; null while it is live."
    )
    letters: LetterCounts = strawberry.field(description="How many there were.")
    level: MailboxLevel | None = strawberry.field(description="Of this mailbox level only.")
    code: str | None = strawberry.field(
        description="The version of the product that counted; null while the month is live."
    )
    digest: str | None = strawberry.field(
        description="SHA-256 over what was counted; null while the month is live."
    )
    revision: Revision | None = strawberry.field(
        description="What this edition changed; null for a first one, and for parts of the city."
    )
    told: strawberry.Private[ToldBulletin]

    @strawberry.field(description="The state's name in the reader's language.")
    def state_name(self, info: Info) -> str:
        return self.state.named(info.context.language)

    @strawberry.field(description="Of this unit and those below it; null for the whole city.")
    async def unit(self, info: Info) -> Unit | None:
        return await load_unit(info, self.told.scope.unit)

    @strawberry.field(description="The published figures, by the definitions in force.")
    def figures(self) -> list[Figure]:
        return [Figure.of(one) for one in self.told.figures]

    @strawberry.field(description="The same by every version of every definition.")
    def all_versions(self) -> list[Figure]:
        return [Figure.of(one) for one in self.told.every]

    @classmethod
    def of(cls, told: ToldBulletin) -> Self:
        """The bulletin as clients see it."""
        return cls(
            month=str(told.month),
            edition=told.edition,
            state=told.state,
            as_of=told.as_of,
            closed_at=told.closed_at,
            letters=LetterCounts.of(told),
            level=told.scope.level,
            code=told.code,
            digest=told.digest,
            revision=Revision.of(told.revision) if told.revision else None,
            told=told,
        )
