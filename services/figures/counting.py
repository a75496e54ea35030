"""A month's letters, counted from what is stored of them: costs what the month has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.bulletins import Month
from domain.directory import is_district_or_city_department
from domain.facts import CohortLetter, Facts
from domain.figures import Cell, Counts, Tabulated, sum_of, tabulate
from services.office import Office
from storage.case_reader import OnProblem, ignore


@dataclass(frozen=True, slots=True)
class Counted:
    """The letters of a month, the facts of the cases that they were merged into, and the count."""

    letters: Sequence[CohortLetter]
    mains: Mapping[str, Facts]
    at: datetime
    tabulated: Tabulated

    @property
    def cells(self) -> tuple[Cell, ...]:
        return self.tabulated.cells

    @property
    def counts(self) -> Counts:
        """Of the whole city."""
        return sum_of(self.cells)


async def count_month(
    office: Office, month: Month, at: datetime, on_problem: OnProblem = ignore
) -> Counted:
    """The letters submitted in ``month`` until ``at``, as they were known at that moment.

    ``on_problem`` is told of those that cannot be read, which are not counted.
    """
    begins, ends = month.begins, month.plus(1).begins
    found = await office.cohorts.letters(begins, ends, on_problem=on_problem)
    letters = [one for one in found if one.submitted_at <= at]
    mains = await office.cohorts.facts_of({one.main_case for one in letters if one.main_case})
    counted = await districts_and_departments(office, letters)
    return Counted(letters, mains, at, tabulate(letters, at, mains, counted))


async def districts_and_departments(
    office: Office, letters: Sequence[CohortLetter]
) -> frozenset[str]:
    """Codes of the responsible units that the average reply time counts."""
    codes = {one.responsible[-1] for one in letters if one.responsible}
    units = await office.directory.units_by_code(codes)
    return frozenset(code for code in units if is_district_or_city_department(units[code]))
