"""Where the letters of January 2017 come from and who answers: the stored directory, by place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from domain.categories import Category, Taxonomy
from domain.directory import Mailbox, Unit
from domain.refusals import ActionNotAllowed
from domain.words import UnitLevel
from services.directory import load_city
from services.january.chance import pick, weighted
from services.january.matters import Matter, Spot
from services.office import Office

CHENGDU = Path(__file__).resolve().parents[2] / "data" / "chengdu"
CITY = "5101"
_CENTRE = frozenset({"510104", "510105", "510106", "510107", "510108", "510116"})
_IN_THE_CENTRE, _OUTSIDE = 6.0, 2.0
_SPOTS = 7
"""So many places of a township are written about."""


@dataclass(frozen=True, slots=True)
class Places:
    """The city by codes; ``townships`` by the code of their district."""

    units: Mapping[str, Unit]
    mailboxes: Mapping[str, Mailbox]
    taxonomy: Taxonomy
    districts: Mapping[str, float]
    townships: Mapping[str, tuple[Unit, ...]]
    estates: tuple[str, ...]

    @classmethod
    async def of(cls, office: Office, estates: tuple[str, ...]) -> Places:
        """Of the stored directory; refuses any other than the one of ``data/chengdu``."""
        loaded = load_city(CHENGDU)
        if await office.directory.version() != loaded.version:
            raise ActionNotAllowed(
                "通讯录不是 data/chengdu 的通讯录，无法生成2017年1月的来信。",
                "The letters of January 2017 need the directory of data/chengdu.",
            )
        units = {unit.code: unit for unit in loaded.city.units}
        districts = [one.code for one in units.values() if one.level is UnitLevel.DISTRICT]
        townships = [one for one in units.values() if one.level is UnitLevel.TOWNSHIP]
        return cls(
            units=units,
            mailboxes={mailbox.code: mailbox for mailbox in loaded.city.mailboxes},
            taxonomy=loaded.taxonomy,
            districts={code: _IN_THE_CENTRE if code in _CENTRE else _OUTSIDE for code in districts},
            townships={
                code: tuple(one for one in townships if one.parent == code) for code in districts
            },
            estates=estates,
        )

    def township(self, *about: object) -> Unit:
        """One of the city, more often one of the centre."""
        district = weighted(self.districts, "district", *about)
        return pick(self.townships[district], "township", *about)

    def spot(self, township: Unit, *about: object) -> Spot:
        """A place there; few of them, so that letters meet."""
        place = pick(range(_SPOTS), "spot", *about)
        district = self.units[township.path[1]]
        name = township.name.removeprefix(district.name)
        return Spot(pick(self.estates, township.code, place), name, district.name)

    def category(self, matter: Matter) -> Category:
        """Raises ``LookupError`` for a matter whose category the taxonomy has not."""
        category = self.taxonomy.find(*matter.category)
        if category is None:
            raise LookupError(f"there is no category {'/'.join(matter.category)}")
        return category

    def department(self, matter: Matter) -> Unit:
        return self.units[f"{CITY}-{matter.department}"]

    def bureau(self, matter: Matter, township: Unit) -> Unit:
        return self.units[f"{township.parent}-{matter.bureau}"]

    def team(self, matter: Matter, township: Unit) -> Unit | None:
        """The district's front-line team for the matter, where it has one."""
        return self.units[f"{township.parent}-{matter.team}"] if matter.team else None
