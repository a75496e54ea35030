"""A city's directory, built from the lines of its tables.

The tables say what exists (divisions, departments) and what every unit of a kind has (bureaus,
front-line teams, mailboxes); multiplied out they give the whole city, the same one every time.
Every complaint is a `DirectoryError` that names the file and the line.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from domain.directory import City, Mailbox, PlaceCodes, System, Unit
from domain.offices import Kind, Placed, open_mailboxes
from domain.rows import DirectoryError, Row
from domain.words import UnitLevel

ANYWHERE = "*"  # the place code of everything that has no line of its own

_CODE = re.compile(r"[0-9A-Za-z][0-9A-Za-z-]*")


class Division(StrEnum):
    """What a line of the divisions can be."""

    CITY = "city"
    DISTRICT = "district"
    TOWNSHIP = "township"


class TeamLevel(StrEnum):
    """Where a kind of front-line team exists: in every district or in every township."""

    DISTRICT = "DISTRICT"
    TOWNSHIP = "TOWNSHIP"


@dataclass(frozen=True, slots=True)
class CityTables:
    """The parsed files of one city; ``incumbents`` and ``pseudonyms`` may be empty."""

    divisions: Sequence[Row]
    departments: Sequence[Row]
    district_bureaus: Sequence[Row]
    front_line: Sequence[Row]
    systems: Sequence[Row]
    mailboxes: Sequence[Row]
    place_codes: Sequence[Row]
    incumbents: Sequence[Row] = ()
    pseudonyms: Sequence[Row] = ()


def build_city(tables: CityTables) -> City:
    """The directory of ``tables``: units from the city outwards, mailboxes in the same order.

    Raises `DirectoryError` for a repeated code, an unknown parent, system, level or mailbox,
    a unit that no mailbox pattern fits, and whatever cannot be read.
    """
    systems = {row.text("code"): _system(row) for row in tables.systems}
    placed = _Tree(systems).grown(tables)
    mailboxes = open_mailboxes(placed, tables.mailboxes, tables.incumbents, tables.pseudonyms)
    return City(
        units=tuple(one.unit for one in placed),
        mailboxes=mailboxes,
        systems=tuple(systems.values()),
        places=_places(tables.place_codes, mailboxes),
    )


def _system(row: Row) -> System:
    return System(row.text("code"), row.text("zh"), row.text("en"), row.flag("direct_dispatch"))


def _places(rows: Sequence[Row], mailboxes: Sequence[Mailbox]) -> PlaceCodes:
    known = {mailbox.code for mailbox in mailboxes}
    found: dict[str, str] = {}
    for row in rows:
        place, mailbox = row.text("place"), row.text("mailbox")
        if mailbox not in known:
            raise row.error(f"there is no mailbox {mailbox}")
        if place in found:
            raise row.error(f"{place} stands there twice")
        found[place] = mailbox
    if ANYWHERE not in found:
        raise DirectoryError(f"place_codes.csv:1: no line for {ANYWHERE}, every other place")
    otherwise = found.pop(ANYWHERE)
    return PlaceCodes(found, otherwise)


class _Tree:
    """The units while they are being placed, parents before children."""

    def __init__(self, systems: Mapping[str, System]) -> None:
        self._systems = systems
        self._placed: dict[str, Placed] = {}

    def grown(self, tables: CityTables) -> tuple[Placed, ...]:
        """All units: the city, its departments, districts, bureaus, townships, front line."""
        city = self._city(tables.divisions)
        for row in tables.departments:
            self._add_part(row, Kind.CITY_DEPARTMENT, city)
        self._add_divisions(tables.divisions, Division.DISTRICT, Kind.DISTRICT, Kind.CITY)
        for district in self._of(Kind.DISTRICT):
            for row in tables.district_bureaus:
                self._add_part(row, Kind.DISTRICT_BUREAU, district)
        self._add_divisions(tables.divisions, Division.TOWNSHIP, Kind.TOWNSHIP, Kind.DISTRICT)
        self._add_teams(tables.front_line)
        return tuple(self._placed.values())

    def _add_teams(self, rows: Sequence[Row]) -> None:
        levels = [(row, row.word("level", TeamLevel)) for row in rows]
        for kind in (Kind.DISTRICT, Kind.TOWNSHIP):
            for above in self._of(kind):
                for row in (row for row, level in levels if level.value == kind.value):
                    self._add_part(row, Kind.FRONT_LINE, above)

    def _of(self, kind: Kind) -> list[Unit]:
        return [one.unit for one in self._placed.values() if one.kind is kind]

    def _city(self, rows: Sequence[Row]) -> Unit:
        cities = [row for row in rows if row.word("level", Division) is Division.CITY]
        if not cities:
            raise DirectoryError("divisions.csv:1: no line with the level city")
        if len(cities) > 1:
            raise cities[1].error("there can be one city only")
        return self._add_division(cities[0], Kind.CITY, None)

    def _add_divisions(
        self, rows: Sequence[Row], division: Division, kind: Kind, above: Kind
    ) -> None:
        for row in rows:
            if row.word("level", Division) is not division:
                continue
            parent = self._placed.get(row.text("parent_code"))
            if parent is None or parent.kind is not above:
                wanted = above.value.lower()
                raise row.error(f"parent_code {row.text('parent_code')} is no {wanted}")
            self._add_division(row, kind, parent.unit)

    def _add_division(self, row: Row, kind: Kind, parent: Unit | None) -> Unit:
        name = row.text("name")
        name_en = row.optional("name_en") or name
        if kind is Kind.TOWNSHIP and parent:  # names repeat from district to district
            name, name_en = parent.name + name, f"{name_en}, {parent.name_en}"
        return self._add(row, kind, row.text("code"), (name, name_en), parent)

    def _add_part(self, row: Row, kind: Kind, parent: Unit) -> Unit:
        """A department, a bureau or a team: named after and coded below its parent."""
        name = parent.name + row.text("name")
        name_en = row.optional("name_en")
        english = f"{name_en} of {parent.name_en}" if name_en else name
        return self._add(row, kind, f"{parent.code}-{row.text('code')}", (name, english), parent)

    def _add(
        self, row: Row, kind: Kind, code: str, names: tuple[str, str], parent: Unit | None
    ) -> Unit:
        system = row.optional("system") or None
        if not _CODE.fullmatch(code):
            raise row.error(f"code {code!r} has more than letters, digits and hyphens")
        if code in self._placed:
            raise row.error(f"code {code} stands there twice")
        if system and system not in self._systems:
            raise row.error(f"there is no system {system}")
        unit = Unit(
            code=code,
            name=names[0],
            name_en=names[1],
            level=_LEVELS[kind],
            parent=parent.code if parent else None,
            path=(*(parent.path if parent else ()), code),
            system=system,
            order=len(self._placed),
        )
        self._placed[code] = Placed(unit, kind, row)
        return unit


_LEVELS = {
    Kind.CITY: UnitLevel.CITY,
    Kind.CITY_DEPARTMENT: UnitLevel.DEPARTMENT,
    Kind.DISTRICT: UnitLevel.DISTRICT,
    Kind.DISTRICT_BUREAU: UnitLevel.DEPARTMENT,
    Kind.TOWNSHIP: UnitLevel.TOWNSHIP,
    Kind.FRONT_LINE: UnitLevel.FRONT_LINE,
}
