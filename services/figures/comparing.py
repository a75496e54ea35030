"""With what a month's figures are compared: the usual baseline, or the one asked for."""

from __future__ import annotations

from datetime import datetime

from domain.baselines import Baseline
from domain.bulletins import Month
from domain.refusals import InvalidInput
from services.figures.baselines import (
    is_month_like,
    month_baseline,
    recorded_baseline,
    tied_baseline,
)
from services.figures.months import WHOLE_CITY, MonthFigures, Scope, figures_of, read_month
from services.office import Office


async def default_baseline(
    office: Office,
    month: Month,
    at: datetime,
    scope: Scope = WHOLE_CITY,
    *,
    edition: int | None = None,
) -> Baseline:
    """The month before; what was recorded for ``month`` when there were no letters before it.

    ``edition`` is the one of the month before that is meant; None for its last. What is withheld
    of that month is nothing to compare with.
    """
    before = await figures_of(office, month.plus(-1), at, scope, edition=edition)
    if scope.is_whole and before.letters == 0:
        tied = await tied_baseline(office, month)
        if tied is not None:
            return tied
    return month_baseline(before.month, before.counts, before.edition)


async def baseline_for(
    office: Office, figures: MonthFigures, scope: Scope, name: str | None
) -> Baseline:
    """The one that was asked for by ``name``, or else the usual one.

    Raises ``NotFound`` for a name that nobody recorded, and ``InvalidInput`` for a recorded one
    when a part of the city is to be compared with it.
    """
    if name is None:
        return await _usual_baseline(office, figures, scope)
    if is_month_like(name):
        month = read_month(name, figures.as_of, "baseline")
        other = await figures_of(office, month, figures.as_of, scope)
        return month_baseline(month, other.counts, other.edition)
    recorded = await recorded_baseline(office, name)
    if not scope.is_whole:
        raise InvalidInput(
            "该基准是全市的，不能与部分单位或信箱层级比较。",
            "This baseline was recorded for the whole city; no part of it can be compared with it.",
            "baseline",
        )
    return recorded


async def _usual_baseline(office: Office, figures: MonthFigures, scope: Scope) -> Baseline:
    """A closed month keeps what it was compared with, if there was anything."""
    kept = figures.bulletin.baseline if figures.bulletin else None
    if kept is not None and kept.values and scope.is_whole:
        return kept
    edition = kept.edition if kept else None
    return await default_baseline(office, figures.month, figures.as_of, scope, edition=edition)
