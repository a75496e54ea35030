"""What a month's figures are compared with: another month, or figures recorded with a source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from domain.definitions import Definition, FigureName

POINTS = 100
"""Of percent, in 1."""
EXACT = 9
"""Decimals of a change; what binary fractions add behind them is nothing."""


@dataclass(frozen=True, slots=True)
class Baseline:
    """Named figures of the whole city to compare with.

    ``recorded`` ones were not computed here and name their ``source``; else ``name`` is a month.
    ``values`` are fractions or days, by a definition's id or, where nobody knows by which
    definition they were counted, by the figure's name.
    """

    name: str
    recorded: bool
    values: Mapping[str, float]
    source: str | None = None
    edition: int | None = None

    def value(self, definition: Definition) -> float | None:
        """None when it has none for this definition."""
        return self.values.get(definition.id, self.values.get(definition.figure.value))


def change(figure: FigureName, value: float | None, before: float | None) -> float | None:
    """``value`` minus the baseline's, in points of percent or days; None without both."""
    if value is None or before is None:
        return None
    return round((value - before) * (1 if figure.is_in_days else POINTS), EXACT)
