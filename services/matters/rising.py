"""Which topics rise in a month; the statistic is ``domain/rising.py``'s."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.actors import Actor
from domain.anonymity import is_withheld
from domain.bulletins import Month
from domain.categories import Category
from domain.rising import PAST_MONTHS, Rise, Span, rise
from domain.topics import withheld_topics
from services.matters.topics import check_unit, counted_months, known_topics, minimum_for
from services.office import Office

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ToldRise:
    """A category that rose. ``is_past_told``: its past is large enough to be told."""

    category: Category
    rise: Rise
    is_past_told: bool


async def rising_topics(
    office: Office, month: Month, actor: Actor, now: datetime, unit: str | None = None
) -> list[ToldRise]:
    """First- and second-level categories that rose in ``month``, the surest first.

    The past is the up to twelve months before, from the first that has a letter. A month that
    is not over is counted by the days that have passed.
    """
    check_unit(unit, actor)
    months = tuple(month.plus(step) for step in range(-PAST_MONTHS, 1))
    counted = await counted_months(office, months, unit, actor, now)
    if not counted[-1]:
        return []
    topics = await known_topics(office, counted)
    hidden = withheld_topics(counted[-1], topics, minimum_for(actor))
    days = [_days(one, now) for one in months]
    begun = next(at for at, counts in enumerate(counted) if counts)
    found: dict[str, Rise] = {}
    for topic in topics:
        if len(topic) > 1 and topic not in hidden:
            *past, present = map(Span, (counts[topic] for counts in counted[begun:]), days[begun:])
            risen = rise(present, past)
            if risen is not None:
                found[topic[-1]] = risen
    return await _told(office, found, minimum_for(actor))


async def _told(office: Office, found: Mapping[str, Rise], minimum: int) -> list[ToldRise]:
    categories = await office.directory.categories_by_id(found)
    return [
        ToldRise(categories[one], found[one], not is_withheld(found[one].before, minimum))
        for one in sorted(found, key=lambda one: (-found[one].lower, one))
        if one in categories
    ]


def _days(month: Month, now: datetime) -> float:
    """How many days of it have passed; one at least."""
    passed = min(month.plus(1).begins, now) - month.begins
    return max(1.0, passed / _DAY)
