"""The official calendar: which days the city works, and how working days are counted.

The city's time is Asia/Shanghai. China has kept UTC+08:00 without daylight saving since 1991,
so a fixed offset says it all, and no time zone database is needed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta, timezone

from domain.statutory_days import statutory_days
from domain.words import Word

CITY_TIME = timezone(timedelta(hours=8), "Asia/Shanghai")
ONE_DAY = timedelta(days=1)

FESTIVALS: Mapping[str, str] = {
    "New Year's Day": "元旦",
    "Spring Festival": "春节",
    "Tomb-sweeping Day": "清明节",
    "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节",
    "Mid-autumn Festival": "中秋节",
    "National Day": "国庆节",
    "Anti-Fascist 70th Day": "抗战胜利70周年纪念日",
}


def festival_name(name: str, language: str) -> str:
    """The festival in ``"zh"`` or ``"en"``; a name that is not in the table stays as it is."""
    return FESTIVALS.get(name, name) if language == "zh" else name


FIRST_MOMENT = datetime.min.replace(tzinfo=UTC)
LAST_MOMENT = datetime.max.replace(tzinfo=CITY_TIME).astimezone(UTC)
"""Of those that are a date both in UTC and in the city."""


def city_date(at: datetime) -> date:
    """The date in Asia/Shanghai of an aware moment; ``ValueError`` when it is naive."""
    if at.tzinfo is None:
        raise ValueError(f"{at.isoformat()} says no time zone")
    return at.astimezone(CITY_TIME).date()


def day_begins(day: date) -> datetime:
    """00:00 Asia/Shanghai of ``day``, in UTC; of year 1's first day what there is of it."""
    if day == date.min:
        return FIRST_MOMENT
    return datetime.combine(day, time(), CITY_TIME).astimezone(UTC)


def day_is_over(day: date) -> datetime:
    """24:00 Asia/Shanghai of ``day``, in UTC; the last moment there is of year 9999's last day."""
    return LAST_MOMENT if day == date.max else day_begins(day + ONE_DAY)


def day_ends(day: date) -> datetime:
    """23:59:59.000 Asia/Shanghai of ``day``, in UTC.

    A due date is stored so, and not as 24:00, because a person must read the right date.
    """
    return datetime.combine(day, time(23, 59, 59), CITY_TIME).astimezone(UTC)


class DayKind(Word):
    """What the official calendar makes of a day."""

    WORKDAY = "WORKDAY", "工作日", "Working day"
    WEEKEND = "WEEKEND", "周末", "Weekend"
    HOLIDAY = "HOLIDAY", "节假日", "Public holiday"
    MAKE_UP = "MAKE_UP", "调休上班", "Make-up working day"


@dataclass(frozen=True, slots=True)
class Day:
    """One day: ``name`` is the festival behind a holiday or make-up day, in English.

    ``provisional`` means that the year's calendar is not published and the kind is assumed.
    """

    date: date
    kind: DayKind
    name: str | None
    provisional: bool

    @property
    def works(self) -> bool:
        return self.kind in (DayKind.WORKDAY, DayKind.MAKE_UP)


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """The days off and the make-up days of the years ``first_year`` to ``last_year``.

    After them the days off by law are free (``domain.statutory_days``); else Monday to Friday are
    taken to work: an assumption, and every day that rests on it says so. ``version`` names the
    source and goes with each due date.
    Source: the yearly notices of the State Council's General Office on public holidays.
    """

    version: str
    holidays: Mapping[date, str] = field(repr=False)
    make_up_days: Mapping[date, str] = field(repr=False)
    first_year: int
    last_year: int

    def is_published(self, date: date) -> bool:
        return self.first_year <= date.year <= self.last_year

    def day(self, date: date) -> Day:
        """What ``date`` (Asia/Shanghai) is; never fails."""
        name: str | None = None
        if date.year > self.last_year and (name := statutory_days(date.year).get(date)):
            kind = DayKind.HOLIDAY
        elif name := self.make_up_days.get(date):
            kind = DayKind.MAKE_UP
        elif name := self.holidays.get(date):
            kind = DayKind.HOLIDAY
        else:
            kind = DayKind.WORKDAY if date.weekday() < 5 else DayKind.WEEKEND
        return Day(date, kind, name, provisional=not self.is_published(date))

    def working_days(self, after: date, last: date) -> int:
        """How many days work, from the day after ``after`` to ``last``; 0 when there are none."""
        span = range(after.toordinal() + 1, last.toordinal() + 1)
        return sum(self.day(date.fromordinal(ordinal)).works for ordinal in span)

    def working_day_after(self, after: date, count: int) -> date:
        """The ``count``-th working day after ``after``; ``after`` itself when ``count`` is 0."""
        day = after
        while count > 0:
            day += ONE_DAY
            count -= self.day(day).works
        return day

    def period_ends(self, started: datetime, days: int) -> datetime:
        """When a period of ``days`` calendar days from ``started`` is over: 24:00 of a day, in UTC.

        The day on which it starts is not counted, and a last day that does not work gives way to
        the next that does (PRC Civil Code, Art. 201 to 203).
        """
        last = city_date(started) + days * ONE_DAY
        while not self.day(last).works:
            last += ONE_DAY
        return day_begins(last + ONE_DAY)


