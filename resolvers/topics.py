"""How topics over time and rising topics are answered."""

from __future__ import annotations

from typing import Annotated

import strawberry

from domain.ids import Kind, key_of
from domain.refusals import InvalidInput
from domain.topics import TopicLevel
from domain.words import Network
from schema.context import Info
from schema.topics import RisingTopic, Topics
from services.figures.months import read_month
from services.matters.rising import rising_topics
from services.matters.topics import TopicsAsked, topics_over_time
from storage.pages import MAX_PAGE

From = Annotated[
    str, strawberry.argument(name="from", description="The first month, YYYY-MM, in Asia/Shanghai.")
]
To = Annotated[str, strawberry.argument(description="The last month, YYYY-MM; at most 24 months.")]
Of = Annotated[str, strawberry.argument(description="The month, YYYY-MM, in Asia/Shanghai.")]
By = Annotated[TopicLevel | None, strawberry.argument(description="How finely; FIRST by default.")]
InNetwork = Annotated[
    Network | None, strawberry.argument(description="Of this network alone; all by default.")
]
UnitId = Annotated[
    strawberry.ID | None,
    strawberry.argument(
        description="With this unit or one below. Requires a role that works on cases."
    ),
]
How = Annotated[
    int | None, strawberry.argument(description="How many at most, 1 to 100; 10 by default.")
]


@strawberry.type
class TopicQueries:
    """Mixed into the root of every query."""

    @strawberry.field(description="What people write about, month by month.")
    async def topics(
        self,
        info: Info,
        from_: From,
        to: To,
        by: By = None,
        network: InNetwork = None,
        unit_id: UnitId = None,
        first: How = None,
    ) -> Topics:
        context = info.context
        asked = TopicsAsked(
            first=read_month(from_, context.now, "from"),
            last=read_month(to, context.now, "to"),
            by=by or TopicLevel.FIRST,
            network=network,
            unit=_unit(unit_id),
        )
        size = _size(first)
        told = await topics_over_time(context.office, asked, context.actor, context.now)
        return Topics.of(told, size)

    @strawberry.field(
        description="Categories with more letters than their own past lets expect, surest first."
    )
    async def rising_topics(
        self, info: Info, month: Of, unit_id: UnitId = None, first: How = None
    ) -> list[RisingTopic]:
        context = info.context
        asked, size, unit = read_month(month, context.now), _size(first), _unit(unit_id)
        risen = await rising_topics(context.office, asked, context.actor, context.now, unit)
        return [RisingTopic.of(one) for one in risen[:size]]


def _unit(unit_id: strawberry.ID | None) -> str | None:
    return key_of(unit_id, Kind.UNIT, "unitId") if unit_id is not None else None


def _size(first: int | None) -> int:
    size = 10 if first is None else first
    if not 1 <= size <= MAX_PAGE:
        raise InvalidInput("须为1至100。", "It must be 1 to 100.", "first")
    return size
