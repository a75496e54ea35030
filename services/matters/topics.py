"""What people write about over time; what is told of it says ``domain/topics.py``."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.actors import Actor
from domain.bulletins import Month
from domain.categories import Category
from domain.refusals import Forbidden, InvalidInput
from domain.topics import (
    EVERYTHING,
    UNCATEGORISED,
    Topic,
    TopicLevel,
    TopicSeries,
    all_topics,
    count_topics,
    series_of,
)
from domain.words import Network
from services.figures.days import moment_for
from services.office import Office

MOST_MONTHS = 24


@dataclass(frozen=True, slots=True)
class TopicsAsked:
    """Months from ``first`` to ``last``, both included; None means any.

    ``unit`` takes the units below along and is for those who work on cases: differences of
    subtrees would tell the public what their counts withhold.
    """

    first: Month
    last: Month
    by: TopicLevel = TopicLevel.FIRST
    network: Network | None = None
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class ToldTopics:
    """``minimum``: counts of fewer letters are withheld, 0 for those who work on cases.

    ``categories`` are those that the series name, by id.
    """

    months: tuple[Month, ...]
    minimum: int
    everything: TopicSeries
    series: tuple[TopicSeries, ...]
    categories: Mapping[str, Category]


def months_between(first: Month, last: Month, field: str) -> tuple[Month, ...]:
    """Both included; ``InvalidInput`` naming ``field`` when there are none or too many."""
    if last < first:
        raise InvalidInput("起始月份晚于结束月份。", "It ends before it begins.", field)
    months = tuple(first.plus(step) for step in range(MOST_MONTHS + 1))
    if last > months[-2]:
        raise InvalidInput(
            f"最多可查询{MOST_MONTHS}个月。", f"At most {MOST_MONTHS} months.", field
        )
    return tuple(month for month in months if month <= last)


async def topics_over_time(
    office: Office, asked: TopicsAsked, actor: Actor, now: datetime
) -> ToldTopics:
    """The series of every topic of a level that has something to be told, most letters first.

    ``InvalidInput`` for no months or more than ``MOST_MONTHS``; ``Forbidden`` for a unit's in
    public.
    """
    months = months_between(asked.first, asked.last, "to")
    check_unit(asked.unit, actor)
    now = await moment_for(office, actor, now)
    counted = await counted_months(office, months, asked.unit, actor, now)
    topics = await known_topics(office, counted)
    told = [
        topic
        for topic in topics
        if _is_of(topic, asked) and any(counts[topic] for counts in counted)
    ]
    minimum = minimum_for(office, actor)
    pairs = list(zip(months, counted, strict=True))
    (everything,) = series_of(pairs, topics, [EVERYTHING], minimum)
    found = series_of(pairs, topics, told, minimum)
    series = tuple(one for one in found if one.shown)
    named = {one.topic[-1] for one in series}
    categories = await office.directory.categories_by_id(named)
    return ToldTopics(months, minimum, everything, series, categories)


def check_unit(unit: str | None, actor: Actor) -> None:
    """``Forbidden`` for a unit's topics in public."""
    if unit is not None and not actor.works_on_cases:
        raise Forbidden(
            "按单位查看话题仅供工作人员使用。",
            "The topics of a unit are for those who work on cases.",
        )


def minimum_for(office: Office, actor: Actor) -> int:
    """Counts of fewer letters are withheld from this reader."""
    return 0 if actor.works_on_cases else office.minimum


def _is_of(topic: Topic, asked: TopicsAsked) -> bool:
    if topic == UNCATEGORISED:
        return asked.network is None
    return len(topic) == asked.by.depth and asked.network in {None, topic[0]}


async def counted_months(
    office: Office, months: Sequence[Month], unit: str | None, actor: Actor, now: datetime
) -> list[Counter[Topic]]:
    """How many letters each topic has in each month, of those that ``actor`` counts."""
    counted = []
    networks: dict[str, Network] = {}
    for month in months:
        letters = await office.written.of_month(month, actor, now)
        roots = {letter.category[0] for letter in letters if letter.category} - networks.keys()
        found = await office.directory.categories_by_id(roots)
        networks |= {one.id: one.network for one in found.values()}
        own = [one for one in letters if unit is None or unit in one.path]
        counted.append(count_topics(own, networks))
        await asyncio.sleep(0)  # others are served between two months
    return counted


async def known_topics(office: Office, counted: Sequence[Counter[Topic]]) -> list[Topic]:
    """All of the taxonomy, and what letters have that left it since."""
    living = all_topics(await office.directory.categories())
    known = set(living) | {EVERYTHING}
    return living + sorted({topic for counts in counted for topic in counts} - known)
