"""Hot issues as they are told to whoever asks: groups of letters, counted and described.

How letters come into their groups is in ``services/matters/grouping.py``; a reader waits for
none of it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from operator import attrgetter

from domain.actors import ANONYMOUS, Actor
from domain.bulletins import Month
from domain.calendar import city_date, day_begins, day_is_over
from domain.hot_issues import (
    LEAST_WRITERS,
    CountedLetter,
    HotIssue,
    central_first,
    hot_issues,
    keywords_of,
    places_of,
)
from domain.public_issues import A_MOMENT, MonthIssue, hot_groups, issues_of_month, issues_of_months
from domain.redaction import redact_title
from domain.refusals import InvalidInput
from domain.summary import Summary
from services.figures.days import moment_for
from services.figures.months import FIRST_YEAR
from services.office import Office
from storage.pages import Page, Slice
from storage.short_lists import page_of_items

LONGEST = timedelta(days=3 * 366)
MOST_DESCRIBED = 60
"""So many letters of an issue describe it, the newest."""


@dataclass(frozen=True, slots=True)
class ToldIssue:
    """A hot issue as it is told to anybody: nothing personal in it."""

    issue: HotIssue
    title: str
    places: tuple[str, ...]
    keywords: tuple[str, ...]


async def found_issues(
    office: Office, first_day: date, last_day: date, reader: Actor, now: datetime
) -> list[HotIssue]:
    """All of these days in Asia/Shanghai, both included, most writers first.

    The public is told of the whole months that these days are in (``domain/public_issues.py``),
    of the running one as of the day's first look.

    Raises ``InvalidInput`` naming ``to`` for days that are none or too many.
    """
    if not timedelta() <= last_day - first_day < LONGEST:
        raise InvalidInput("日期范围无效。", "It must be from 1 day to 3 years.", "to")
    if not reader.works_on_cases:
        return await _public_issues(office, Month.of(first_day), Month.of(last_day), now)
    begins, ends = day_begins(first_day), day_is_over(last_day)
    return hot_issues(await office.hot_issues.between(begins, ends), begins, ends, LEAST_WRITERS)


async def _public_issues(
    office: Office, first: Month, last: Month, now: datetime
) -> list[HotIssue]:
    first, last = max(first, Month(FIRST_YEAR, 1)), min(last, Month.of(city_date(now)))
    if last < first:
        return []
    moment = await moment_for(office, ANONYMOUS, now)
    ends = min(last.plus(1).begins, moment + A_MOMENT)
    by_month: dict[Month, list[CountedLetter]] = {}
    before = min(first, last.plus(-1))
    for one in await office.hot_issues.between(before.begins, ends):
        by_month.setdefault(Month.of(city_date(one.submitted_at)), []).append(one)
    told = {
        month: await _of_month(office, month, letters, moment)
        for month, letters in by_month.items()
    }
    months = sorted(month for month in {*by_month, last} if first <= month)
    return issues_of_months(months, told, moment)


async def _of_month(
    office: Office, month: Month, letters: Sequence[CountedLetter], moment: datetime
) -> dict[str, MonthIssue]:
    """What is told of a month's; how many letters lie beside is counted where they may be few."""
    groups = hot_groups(letters, max(LEAST_WRITERS, office.minimum))
    hot = sum(map(len, groups.values()))
    beside = len(letters) - hot
    if groups and beside < office.minimum:
        beside = max(0, len(await office.written.of_month(month, ANONYMOUS, moment)) - hot)
    return issues_of_month(groups, beside, office.minimum)


async def are_all_grouped(office: Office, month: Month) -> bool:
    """Whether no letter of the month waits: until then its issues are half counted."""
    begins, ends = month.begins, month.plus(1).begins
    return not await office.hot_issues.waiting.has_any(begins, ends)


def page_of_issues(issues: Sequence[HotIssue], page: Page) -> Slice[HotIssue]:
    """One page of them; raises ``CursorError``."""
    return page_of_items(issues, attrgetter("group"), page)


async def told(office: Office, issues: Sequence[HotIssue]) -> list[ToldIssue]:
    """Issues with title, places and keywords, in the same order."""
    divisions = [unit.name for unit in await office.directory.divisions()]
    return [await _described(office, one, divisions) for one in issues]


async def _described(office: Office, issue: HotIssue, divisions: Collection[str]) -> ToldIssue:
    """The title is the most central letter's that is not confidential; empty: none is left."""
    ids = issue.ids[:MOST_DESCRIBED]
    letters = await office.hot_issues.by_ids(ids)
    titles = await office.hot_issues.titles(ids)
    letters = [one for one in letters if one.id in titles]
    title = redact_title(titles[central_first(letters)[0]]) if letters else ""
    places = places_of(letters, titles.values(), divisions)
    return ToldIssue(issue, title, places, keywords_of(letters))


async def cases_of(office: Office, issue: HotIssue, reader: Actor) -> list[Summary]:
    """Its cases that ``reader`` may see, newest first; none for who does not work on cases.

    What the public may read of them is published, and another thing (``services/publication``).
    """
    if not reader.works_on_cases:
        return []
    found = await office.cases.by_ids(issue.ids, reader)
    return [found[key] for key in issue.ids if key in found]
