"""Hot issues: letters are grouped as they come in, and the groups are told to whoever asks.

A case waits to be grouped from the write that makes it. It is grouped right after
submission; imported ones, and what a crash left, are taken up by the next letter or reader.
A letter is never lost or refused because it could not be grouped.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from operator import attrgetter
from time import monotonic

from domain.actors import Actor
from domain.calendar import CITY_TIME
from domain.hot_issues import (
    HotIssue,
    central_first,
    hot_issues,
    keywords_of,
    places_of,
    said,
)
from domain.issues import GroupedLetter, group_to_join, weighed
from domain.matters import Matter, matter_of
from domain.refusals import InvalidInput
from domain.summary import Summary
from services.matters.segmentation import tagged
from services.office import Office
from storage.hot_issues import LETTERS, WaitingLetter
from storage.pages import Page, Slice
from storage.short_lists import page_of_items

BATCH = 100
FOR_A_READER = 50
"""So many waiting letters are grouped before an answer: some hundred milliseconds at most."""
AT_ONCE = 5
REST = 3
"""Of a letter that has just come in: so many together, then a rest of so many times as long."""
LONGEST = timedelta(days=3 * 366)
MOST_DESCRIBED = 60
"""So many letters of an issue describe it, the newest."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ToldIssue:
    """A hot issue as it is told to anybody: nothing personal in it."""

    issue: HotIssue
    title: str
    places: tuple[str, ...]
    keywords: tuple[str, ...]


async def group_waiting(office: Office, most: int = BATCH) -> int:
    """Groups up to ``most`` letters that wait, the oldest first; how many there were."""
    kept = office.hot_issues
    async with kept.turn:
        waiting = await kept.waiting(most)
        if not waiting:
            return 0
        open_ones = [one for one in waiting if not one.confidential]
        matters = {one.id: matter_of(one.title, one.body, tagged) for one in open_ones}
        terms = {term for matter in matters.values() for term in _terms(matter)}
        known = await kept.often(terms)
        often = Counter(known)
        more: Counter[str] = Counter()
        writers = await _writers(office, open_ones)
        for one in open_ones:
            counted = await _group(office, one, matters[one.id], writers[one.id], often)
            more.update(counted)
        await kept.count(more, known.keys())
        await kept.settled([one.id for one in waiting])
        return len(waiting)


async def group_safely(office: Office, most: int = BATCH) -> int:
    """The same, where a letter must not fail because of it: what failed is tried again later."""
    try:
        return await group_waiting(office, most)
    except Exception:  # noqa: BLE001  # whatever it is, the letter is stored and still waits
        _log.warning("letters could not be grouped", exc_info=True)
        return 0


def group_soon(office: Office) -> None:
    """Groups what waits, without keeping the writer waiting; nothing to do while it is done."""
    office.hot_issues.soon(lambda: _group_all(office))


async def _group_all(office: Office) -> None:
    """A few at a time, and most of the time not at all: a rush of letters comes first."""
    grouped = 1
    while grouped:
        began = monotonic()
        grouped = await group_safely(office, AT_ONCE)
        await asyncio.sleep(REST * (monotonic() - began))


async def _group(
    office: Office, one: WaitingLetter, matter: Matter, writer: bytes, often: Counter[str]
) -> Counter[str]:
    """Puts the letter into its group; what is to be counted of it, nothing if it was there."""
    terms = Counter([*_terms(matter), LETTERS])
    often.update(terms)
    weights = weighed(matter, often, often[LETTERS])
    groups = await office.hot_issues.alike(weights.heads, weights.names)
    letter = GroupedLetter(
        id=one.id,
        group=group_to_join(weights, groups) or one.id,
        submitted_at=one.submitted_at,
        writer=writer,
        heads=weights.heads,
        names=weights.names,
        words=weights.words,
        places=matter.places,
    )
    return terms if await office.hot_issues.keep(letter) else Counter()


def _terms(matter: Matter) -> list[str]:
    return [*(f"n:{piece}" for piece in matter.names), *(f"w:{word}" for word in matter.words)]


async def _writers(office: Office, letters: Sequence[WaitingLetter]) -> dict[str, bytes]:
    """Who wrote each: by account, else telephone, else nobody else; as a keyed digest."""
    unknown = [one.id for one in letters if one.account is None]
    sealed = await office.cases.writers_of(unknown) if unknown else {}
    digests: dict[str, bytes] = {}
    for one in letters:
        writer = sealed.get(one.id)
        phone = writer.phone if writer else None
        who = ("account", one.account) if one.account else ("phone", phone or "")
        if not who[1]:
            who = ("letter", one.id)
        digests[one.id] = office.access.digest("hot issue", *map(str, who))
    return digests


async def found_issues(office: Office, first_day: date, last_day: date) -> list[HotIssue]:
    """All of these days in Asia/Shanghai, both included, most writers first.

    Raises ``InvalidInput`` naming ``to`` for days that are none or too many.
    """
    if not first_day <= last_day < first_day + LONGEST:
        raise InvalidInput("日期范围无效。", "It must be from 1 day to 3 years.", "to")
    await group_safely(office, FOR_A_READER)
    begins = datetime.combine(first_day, time(), CITY_TIME)
    ends = datetime.combine(last_day + timedelta(days=1), time(), CITY_TIME)
    return hot_issues(await office.hot_issues.between(begins, ends), begins, ends)


def page_of_issues(issues: Sequence[HotIssue], page: Page) -> Slice[HotIssue]:
    """One page of them; raises ``CursorError``."""
    return page_of_items(issues, attrgetter("group"), page)


async def told(office: Office, issues: Sequence[HotIssue]) -> list[ToldIssue]:
    """Issues with title, places and keywords, in the same order."""
    return [await _described(office, one) for one in issues]


async def _described(office: Office, issue: HotIssue) -> ToldIssue:
    """The title is the most central letter's that is not confidential; empty: none is left."""
    ids = issue.ids[:MOST_DESCRIBED]
    letters = await office.hot_issues.by_ids(ids)
    titles = await office.hot_issues.titles(ids)
    letters = [one for one in letters if one.id in titles]
    title = said(titles[central_first(letters)[0]]) if letters else ""
    return ToldIssue(issue, title, places_of(letters), keywords_of(letters))


async def cases_of(office: Office, issue: HotIssue, reader: Actor) -> list[Summary]:
    """Its cases that ``reader`` may see, newest first; the public sees those published: none yet.

    A letter is published by its writer's consent and a reviewer's look, neither of which is
    recorded yet as publication; this is where such letters will be added.
    """
    if not reader.works_on_cases:
        return []
    found = await office.cases.by_ids(issue.ids, reader)
    return [found[key] for key in issue.ids if key in found]
