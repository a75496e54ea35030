"""What people write about, month by month, as clients see it."""

from __future__ import annotations

import strawberry

from domain import topics
from domain.refusals import Text
from domain.words import Network
from schema.context import Info
from schema.directory import Category
from services.matters.rising import ToldRise
from services.matters.topics import ToldTopics

UNCATEGORISED = Text("未分类", "Uncategorised")
WITHHELD = "null where it is withheld because there are too few"


@strawberry.type(description="A topic's letters in a month.")
class TopicMonth:
    month: str = strawberry.field(description="The month, YYYY-MM, in Asia/Shanghai.")
    letters: int | None = strawberry.field(description=f"How many; {WITHHELD}.")
    share: float | None = strawberry.field(
        description=f"Of all letters of the month, a fraction; {WITHHELD}, or there are none."
    )

    @classmethod
    def of(cls, one: topics.TopicMonth) -> TopicMonth:
        """As it is told."""
        return cls(month=str(one.month), letters=one.letters, share=one.share)


@strawberry.type(description="A network, a category or what has none, month by month.")
class TopicSeries:
    network: Network | None = strawberry.field(
        description="The network that it is or belongs to; null for letters without a category."
    )
    category: Category | None = strawberry.field(
        description="The category; null for a network, and for letters without a category."
    )
    total: int | None = strawberry.field(
        description="Letters of all months; null when a month is withheld."
    )
    months: list[TopicMonth] = strawberry.field(
        description="Every month asked for, in order; months without a letter too."
    )

    @strawberry.field(description="What it is called, in the reader's language.")
    def name(self, info: Info) -> str:
        language = info.context.language
        if self.category is not None:
            return self.category.category.named(language)
        return self.network.named(language) if self.network else UNCATEGORISED.spoken(language)

    @classmethod
    def of(cls, series: topics.TopicSeries, told: ToldTopics) -> TopicSeries:
        """As it is told; a topic of the second depth and below is its last category."""
        topic = series.topic
        category = told.categories.get(topic[-1]) if len(topic) > 1 else None
        return cls(
            network=Network[topic[0]] if topic[0] else None,
            category=Category.of(category) if category else None,
            total=series.total,
            months=[TopicMonth.of(one) for one in series.months],
        )


@strawberry.type(
    description="Topics over time. Public figures are of what is not confidential, and withhold"
    " small counts; whoever works on cases is told of the cases that they may see."
)
class Topics:
    minimum_letters: int = strawberry.field(
        description="Counts of fewer letters are withheld; 0: none is."
    )
    all: list[TopicMonth] = strawberry.field(description="All letters, month by month.")
    series: list[TopicSeries] = strawberry.field(
        description="Topics that have something to be told, most letters first."
    )

    @classmethod
    def of(cls, told: ToldTopics, first: int) -> Topics:
        """As they are told, the ``first`` of them."""
        return cls(
            minimum_letters=told.minimum,
            all=[TopicMonth.of(one) for one in told.everything.months],
            series=[TopicSeries.of(one, told) for one in told.series[:first]],
        )


@strawberry.type(
    description="A category that has more letters than its own past lets expect: the lower bound"
    " of the ratio of its rates is above 1, one-sided 99 %."
)
class RisingTopic:
    category: Category = strawberry.field(description="Of the first or the second level.")
    network: Network = strawberry.field(description="The network that it belongs to.")
    letters: int = strawberry.field(description="Letters of the month, as far as it has come.")
    usual: float | None = strawberry.field(
        description=f"Letters in a month of the up to twelve before, the mean; {WITHHELD}."
    )
    ratio: float | None = strawberry.field(
        description=f"How many times as many letters a day as before; {WITHHELD}."
    )
    at_least: float | None = strawberry.field(
        description=f"The ratio's lower bound, by which topics are ordered; {WITHHELD}."
    )

    @classmethod
    def of(cls, told: ToldRise) -> RisingTopic:
        """As it is told; a past of too few letters is not."""
        rise = told.rise
        shown = (rise.usual, rise.ratio, rise.lower) if told.is_past_told else (None, None, None)
        usual, ratio, at_least = shown
        return cls(
            category=Category.of(told.category),
            network=told.category.network,
            letters=rise.letters,
            usual=usual,
            ratio=ratio,
            at_least=at_least,
        )
