"""How well a mailbox answers: what the widget shows of the last twelve months."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from domain.anonymity import is_withheld
from domain.bulletins import Month
from domain.calendar import city_date, day_begins
from domain.definitions import CURRENT, FigureName
from domain.facts import CohortLetter
from domain.figures import Counts, Part, tally
from services.figures.units import days_to_reply
from services.office import Office

MONTHS = 12
SPAN = 3
"""Months whose letters are looked at at once: there may be five thousand in each."""
TIMES = 50
"""The figures are told for so many times as long as it took to work them out."""


@dataclass(frozen=True, slots=True)
class MailboxFigures:
    """Of the letters since the day ``since`` (the city's calendar), twelve months ago.

    Parts of fewer than ten letters are None. ``reply_days`` are of all replies, by whichever
    unit. ``last_month`` counts the letters of the calendar month before this one.
    """

    since: date
    letters: int
    last_month: int
    reply_rate: Part | None
    satisfaction_rate: Part | None
    reply_days: Part | None


async def mailbox_figures(office: Office, mailbox: str, now: datetime) -> MailboxFigures | None:
    """The mailbox's public figures; None when there are too few letters for any."""
    today = city_date(now)
    key = ("mailbox", mailbox, today)
    return await office.recent.told(
        key, now, lambda: _worked_out(office, mailbox, now), times=TIMES
    )


async def _worked_out(office: Office, mailbox: str, now: datetime) -> MailboxFigures | None:
    today = city_date(now)
    since, last_month = _a_year_before(today), Month.of(today).plus(-1)
    counts, in_last_month, days = Counts(), 0, Part()
    for begins, ends in _spans(since, now):
        letters = await office.cohorts.letters(begins, ends, mailbox=mailbox)
        mains = await office.cohorts.facts_of({one.main_case for one in letters if one.main_case})
        counts += tally(letters, now, mains, ())
        in_last_month += sum(_is_of(one, last_month) for one in letters)
        for one in letters:
            took = days_to_reply(one, now, mains)
            days += Part() if took is None else Part(took, 1)
    if is_withheld(counts.letters):
        return None
    return MailboxFigures(
        since=since,
        letters=counts.letters,
        last_month=in_last_month,
        reply_rate=_shown(counts.part(CURRENT[FigureName.REPLY_RATE])),
        satisfaction_rate=_shown(counts.part(CURRENT[FigureName.SATISFACTION_RATE])),
        reply_days=_shown(days),
    )


def _a_year_before(day: date) -> date:
    """The same day twelve months ago; of a leap day the one before."""
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)


def _spans(since: date, now: datetime) -> list[tuple[datetime, datetime]]:
    """From that day until now, a few months at a time; all in UTC."""
    months = [Month.of(since).plus(place) for place in range(SPAN, MONTHS + 1, SPAN)]
    cuts = [day_begins(since), *(month.begins for month in months)]
    cuts = [cut for cut in cuts if cut < now]
    return list(zip(cuts, [*cuts[1:], now + timedelta(milliseconds=1)], strict=True))


def _is_of(letter: CohortLetter, month: Month) -> bool:
    return month.begins <= letter.submitted_at < month.plus(1).begins


def _shown(part: Part) -> Part | None:
    return None if is_withheld(part.denominator) else part
