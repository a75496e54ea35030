"""Hot issues as everybody may know them: by whole months, in steps.

A letter more or less in the days asked for must not show: so the public is told of whole months,
each by itself, and of several what is told of each of them. A running month is told again and
again, and so letters and writers are told in steps, from below. Nothing else is told of time.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.anonymity import in_steps
from domain.bulletins import Month
from domain.calendar import ONE_DAY
from domain.hot_issues import CountedLetter, HotIssue, groups_of, order_of, trend_of

A_MOMENT = timedelta(milliseconds=1)
"""The least time that the database tells apart."""


@dataclass(frozen=True, slots=True)
class MonthIssue:
    """What is told of an issue in one month: so many at least; ``ids`` newest first."""

    letters: int
    writers: int
    ids: tuple[str, ...] = ()


_NOTHING = MonthIssue(0, 0)


def hot_groups(
    letters: Collection[CountedLetter], least: int
) -> Mapping[str, Sequence[CountedLetter]]:
    """The groups of a month's letters that have ``least`` writers, oldest letter first."""
    return {
        key: members for key, members in groups_of(letters).items() if _writers(members) >= least
    }


def issues_of_month(
    groups: Mapping[str, Sequence[CountedLetter]], beside: int, minimum: int
) -> dict[str, MonthIssue]:
    """What is told of each, by group; ``beside``: letters of the month that are in none of them."""
    counts = {key: len(members) for key, members in groups.items()}
    told = in_steps(counts, minimum, beside=beside)
    return {
        key: MonthIssue(
            letters,
            min(letters, _in_step(_writers(groups[key]), minimum)),
            tuple(one.id for one in reversed(groups[key])),
        )
        for key, letters in told.items()
    }


def issues_of_months(
    months: Sequence[Month], told: Mapping[Month, Mapping[str, MonthIssue]], until: datetime
) -> list[HotIssue]:
    """Of ``months``, most writers first; ``told`` may have the month before, for the trend.

    Letters are those of all these months; writers those of the month that has most of them. The
    first and the last letter were seen somewhere in the first and the last month told of.
    """
    groups = {key for month in months for key in told.get(month, {})}
    return sorted((_issue(key, months, told, until) for key in groups), key=order_of)


def _issue(
    group: str,
    months: Sequence[Month],
    told: Mapping[Month, Mapping[str, MonthIssue]],
    until: datetime,
) -> HotIssue:
    known = {month: told[month][group] for month in months if group in told.get(month, {})}
    last = months[-1]
    late, before = (
        told.get(month, {}).get(group, _NOTHING).letters / _days(month, until)
        for month in (last, last.plus(-1))
    )
    return HotIssue(
        group=group,
        letters=sum(one.letters for one in known.values()),
        writers=max(one.writers for one in known.values()),
        first_seen_at=min(known).begins,
        last_seen_at=min(max(known).plus(1).begins - A_MOMENT, until),
        trend=trend_of(late, before),
        ids=tuple(key for month in sorted(known, reverse=True) for key in known[month].ids),
    )


def _days(month: Month, until: datetime) -> float:
    """How many days of it have passed; one at least."""
    return max(1.0, (min(month.plus(1).begins, until) - month.begins) / ONE_DAY)


def _writers(members: Sequence[CountedLetter]) -> int:
    return len({one.writer for one in members})


def _in_step(count: int, minimum: int) -> int:
    return count - count % minimum
