"""Gathers the public page of a month, once for all who ask, and keeps it for a moment.

Many read the page and it changes slowly: whoever asks while it is being gathered waits for that,
and gets the same. What is kept is bounded in number and in age.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar

from domain.actors import ANONYMOUS
from domain.bulletins import BulletinState, Month
from domain.calendar import city_date
from domain.definitions import FigureName
from domain.refusals import NotFound, Text
from domain.words import Word
from services.city.memory import CityMemory
from services.city.page import CityPage, Sections, Share, ShownFigure
from services.city.sections import data_due, links_of, sections_of
from services.figures.bulletins import ToldBulletin, ToldFigure, bulletin_of
from services.figures.days import moment_for
from services.figures.months import MonthFigures, figures_of
from services.functions.workshop import ObjectStore
from services.office import Office
from storage.pages import Page

MOMENT, FROZEN = timedelta(seconds=30), timedelta(minutes=5)
"""How old a page may be, and that of a frozen month, which only another edition changes."""
TREND = 12
"""Months, the one shown included."""
W = TypeVar("W", bound=Word)
CITY = Text("全市", "The city")
"""While there is no directory."""


class CityMonths:
    """The pages; one for a process."""

    def __init__(self, office: Callable[[], Office], archive: ObjectStore) -> None:
        self._office, self._archive = office, archive
        self._gathering = asyncio.Lock()
        self._pages = CityMemory[tuple[Month, FigureName], CityPage](32, _age)
        self._months = CityMemory[None, Sequence[Month]](1, lambda _: MOMENT)

    async def page(self, month: Month | None, figure: FigureName | None, now: datetime) -> CityPage:
        """The page of ``month``, by default the usual one, with units ranked by ``figure``.

        Raises ``NotFound`` for a month to come and for one before the first letter, and what the
        database raises when it is out of reach.
        """
        ranked_by = figure or FigureName.REPLY_RATE
        async with self._gathering:
            months = await self._months.get(None, now, lambda: self._with_letters(now))
            shown = month or await self._usual(months, now)
            running = Month.of(city_date(now))
            if not min(months, default=running) <= shown <= running:
                raise NotFound("这个月没有数据。", "There is nothing about this month.", "month")
            return await self._pages.get(
                (shown, ranked_by), now, lambda: self._gathered(shown, ranked_by, months, now)
            )

    async def _with_letters(self, now: datetime) -> Sequence[Month]:
        """The months with letters up to now, the latest first."""
        today = city_date(now)
        days = await self._office().submissions.days()
        return sorted({Month.of(day) for day in days if day <= today}, reverse=True)

    async def _usual(self, months: Sequence[Month], now: datetime) -> Month:
        """The last with letters; while that is running, the month before if it is closed."""
        running = Month.of(city_date(now))
        last, before = max(months, default=running), running.plus(-1)
        if last == running and await self._office().bulletins.editions([before]):
            return before
        return last

    async def _gathered(
        self, month: Month, ranked_by: FigureName, months: Sequence[Month], now: datetime
    ) -> CityPage:
        office = self._office()
        told = await bulletin_of(office, month, now)
        trend = await self._trend(month, months, now)
        links = await links_of(self._archive, month)
        sections = replace(
            await sections_of(
                office, month, ranked_by, now, is_closed=told.state is not BulletinState.LIVE
            ),
            links=links,
            data_due=None if links else await data_due(office, month, now),
        )
        page = _page(await _city(office), told, months, trend, sections)
        return replace(page, minimum=office.minimum)

    async def _trend(
        self, month: Month, months: Sequence[Month], now: datetime
    ) -> Mapping[Month, MonthFigures]:
        """The months before that have letters: read where a month is closed."""
        office = self._office()
        moment = await moment_for(office, ANONYMOUS, now)
        known = {month.plus(place) for place in range(1 - TREND, 0)} & set(months)
        return {one: await figures_of(office, one, moment) for one in sorted(known)}


def _age(page: CityPage) -> timedelta:
    if page.is_incomplete:
        return timedelta()
    return FROZEN if page.state is BulletinState.FROZEN else MOMENT


async def _city(office: Office) -> Text:
    """The name of the unit above all others."""
    first = await office.directory.find_units(None, Page(first=1))
    return next((Text(one.name, one.name_en) for one in first.items), CITY)


def _page(
    city: Text,
    told: ToldBulletin,
    months: Sequence[Month],
    trend: Mapping[Month, MonthFigures],
    sections: Sections,
) -> CityPage:
    span = [told.month.plus(place) for place in range(1 - TREND, 1)]
    past = [trend.get(one) for one in span[:-1]]
    return CityPage(
        city=city,
        month=told.month,
        months=months,
        state=told.state,
        edition=told.edition,
        as_of=told.as_of,
        letters=told.letters,
        levels=_shares(told.by_level),
        channels=_shares(told.by_channel),
        figures=[_figure(one, past) for one in told.figures],
        revision=told.revision,
        trend_months=span,
        trend_letters=[*(one.letters or None if one else None for one in past), told.letters],
        sections=sections,
    )


def _figure(told: ToldFigure, past: Sequence[MonthFigures | None]) -> ShownFigure:
    return ShownFigure(
        told.definition,
        told.value,
        told.numerator,
        told.denominator,
        told.change,
        told.baseline,
        [*(one.counts.part(told.definition).value if one else None for one in past), told.value],
        told.withheld,
    )


def _shares(counts: Mapping[W, int]) -> Sequence[Share]:
    """In the order of the words."""
    words = type(next(iter(counts))) if counts else ()
    return [Share(one, counts[one]) for one in words if counts.get(one)]
