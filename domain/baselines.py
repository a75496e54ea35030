"""What a month's figures are compared with: another month, or figures recorded with a source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from domain.definitions import Definition, FigureName
from domain.refusals import Text

POINTS = 100
"""Of percent, in 1."""
LEAST_COMPARED = 30
"""Letters: what fewer give is chance, and no change for better or worse. The usual rule of thumb
for a mean; with 30 letters one alone still moves a rate by more than three points."""
EXACT = 9
"""Decimals of a change; what binary fractions add behind them is nothing."""
_NAMED_BEFORE = {"before trial operation": "试运行前"}
"""Of those recorded before there were Chinese names."""


@dataclass(frozen=True, slots=True)
class Baseline:
    """Named figures of the whole city to compare with.

    ``recorded`` ones were not computed here and name their ``source``; else ``name`` is a month.
    ``values`` are fractions or days, by a definition's id or, where nobody knows by which
    definition they were counted, by the figure's name. ``name_zh`` is a recorded one's in Chinese.
    """

    name: str
    recorded: bool
    values: Mapping[str, float]
    source: str | None = None
    edition: int | None = None
    name_zh: str | None = None

    @property
    def title(self) -> Text:
        """What it is called in a sentence; ``name`` is what it is asked for by."""
        if self.recorded:
            return Text(self.name_zh or _NAMED_BEFORE.get(self.name, self.name), self.name)
        year, month = map(int, self.name.split("-"))
        return Text(f"{year}年{month}月", f"{date(year, month, 1):%B %Y}")

    def value(self, definition: Definition) -> float | None:
        """None when it has none for this definition."""
        return self.values.get(definition.id, self.values.get(definition.figure.value))


def is_comparable(denominator: int) -> bool:
    """Whether a figure of so many letters may be held against another."""
    return denominator >= LEAST_COMPARED


def change(figure: FigureName, value: float | None, before: float | None) -> float | None:
    """``value`` minus the baseline's, in points of percent or days; None without both."""
    if value is None or before is None:
        return None
    return round((value - before) * (1 if figure.is_in_days else POINTS), EXACT)
