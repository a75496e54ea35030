"""How many of a month's numbers the public is not told: what privacy costs, counted."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from domain.definitions import CURRENT, Definition
from domain.disclosure import disclose_city, levels_told, units_told
from domain.figures import Cell, Counts, sum_of
from domain.refusals import Text

K = TypeVar("K")


@dataclass(frozen=True, slots=True)
class WithheldNumbers:
    """Of a table's ``numbers`` so many are ``withheld``; what is of no letter is no number."""

    table: Text
    numbers: int
    withheld: int


def count_withheld(cells: Sequence[Cell], minimum: int) -> tuple[WithheldNumbers, ...]:
    """Of the city, its units and its mailbox levels: letters, and the figures in force.

    The city's letters are told by level and by channel too.
    """
    units = {code: sum_of(cells, code) for cell in cells for code in cell.path[1:]}
    levels = {cell.level: sum_of(cells, None, cell.level) for cell in cells}
    return (
        _of_city(sum_of(cells), minimum),
        _of_rows(Text("单位", "units"), units, lambda one: units_told(cells, one, minimum)),
        _of_rows(Text("信箱层级", "levels"), levels, lambda one: levels_told(cells, one, minimum)),
    )


def _of_city(counts: Counts, minimum: int) -> WithheldNumbers:
    told = disclose_city(counts, minimum)
    figures = [one.id for one in CURRENT.values() if counts.part(one).denominator]
    shares = {
        one for some in (counts.by_level, counts.by_channel) for one, count in some.items() if count
    }
    withheld = (
        int(told.letters is None)
        + len(shares.difference(told.counts.by_level, told.counts.by_channel))
        + len(told.withheld.intersection(figures))
    )
    numbers = 1 + len(shares) + len(figures)
    return WithheldNumbers(Text("全市", "city"), numbers, withheld)


def _of_rows(
    table: Text,
    rows: Mapping[K, Counts],
    told: Callable[[Definition | None], Collection[K]],
) -> WithheldNumbers:
    """``told``: of which rows a figure is told; None: how many letters."""
    numbers = withheld = 0
    for definition in (None, *CURRENT.values()):
        having = {
            key
            for key, counts in rows.items()
            if (counts.part(definition).denominator if definition else counts.letters)
        }
        numbers += len(having)
        withheld += len(having.difference(told(definition)))
    return WithheldNumbers(table, numbers, withheld)
