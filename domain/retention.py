"""How long a concluded case stays in the working set, and what becomes of its personal data.

Retention classes are data, in versions. The first line that covers a case's kind and outcome is
its class; a version must cover every kind with every outcome.
"""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import product

from domain.calendar import city_date, day_begins
from domain.case import Case
from domain.rows import Row
from domain.versions import Versions, build_versions
from domain.words import LetterKind, Outcome, Word

MONTHS = range(1, 601)


class PersonalFate(Word):
    """What becomes of name and telephone number when a case is archived."""

    SEALED = "SEALED", "加密留存", "Goes encrypted into the archive"
    ERASED = "ERASED", "删除", "Gone, from the archive too"


@dataclass(frozen=True, slots=True)
class RetentionClass:
    """``months`` are calendar months after the conclusion; an empty set of words means any."""

    name: str
    kinds: frozenset[LetterKind]
    outcomes: frozenset[Outcome]
    months: int
    personal_data: PersonalFate

    def covers(self, kind: LetterKind, outcome: Outcome) -> bool:
        return (not self.kinds or kind in self.kinds) and (
            not self.outcomes or outcome in self.outcomes
        )


@dataclass(frozen=True, slots=True)
class Retention:
    """The classes in force from ``valid_from`` (Asia/Shanghai) on; ``ValueError`` for a gap."""

    version: str
    valid_from: date
    classes: tuple[RetentionClass, ...]

    def __post_init__(self) -> None:
        for kind, outcome in product(LetterKind, Outcome):
            if not any(one.covers(kind, outcome) for one in self.classes):
                raise ValueError(f"version {self.version} has no class for {kind} {outcome}")

    def class_of(self, kind: LetterKind, outcome: Outcome) -> RetentionClass:
        """The first class that covers these."""
        return next(one for one in self.classes if one.covers(kind, outcome))

    def ends_at(self, case: Case) -> datetime | None:
        """The retention date of a case: 00:00 Asia/Shanghai, in UTC.

        So many calendar months after the day of its conclusion, or on the last day of a month
        that has no such day. None for a case that is not concluded.
        """
        concluded = case.concluded_at
        if concluded is None or case.outcome is None:
            return None
        months = self.class_of(case.letter.kind, case.outcome).months
        return day_begins(months_later(city_date(concluded), months))


@dataclass(frozen=True, slots=True)
class Retentions(Versions[Retention]):
    """All versions of the classes."""

    def of_version(self, version: str) -> Retention:
        """The version of that name; ``KeyError`` when there is none any more."""
        return {one.version: one for one in self.versions}[version]


def months_later(day: date, months: int) -> date:
    """The same day of the month so many months later, or that month's last day."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def build_retentions(rows: Sequence[Row]) -> Retentions:
    """From lines ``version,valid_from,class,kinds,outcomes,months,personal_data``.

    Kinds and outcomes are words with blanks between them; none means any. Raises ``ValueError``
    for a bad line, naming it, and for what ``Retention`` and ``Versions`` refuse.
    """
    return Retentions(build_versions(rows, _retention))


def _retention(version: str, valid_from: date, rows: Sequence[Row]) -> Retention:
    return Retention(version, valid_from, tuple(_class(row) for row in rows))


def _class(row: Row) -> RetentionClass:
    return RetentionClass(
        name=row.text("class"),
        kinds=row.words("kinds", LetterKind),
        outcomes=row.words("outcomes", Outcome),
        months=row.number("months", MONTHS),
        personal_data=row.word("personal_data", PersonalFate),
    )
