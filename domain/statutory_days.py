"""Days off that are known by law before the year's calendar is published.

Source: the State Council's Regulations on Public Holidays for National Annual Festivals and
Memorial Days, as amended on 2024-11-12 (in force from 2025-01-01): thirteen days, and a day off
in place of one that falls on a weekend (Art. 6). Which days are worked in exchange for a longer
holiday nobody knows before the yearly notice; those are not guessed.

The dates of the moon calendar and of the solar term are astronomical; the table was compared
with the ``holidays`` package, and a test compares them again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from functools import cache

_DAY = timedelta(days=1)
# Spring Festival (the first day of the year), Tomb-sweeping, Dragon Boat, Mid-autumn: month-day.
_MOVABLE: Mapping[int, tuple[str, str, str, str]] = {
    2027: ("02-06", "04-05", "06-09", "09-15"),
    2028: ("01-26", "04-04", "05-28", "10-03"),
    2029: ("02-13", "04-04", "06-16", "09-22"),
    2030: ("02-03", "04-05", "06-05", "09-12"),
    2031: ("01-23", "04-05", "06-24", "10-01"),
    2032: ("02-11", "04-04", "06-12", "09-19"),
    2033: ("01-31", "04-04", "06-01", "09-08"),
    2034: ("02-19", "04-05", "06-20", "09-27"),
    2035: ("02-08", "04-05", "06-10", "09-16"),
    2036: ("01-28", "04-04", "05-30", "10-04"),
    2037: ("02-15", "04-04", "06-18", "09-24"),
    2038: ("02-04", "04-05", "06-07", "09-13"),
    2039: ("01-24", "04-05", "05-27", "10-02"),
    2040: ("02-12", "04-04", "06-14", "09-20"),
}


@cache
def statutory_days(year: int) -> Mapping[date, str]:
    """The days off of ``year`` by law, each with its festival's English name.

    Beyond the table's years only the festivals of the sun calendar are known.
    """
    taken: dict[date, str] = {}
    for day, name in sorted(_days(year)):
        taken.setdefault(day, name)
    for day, name in sorted(_days(year)):
        if day.weekday() >= 5:
            taken[_next_free(day, taken)] = name
    return taken


def _days(year: int) -> Iterator[tuple[date, str]]:
    yield date(year, 1, 1), "New Year's Day"
    for day in (1, 2):
        yield date(year, 5, day), "Labour Day"
    for day in (1, 2, 3):
        yield date(year, 10, day), "National Day"
    if year not in _MOVABLE:
        return
    spring, tombs, boats, autumn = (date.fromisoformat(f"{year}-{day}") for day in _MOVABLE[year])
    for offset in (-1, 0, 1, 2):
        yield spring + offset * _DAY, "Spring Festival"
    yield tombs, "Tomb-sweeping Day"
    yield boats, "Dragon Boat Festival"
    yield autumn, "Mid-autumn Festival"


def _next_free(day: date, taken: Mapping[date, str]) -> date:
    """The first Monday to Friday after ``day`` that is no day off yet."""
    while day in taken or day.weekday() >= 5:
        day += _DAY
    return day
