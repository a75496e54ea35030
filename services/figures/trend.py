"""The figures of the months before one, as they are told with it."""

from __future__ import annotations

from datetime import datetime

from services.figures.bulletins import ToldBulletin
from services.figures.months import MonthFigures, figures_of
from services.office import Office

MONTHS = 12
"""The bulletin's own included."""


async def trend_of(office: Office, told: ToldBulletin, now: datetime) -> tuple[MonthFigures, ...]:
    """The months up to the bulletin's, in order, from the first that has letters.

    Of the same part of the city; of closed months the last edition, of this one the one told.
    """
    scope = told.scope
    before = [told.month.plus(place) for place in range(1 - MONTHS, 0)]
    found = [await figures_of(office, month, now, scope) for month in before]
    found.append(await figures_of(office, told.month, now, scope, edition=told.edition))
    first = next((place for place, one in enumerate(found) if one.letters != 0), len(found) - 1)
    return tuple(found[first:])