class DayReason(Word):
    """Why a day counts or does not, in words that take ``{number}`` and ``{name}``."""

    START_DAY = "START_DAY", "开始当日，不计", "The day it started, not counted"
    WORKDAY = "WORKDAY", "计第{number}个工作日", "Counted as working day {number}"
    MAKE_UP = (
        "MAKE_UP",
        "{name}调休上班，计第{number}个工作日",
        "Make-up day for {name}, counted as working day {number}",
    )
    WEEKEND = "WEEKEND", "周末，不计", "Weekend, not counted"
    HOLIDAY = "HOLIDAY", "{name}假期，不计", "{name}, not counted"
    STOPPED = "STOPPED", "停止计时，不计", "The clock was stopped, not counted"
    AWAY = "AWAY", "在其他环节，不计", "In another stage, not counted"
    REST_OF_LAST_DAY = (
        "REST_OF_LAST_DAY",
        "最后一个工作日的剩余时间，不另计",
        "The rest of the last working day, not counted again",
    )


@dataclass(frozen=True, slots=True)
class DayExplained:
    """One calendar day (Asia/Shanghai) of a clock; ``number`` is its place among the counted."""

    date: date
    counted: bool
    reason: DayReason
    name: str | None
    provisional: bool
    number: int | None = None


def reason_text(row: DayExplained, language: str) -> str:
    """The reason as a person reads it, in ``"zh"`` or ``"en"``."""
    name = festival_name(row.name or "", language)
    text = row.reason.named(language).format(number=row.number, name=name)
    if not row.provisional:
        return text
    return text + ("（当年日历未公布）" if language == "zh" else " (calendar not published yet)")


@dataclass(frozen=True, slots=True)
class Span:
    """Days that do not count: those after ``from_at``'s date, up to and with ``upto``."""

    from_at: datetime
    upto: date
    reason: DayReason

    def covers(self, day: date) -> bool:
        return city_date(self.from_at) < day <= self.upto

    def keeps_rest_of(self, day: date) -> bool:
        """It began on ``day``, before its end, and outlasts it."""
        began = city_date(self.from_at)
        return began == day < self.upto and self.from_at <= day_ends(day)


def count_days(
    started: date, days: int, spans: Iterable[Span], calendar: WorkingCalendar
) -> Iterator[DayExplained]:
    """Every day from ``started`` to the last; exactly ``days`` (at least 1) are counted.

    The first is not counted, nor is a day that does not work or that a span covers. When a span
    begins on the last counted day, the count ends on the first working day on or after
    the span's end instead: the rest of the day is kept, not counted again.
    """
    spans = list(spans)
    yield _explained(calendar.day(started), DayReason.START_DAY)
    day, number = calendar.day(started), 0
    while True:
        day = calendar.day(day.date + ONE_DAY)
        if why_not := _why_not(day, spans):
            yield _explained(day, why_not)
            continue
        if number < days:
            number += 1
            yield _explained(day, DayReason[day.kind], number)
        else:
            yield _explained(day, DayReason.REST_OF_LAST_DAY)
        if number == days:
            keeping = next((span for span in spans if span.keeps_rest_of(day.date)), None)
            if keeping is None:
                return
            spans.remove(keeping)
            spans.append(replace(keeping, upto=keeping.upto - ONE_DAY))


def _why_not(day: Day, spans: Iterable[Span]) -> DayReason | None:
    if not day.works:
        return DayReason[day.kind]
    return next((span.reason for span in spans if span.covers(day.date)), None)


def _explained(day: Day, reason: DayReason, number: int | None = None) -> DayExplained:
    return DayExplained(day.date, number is not None, reason, day.name, day.provisional, number)
