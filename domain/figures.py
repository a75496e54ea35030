"""The figures of many letters: numerators, denominators and counts that can be added up.

A month is counted in cells, one for each responsible unit, mailbox level and channel. Whatever
is asked for afterwards, the city, a subtree of units or a level, is a sum of cells; and each
letter's own share is kept beside them, so that a figure can be traced to its letters.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from operator import attrgetter
from typing import TypeAlias, TypeVar

from domain.definitions import (
    BY_ID,
    CURRENT,
    DEFINITIONS,
    Amount,
    Definition,
    FigureName,
    known,
)
from domain.facts import CohortLetter, Facts
from domain.words import Channel, MailboxLevel, Word

__all__ = [
    "BY_ID",
    "CURRENT",
    "DEFINITIONS",
    "Cell",
    "Counts",
    "Definition",
    "FigureName",
    "Membership",
    "Part",
    "Tabulated",
    "members",
    "sum_of",
    "tabulate",
    "tally",
]


W = TypeVar("W", bound=Word)


@dataclass(frozen=True, slots=True)
class Part:
    """A numerator (letters, or days for an average) and a denominator (letters)."""

    numerator: float = 0
    denominator: int = 0

    def __add__(self, other: Part) -> Part:
        return Part(self.numerator + other.numerator, self.denominator + other.denominator)

    @property
    def value(self) -> float | None:
        """A fraction or days; None for 0/0, which is no data: neither 0 nor 100 %."""
        return self.numerator / self.denominator if self.denominator else None


Amounts: TypeAlias = tuple[Amount, ...]
"""What a letter adds to each of ``DEFINITIONS``, in their order."""
CellKey: TypeAlias = tuple[tuple[str, ...], MailboxLevel, Channel]


@dataclass(frozen=True, slots=True)
class Membership:
    """In which figures a letter is, and with what."""

    number: str
    cell: CellKey
    amounts: Amounts

    def is_within(self, unit: str | None, level: MailboxLevel | None) -> bool:
        """Whether its cell belongs to a unit's subtree (None: any) and a level (None: any)."""
        path, of_level, _ = self.cell
        return (unit is None or unit in path) and level in (None, of_level)

    def amount(self, definition: Definition) -> Amount:
        """What it adds to the numerator; None when it is not in the denominator."""
        return self.amounts[DEFINITIONS.index(definition)]


@dataclass(frozen=True, slots=True)
class Cell:
    """The letters of one responsible unit, mailbox level and channel.

    ``path`` has the unit's codes from the city down, as in ``CohortLetter``; ``parts`` are by
    the definition's id.
    """

    path: tuple[str, ...]
    level: MailboxLevel
    channel: Channel
    letters: int
    parts: Mapping[str, Part]

    @property
    def key(self) -> CellKey:
        return self.path, self.level, self.channel

    def is_within(self, unit: str | None, level: MailboxLevel | None) -> bool:
        """Whether it belongs to a unit's subtree (None: any) and a level (None: any)."""
        return (unit is None or unit in self.path) and level in (None, self.level)


@dataclass(frozen=True, slots=True)
class Counts:
    """What was counted; two of different letters can be added."""

    letters: int = 0
    by_level: Mapping[MailboxLevel, int] = field(default_factory=dict)
    by_channel: Mapping[Channel, int] = field(default_factory=dict)
    parts: Mapping[str, Part] = field(default_factory=dict)

    def part(self, definition: Definition) -> Part:
        """0/0 where no letter is in its denominator."""
        return self.parts.get(definition.id, Part())

    def __add__(self, other: Counts) -> Counts:
        parts = {
            name: self.parts.get(name, Part()) + other.parts.get(name, Part())
            for name in {**self.parts, **other.parts}
        }
        return Counts(
            self.letters + other.letters,
            _added(self.by_level, other.by_level),
            _added(self.by_channel, other.by_channel),
            parts,
        )


@dataclass(frozen=True, slots=True)
class Tabulated:
    """A month, counted: its cells in order, and each letter's membership by its number."""

    cells: tuple[Cell, ...]
    members: tuple[Membership, ...]


def members(
    letter: CohortLetter, at: datetime, mains: Mapping[str, Facts], counted: Container[str]
) -> Membership:
    """In which figures the letter is, as of ``at``; see ``known`` for the arguments."""
    seen = known(letter, at, mains, counted)
    amounts = tuple(definition.rule(seen) for definition in DEFINITIONS)
    return Membership(letter.number, (letter.path, letter.level, letter.channel), amounts)


def tabulate(
    letters: Iterable[CohortLetter],
    at: datetime,
    mains: Mapping[str, Facts],
    counted: Container[str],
) -> Tabulated:
    """The letters in cells, as of ``at``; the same whatever order they come in."""
    ordered = sorted(letters, key=attrgetter("number"))
    found = tuple(members(letter, at, mains, counted) for letter in ordered)
    in_cells: dict[CellKey, list[Amounts]] = {}
    for one in found:
        in_cells.setdefault(one.cell, []).append(one.amounts)
    return Tabulated(tuple(_cell(key, in_cells[key]) for key in sorted(in_cells)), found)


def sum_of(
    cells: Iterable[Cell], unit: str | None = None, level: MailboxLevel | None = None
) -> Counts:
    """The counts of a unit's subtree, of a mailbox level, or of all."""
    letters, by_level, by_channel = 0, dict[MailboxLevel, int](), dict[Channel, int]()
    parts: dict[str, Part] = {}
    for cell in cells:
        if not cell.is_within(unit, level):
            continue
        letters += cell.letters
        by_level[cell.level] = by_level.get(cell.level, 0) + cell.letters
        by_channel[cell.channel] = by_channel.get(cell.channel, 0) + cell.letters
        for name, part in cell.parts.items():
            parts[name] = parts.get(name, Part()) + part
    return Counts(letters, by_level, by_channel, parts)


def tally(
    letters: Iterable[CohortLetter],
    at: datetime,
    mains: Mapping[str, Facts],
    counted: Container[str],
) -> Counts:
    """The counts of these letters as of ``at``."""
    return sum_of(tabulate(letters, at, mains, counted).cells)


def _cell(key: CellKey, rows: Sequence[Amounts]) -> Cell:
    parts = {
        definition.id: _part([row[place] for row in rows])
        for place, definition in enumerate(DEFINITIONS)
    }
    return Cell(*key, len(rows), parts)


def _part(amounts: Iterable[Amount]) -> Part:
    counted = [amount for amount in amounts if amount is not None]
    return Part(sum(counted), len(counted))


def _added(one: Mapping[W, int], other: Mapping[W, int]) -> dict[W, int]:
    return {key: one.get(key, 0) + other.get(key, 0) for key in {**one, **other}}
