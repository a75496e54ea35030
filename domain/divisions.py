"""In which district and township a letter's matter is: as its address says, else as its unit is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeAlias

from domain.directory import Unit
from domain.words import UnitLevel
from domain.written import WrittenLetter

Located: TypeAlias = tuple[str | None, str | None]
"""Codes of the district and of the township; None where it is not known."""

NOWHERE: Located = None, None


class Divisions:
    """The districts and townships of a city, found by name and by path."""

    def __init__(self, units: Iterable[Unit]) -> None:
        self._paths: dict[str, Located] = {}
        self._named: dict[str, dict[str, list[Unit]]] = {}
        found = list(units)
        districts = {one.code: one for one in found if one.level is UnitLevel.DISTRICT}
        for unit in districts.values():
            self._paths[unit.code] = unit.code, None
            self._name(unit.name, unit)
        for unit in found:
            above = districts.get(unit.parent or "")
            if unit.level is UnitLevel.TOWNSHIP and above:
                self._paths[unit.code] = above.code, unit.code
                # The directory names it with its district; an address may not.
                self._name(unit.name.removeprefix(above.name), unit)

    def locate(self, letter: WrittenLetter) -> Located:
        """What the address names comes first; then the responsible unit's path, the mailbox's.

        A path adds the township where the address names its district alone.
        """
        said = self.named_in(letter.place.address or "")
        stands = self._of_path(letter.path)
        if stands == NOWHERE:
            stands = self._of_path(letter.mailbox_path)
        if said == NOWHERE or (said[1] is None and said[0] == stands[0]):
            return stands
        return said

    def named_in(self, address: str) -> Located:
        """The first district that an address names in full, and the first township in it.

        A township without a district counts when no other district has one of its name.
        """
        found = list(self._names(address))
        districts = [one for same in found for one in same if one.level is UnitLevel.DISTRICT]
        district = districts[0].code if districts else None
        for same in found:
            townships = [
                one
                for one in same
                if one.level is UnitLevel.TOWNSHIP and district in {None, one.parent}
            ]
            if len(townships) == 1:
                return townships[0].parent, townships[0].code
        return district, None

    def _name(self, name: str, unit: Unit) -> None:
        names = self._named.setdefault(name[0], {})
        names.setdefault(name, []).append(unit)

    def _names(self, address: str) -> Iterator[list[Unit]]:
        for start, sign in enumerate(address):
            for name, units in self._named.get(sign, {}).items():
                if address.startswith(name, start):
                    yield units

    def _of_path(self, path: tuple[str, ...]) -> Located:
        """The lowest division of a path from the city down."""
        return next((self._paths[code] for code in reversed(path) if code in self._paths), NOWHERE)
