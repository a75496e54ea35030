"""What everybody may know of a month's figures: its totals, its units, its levels and channels.

The tables are one-dimensional: of a unit's letters nobody in public learns the levels. Why that
and the rule of remainders are enough says ``domain/anonymity.py``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from domain.anonymity import Path, is_enough, published_paths, published_units
from domain.definitions import BY_ID, DEFINITIONS, Definition
from domain.figures import Cell, Counts, Part, sum_of
from domain.words import Channel, MailboxLevel, Word

W = TypeVar("W", bound=Word)
_NOTHING = Part()


@dataclass(frozen=True, slots=True)
class Disclosed:
    """Counts as they may be told.

    ``letters`` are None where they are withheld, and so is what ``counts.by_level`` and
    ``by_channel`` do not name. ``withheld`` has the ids of definitions without a part.
    """

    counts: Counts
    letters: int | None
    withheld: frozenset[str] = frozenset()


def disclose_all(counts: Counts) -> Disclosed:
    """Everything, to whoever works on the letters."""
    by_level = {one: counts.by_level.get(one, 0) for one in MailboxLevel}
    by_channel = {one: counts.by_channel.get(one, 0) for one in Channel}
    return Disclosed(replace(counts, by_level=by_level, by_channel=by_channel), counts.letters)


def disclose_city(counts: Counts, minimum: int) -> Disclosed:
    """The whole city's to everybody; a month without a letter has nothing to hide."""
    if not counts.letters:
        return disclose_all(counts)
    if counts.letters < minimum:
        return _nothing()
    parts = {
        one.id: counts.part(one)
        for one in DEFINITIONS
        if is_enough_of(one, counts.letters, counts.part(one), minimum)
    }
    by_level = _table(counts.by_level, MailboxLevel, minimum)
    by_channel = _table(counts.by_channel, Channel, minimum)
    return _disclosed(Counts(counts.letters, by_level, by_channel, parts))


def disclose_part(
    cells: Sequence[Cell], unit: str | None, level: MailboxLevel | None, minimum: int
) -> Disclosed:
    """A unit's or a level's to everybody; of both together nothing."""
    if not cells:
        return disclose_all(Counts())
    if unit is not None and level is not None:
        return _nothing()
    counts = sum_of(cells, unit, level)
    parts = {}
    for one in DEFINITIONS:
        is_told = (
            unit in units_told(cells, one, minimum)
            if unit is not None
            else level in levels_told(cells, one, minimum)
        )
        if is_told:
            parts[one.id] = counts.part(one)
    letters_told = units_told(cells, None, minimum) if unit else levels_told(cells, None, minimum)
    if (unit or level) not in letters_told:
        return _nothing()
    return _disclosed(Counts(counts.letters, parts=parts))


def units_told(
    cells: Iterable[Cell], definition: Definition | None, minimum: int
) -> frozenset[str]:
    """Codes of the units of which everybody may know the figure; None: how many letters."""
    cells = tuple(cells)
    letters = published_units(_by_path(cells, None), minimum)
    if definition is None:
        return letters
    by_path = _by_path(cells, definition)
    return published_units(by_path, minimum, letters, optional=_optional(definition))


def levels_told(
    cells: Iterable[Cell], definition: Definition | None, minimum: int
) -> frozenset[MailboxLevel]:
    """The same of mailbox levels."""
    by_level = [replace(cell, path=(cell.level.value,)) for cell in cells]
    return frozenset(MailboxLevel[code] for code in units_told(by_level, definition, minimum))


def is_enough_of(definition: Definition, letters: int, part: Part, minimum: int) -> bool:
    """Whether a figure of so many letters may be told."""
    return is_enough(_measures(definition, letters, part), minimum, _optional(definition))


def _measures(definition: Definition | None, letters: int, part: Part) -> tuple[int, ...]:
    """What must not be small: letters, those that the figure is of, and those that it counts.

    Days are told as the sum of as many letters as are in the denominator.
    """
    if definition is None:
        return (letters,)
    if definition.figure.is_in_days:
        return letters, part.denominator
    return letters, part.denominator, int(part.numerator)


def _optional(definition: Definition) -> int:
    """Nobody need be late: that none was tells of nobody's letter."""
    return int(not definition.tells_of_writers and not definition.figure.is_in_days)


def _by_path(cells: Iterable[Cell], definition: Definition | None) -> dict[Path, Sequence[int]]:
    found: dict[Path, Sequence[int]] = {}
    for cell in cells:
        part = cell.parts.get(definition.id, _NOTHING) if definition else _NOTHING
        more = _measures(definition, cell.letters, part)
        known = found.get(cell.path, (0,) * len(more))
        found[cell.path] = [one + other for one, other in zip(known, more, strict=True)]
    return found


def _table(counts: Mapping[W, int], words: type[W], minimum: int) -> dict[W, int]:
    """Those that may be told; where nothing is left beside them, the others are 0."""
    told = published_paths({(one.value,): (count,) for one, count in counts.items()}, minimum)
    shown = {one: counts[one] for one in words if (one.value,) in told}
    if sum(shown.values()) < sum(counts.values()):
        return shown
    return {one: shown.get(one, 0) for one in words}


def _nothing() -> Disclosed:
    return Disclosed(Counts(), None, frozenset(BY_ID))


def _disclosed(counts: Counts) -> Disclosed:
    return Disclosed(counts, counts.letters, frozenset(BY_ID) - counts.parts.keys())
