"""How well a mailbox answers: what the widget shows of the last twelve months.

Their windows overlap, and the letters of all mailboxes of a level add up to what the
bulletin says of it. So letters are told in steps of ten, from below, and shares are rounded.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from domain.actors import ANONYMOUS
from domain.anonymity import in_steps
from domain.bulletins import Month
from domain.calendar import city_date
from domain.definitions import CURRENT, FigureName
from domain.figures import Counts, Part, tally
from domain.words import MailboxLevel
from services.figures.days import moment_for
from services.figures.months import A_DAY
from services.figures.units import days_to_reply
from services.office import Office

MONTHS = 12
SPAN = 3
"""Months whose letters are looked at at once: there may be five thousand in each."""
MANY, COARSE, FINE = 100, 20, 100
"""A share of fewer than ``MANY`` letters is told in twentieths, of more in whole percent."""


@dataclass(frozen=True, slots=True)
class MailboxFigures:
    """Of the letters of twelve whole months and the running one, from ``since`` on.

    ``letters`` and ``last_month`` are so many at least, in steps of ten. Shares are rounded, days
    have two decimals; those of fewer than ten letters are None. ``reply_days`` are of all replies,
    by whichever unit. ``last_month`` counts the letters of the calendar month before this one.
    """

    since: date
    letters: int
    last_month: int
    reply_rate: float | None
    satisfaction_rate: float | None
    reply_days: float | None


async def mailbox_figures(office: Office, mailbox: str, now: datetime) -> MailboxFigures | None:
    """The mailbox's public figures, once a day; None when there are too few letters for any."""
    moment = await moment_for(office, ANONYMOUS, now)
    key = ("mailbox", mailbox, city_date(now))
    return await office.recent.told(
        key, moment, lambda: _worked_out(office, mailbox, moment), times=0, at_least=A_DAY
    )


async def _worked_out(office: Office, mailbox: str, now: datetime) -> MailboxFigures | None:
    running = Month.of(city_date(now))
    last, months = running.plus(-1), [running.plus(-place) for place in range(MONTHS, -1, -1)]
    found = await office.directory.mailboxes_by_code([mailbox])
    if mailbox not in found:
        return None
    letters = (await _in_steps(office, months, found[mailbox].level, now)).get(mailbox)
    if letters is None:
        return None
    counts, days = await _counted(office, mailbox, months, now)
    last_month = await _in_steps(office, [last], found[mailbox].level, now)
    return MailboxFigures(
        since=months[0].day(1),
        letters=letters,
        last_month=last_month.get(mailbox, 0),
        reply_rate=_share(counts.part(CURRENT[FigureName.REPLY_RATE]), office.minimum),
        satisfaction_rate=_share(
            counts.part(CURRENT[FigureName.SATISFACTION_RATE]), office.minimum
        ),
        reply_days=_mean(days, office.minimum),
    )


async def _in_steps(
    office: Office, months: Sequence[Month], level: MailboxLevel, now: datetime
) -> Mapping[str, int]:
    """The letters of every mailbox of a level in these months, as far as they may be told."""

    async def counted() -> Mapping[str, int]:
        found: Counter[str] = Counter()
        for month in months:
            letters = await office.written.of_month(month, ANONYMOUS, now)
            found.update(one.mailbox for one in letters if one.level is level)
        return in_steps(found, office.minimum)

    key = ("mailboxes", months[0], months[-1], level, city_date(now))
    return await office.recent.told(key, now, counted, times=0, at_least=A_DAY)


async def _counted(
    office: Office, mailbox: str, months: Sequence[Month], at: datetime
) -> tuple[Counts, Part]:
    """The mailbox's counts and the days of its replies, a few months at a time."""
    counts, days = Counts(), Part()
    for first in months[::SPAN]:
        letters = await office.cohorts.letters(
            first.begins, first.plus(SPAN).begins, mailbox=mailbox
        )
        mains = await office.cohorts.facts_of({one.main_case for one in letters if one.main_case})
        counts += tally(letters, at, mains, ())
        for one in letters:
            took = days_to_reply(one, at, mains)
            days += Part() if took is None else Part(took, 1)
    return counts, days


def _share(part: Part, minimum: int) -> float | None:
    """Rounded; None where it would be of few letters, or count few."""
    if part.value is None or min(part.numerator, part.denominator) < minimum:
        return None
    steps = COARSE if part.denominator < MANY else FINE
    return round(part.value * steps) / steps


def _mean(days: Part, minimum: int) -> float | None:
    return None if days.value is None or days.denominator < minimum else round(days.value, 2)
