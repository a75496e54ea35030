"""Which topics rise in a month; the statistic is ``domain/rising.py``'s."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.actors import Actor
from domain.bulletins import Month
from domain.categories import Category
from domain.rising import PAST_MONTHS, Rise, Span, rise
from domain.topics import Topic, withheld_topics
from services.figures.days import moment_for
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
    now = await moment_for(office, actor, now)
    months = tuple(month.plus(step) for step in range(-PAST_MONTHS, 1))
    counted = await counted_months(office, months, unit, actor, now)
    if not counted[-1]:
        return []
    topics = await known_topics(office, counted)
    begun = next(at for at, counts in enumerate(counted) if counts)
    months, counted = months[begun:], counted[begun:]
    minimum = minimum_for(office, actor)
    hidden = [withheld_topics(counts, topics, minimum) for counts in counted]
    days = [_days(one, now) for one in months]
    found: dict[str, tuple[Rise, bool]] = {}
    for topic in topics:
        is_hidden = [topic in some for some in hidden]
        letters = _public(topic, counted, is_hidden, minimum)
        if len(topic) > 1 and letters is not None:
            *past, present = map(Span, letters, days)
            risen = rise(present, past)
            if risen is not None:
                is_past_told = not any(is_hidden) and risen.before >= minimum
                found[topic[-1]] = risen, is_past_told
    return await _told(office, found)


def _public(
    topic: Topic, counted: Sequence[Counter[Topic]], is_hidden: Sequence[bool], minimum: int
) -> list[int] | None:
    """The topic's letters, month by month, as far as the reader may know them.

    A past month that is withheld counts as the most it can have, so that the list says no more
    than the counts do. None: the month itself is withheld, or a past one for its neighbours.
    """
    most = minimum - 1
    letters = [counts[topic] for counts in counted]
    if is_hidden[-1] or any(
        hides and count > most for hides, count in zip(is_hidden, letters, strict=True)
    ):
        return None
    return [most if hides else count for hides, count in zip(is_hidden, letters, strict=True)]


async def _told(office: Office, found: Mapping[str, tuple[Rise, bool]]) -> list[ToldRise]:
    categories = await office.directory.categories_by_id(found)
    return [
        ToldRise(categories[one], *found[one])
        for one in sorted(found, key=lambda one: (-found[one][0].lower, one))
        if one in categories
    ]


def _days(month: Month, now: datetime) -> float:
    """How many days of it have passed; one at least."""
    passed = min(month.plus(1).begins, now) - month.begins
    return max(1.0, passed / _DAY)
