"""How often clerks say what had been suggested: measured on letters nobody had learned from.

Each model is held to the letters that clerks reviewed after it was made and before the next one
(prequential evaluation: Dawid, 1984). A clerk who sees the suggestion may lean towards it; the
figure tells how often the two agree, not how good either is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

WINDOW = timedelta(days=30)
"""What the figure runs over, back from the newest model."""


@dataclass(frozen=True, slots=True)
class Compared:
    """Letters first reviewed after ``since`` and until ``until``, and on how many both agreed.

    Agreed: the clerk's category is the suggested one, or one below it.
    """

    since: datetime
    until: datetime
    agreed: int
    compared: int


@dataclass(frozen=True, slots=True)
class Agreement:
    """The figure: numerator, denominator, and since when. ``value`` is None for 0 of 0."""

    agreed: int
    compared: int
    since: datetime | None

    @property
    def value(self) -> float | None:
        return self.agreed / self.compared if self.compared else None


def recent(compared: Sequence[Compared], now: datetime) -> tuple[Compared, ...]:
    """Those that end within the window before ``now``, the oldest first."""
    return tuple(one for one in compared if one.until > now - WINDOW)


def agreement_of(compared: Sequence[Compared]) -> Agreement:
    """All of them together."""
    return Agreement(
        agreed=sum(one.agreed for one in compared),
        compared=sum(one.compared for one in compared),
        since=min((one.since for one in compared), default=None),
    )
