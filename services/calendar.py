"""The calendar that the city works by, from the ``chinesecalendar`` package."""

from __future__ import annotations

from functools import cache
from importlib.metadata import version

from chinese_calendar.constants import holidays, workdays

from domain.calendar import WorkingCalendar


@cache
def official_calendar() -> WorkingCalendar:
    """China's official calendar, as far as it is published; built once per process.

    The package's tables are read, not its functions: these raise outside the published years.
    Dates are Asia/Shanghai. The version is the package's, such as ``chinesecalendar-1.11.0``.
    """
    years = [day.year for day in holidays]
    return WorkingCalendar(
        version=f"chinesecalendar-{version('chinesecalendar')}",
        holidays=dict(holidays),
        make_up_days=dict(workdays),
        first_year=min(years),
        last_year=max(years),
    )
