"""What is suggested to those who sort letters; a clerk decides."""

from __future__ import annotations

from datetime import datetime

import strawberry

from domain.agreement import WINDOW
from domain.agreement import Agreement as Measured
from domain.suggesting import Suggestion
from schema.context import Info
from schema.directory import Category


@strawberry.type(description="A category that the letter may belong to. A clerk decides.")
class SuggestedCategory:
    suggestion: strawberry.Private[Suggestion]

    @strawberry.field(description="Of the first level; null when it left the taxonomy since.")
    async def category(self, info: Info) -> Category | None:
        found = await info.context.loaders.categories.load(self.suggestion.category)
        return Category.of(found) if found else None

    @strawberry.field(
        description="How likely a clerk says the same, 0 to 1; held to letters that were not"
        " learned from."
    )
    def confidence(self) -> float:
        return self.suggestion.confidence

    @strawberry.field(description="Why: words of this letter, the weightiest first; up to five.")
    def words(self) -> list[str]:
        return list(self.suggestion.words)


@strawberry.type(
    description="How often clerks gave a letter the category that had been suggested, or one below"
    f" it: over letters first reviewed in the {WINDOW.days} days before the newest model, each"
    " held to the model of its time."
)
class SuggestionAgreement:
    agreed: int = strawberry.field(description="The numerator: letters on which both agreed.")
    compared: int = strawberry.field(description="The denominator: letters with a suggestion.")
    value: float | None = strawberry.field(
        description="One by the other, 0 to 1; null without letters."
    )
    since: datetime | None = strawberry.field(
        description="From when on letters were compared; null before the second model."
    )

    @classmethod
    def of(cls, measured: Measured) -> SuggestionAgreement:
        return cls(
            agreed=measured.agreed,
            compared=measured.compared,
            value=measured.value,
            since=measured.since,
        )
