"""Where imported letters go: from a place code to a mailbox, from a category to a department."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from domain.categories import Category, Taxonomy
from domain.directory import Mailbox, PlaceCodes, Unit
from domain.refusals import NotFound
from domain.words import UnitLevel
from services.office import Office

DEPARTMENTS = Path(__file__).resolve().parent.parent / "data" / "category_departments.csv"
ANY = "*"
"""The line of the table for letters that have no category."""


@dataclass(frozen=True, slots=True)
class Addresses:
    """What every line of a file asks of the directory: read once.

    ``departments`` has the code below the city's by the name of a first-level category.
    """

    taxonomy: Taxonomy
    places: PlaceCodes
    mailboxes: Mapping[str, Mailbox]
    units: Mapping[str, Unit]
    departments: Mapping[str, str]

    @classmethod
    async def of(cls, office: Office) -> Addresses:
        """From the stored directory; raises ``NotFound`` while there is none."""
        places = await office.directory.places()
        if places is None:
            raise NotFound("通讯录为空。", "There is no directory yet: import one first.")
        codes = {*places.mailboxes.values(), places.otherwise}
        mailboxes = await office.directory.mailboxes_by_code(codes)
        owners = await office.directory.units_by_code({one.unit for one in mailboxes.values()})
        departments = read_departments()
        cities = [unit.code for unit in owners.values() if unit.level is UnitLevel.CITY]
        below = [f"{city}-{department}" for city in cities for department in departments.values()]
        return cls(
            taxonomy=await office.directory.categories(),
            places=places,
            mailboxes=mailboxes,
            units=owners | await office.directory.units_by_code(below),
            departments=departments,
        )

    def mailbox(self, place: str | None) -> tuple[Mailbox, tuple[str, ...]]:
        """The mailbox of a place code, and its unit's path."""
        mailbox = self.mailboxes[self.places.mailbox_for(place)]
        return mailbox, self.units[mailbox.unit].path

    def unit(self, mailbox: Mailbox, category: Category | None) -> Unit:
        """Who deals with it: the mailbox's unit, or for the city the department of the category.

        A city may not have that department; then its general office does, or the city itself.
        """
        own = self.units[mailbox.unit]
        if own.level is not UnitLevel.CITY:
            return own
        names = (category.name if category else ANY, ANY)
        codes = (
            f"{own.code}-{self.departments[name]}" for name in names if name in self.departments
        )
        return next((self.units[code] for code in codes if code in self.units), own)


def read_departments(path: Path = DEPARTMENTS) -> dict[str, str]:
    """The table of ``category,department``; ``*`` stands for letters without a category."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return {row["category"]: row["department"] for row in csv.DictReader(file)}
