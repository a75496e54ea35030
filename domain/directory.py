"""Who can be written to and who answers: units, their mailboxes, and who holds an office when.

A unit is an organisation in the tree city / district / township / front-line team; a mailbox is
an office of a unit. An office survives a change of leader, so a mailbox lists its incumbents.
Codes are chosen to be typed and said: ``5101``, ``510104-JYJ``, ``510104/HEAD``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from domain.words import MailboxLevel, UnitLevel

PROMISE_WORKING_DAYS = 10


@dataclass(frozen=True, slots=True)
class System:
    """A line of work, from the city down to the street (工商, 城管 …).

    ``direct_dispatch`` allows an urgent letter to go straight to its front line (工单直派).
    """

    code: str
    zh: str
    en: str
    direct_dispatch: bool

    def named(self, language: str) -> str:
        """``language`` is ``"zh"`` or ``"en"``."""
        return self.zh if language == "zh" else self.en


@dataclass(frozen=True, slots=True)
class Unit:
    """An organisation that can be made responsible.

    ``path`` has the codes from the city down to the unit, itself included; ``system`` is the
    code of the line of work it belongs to; ``order`` is its place in lists, from 0; a
    ``retired`` one left the directory and is kept for the letters that point to it.
    """

    code: str
    name: str
    name_en: str
    level: UnitLevel
    parent: str | None
    path: tuple[str, ...]
    system: str | None
    order: int
    retired: bool = False

    def named(self, language: str) -> str:
        """``language`` is ``"zh"`` or ``"en"``."""
        return self.name if language == "zh" else self.name_en

    def is_within(self, code: str) -> bool:
        """Whether this is the unit ``code`` or one below it."""
        return code in self.path


@dataclass(frozen=True, slots=True)
class Incumbent:
    """Who holds an office from ``from_date`` until the day before ``until_date``."""

    name: str
    title: str
    title_en: str
    from_date: date
    until_date: date | None = None

    def holds_on(self, day: date) -> bool:
        return self.from_date <= day and (self.until_date is None or day < self.until_date)


@dataclass(frozen=True, slots=True)
class Mailbox:
    """An office that can be written to; ``unit`` is a code, ``incumbents`` are oldest first.

    A ``retired`` one takes no more letters.
    """

    code: str
    name: str
    name_en: str
    level: MailboxLevel
    unit: str
    office: str
    order: int
    incumbents: tuple[Incumbent, ...] = ()
    promise_working_days: int = PROMISE_WORKING_DAYS
    retired: bool = False

    def named(self, language: str) -> str:
        """``language`` is ``"zh"`` or ``"en"``."""
        return self.name if language == "zh" else self.name_en

    def incumbent_on(self, day: date) -> Incumbent | None:
        """Who held the office on ``day`` (the city's calendar), or None for a vacancy."""
        return next((one for one in self.incumbents if one.holds_on(day)), None)


@dataclass(frozen=True, slots=True)
class PlaceCodes:
    """Where letters go that name their place by a code only: mailbox codes by place code."""

    mailboxes: Mapping[str, str]
    otherwise: str

    def mailbox_for(self, place: str | None) -> str:
        """The mailbox's code; unknown places and letters without one have a mailbox too."""
        return self.mailboxes.get(place or "", self.otherwise)


@dataclass(frozen=True, slots=True)
class City:
    """A whole directory, in the order of its lists."""

    units: tuple[Unit, ...]
    mailboxes: tuple[Mailbox, ...]
    systems: tuple[System, ...]
    places: PlaceCodes


def is_district_or_city_department(unit: Unit) -> bool:
    """Whether the average reply time counts this unit.

    The published figure is that "of districts and city departments": a district itself or a
    department directly below the city, and no bureau, township or team.
    """
    match unit.level:
        case UnitLevel.DISTRICT:
            return True
        case UnitLevel.DEPARTMENT:
            return len(unit.path) == 2
        case _:
            return False
