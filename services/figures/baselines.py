"""Baselines: recorded with their source, and the one that a month's figures are compared with."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from domain.asks import WordsAsked
from domain.baselines import Baseline, is_comparable
from domain.bulletins import Month
from domain.definitions import FigureName
from domain.figures import Counts
from domain.refusals import InvalidInput, NotFound
from services.office import Office
from storage.baselines import RecordedBaseline

NAME, SOURCE = WordsAsked(2, 100, one_line=True), WordsAsked(2, 500)
MOST_DAYS = 3_650
_MONTH_LIKE = re.compile(r"\d{4}-\d{2}")


def is_month_like(name: str) -> bool:
    """Whether it is written like a month, and so names one."""
    return _MONTH_LIKE.fullmatch(name) is not None


async def record_baseline(
    office: Office,
    name: str,
    source: str,
    values: Mapping[FigureName, float],
    month: Month | None,
    now: datetime,
    name_zh: str | None = None,
) -> RecordedBaseline:
    """Records figures that were not computed here; the same again changes nothing.

    ``values`` are fractions from 0 to 1, or days; ``month`` is the one whose bulletin is
    compared with them when the month before has no letters; ``name_zh`` is what a Chinese sentence
    calls them. Raises ``InvalidInput``, also for a name that stands for other figures already: what
    was published does not change.
    """
    name, source = NAME.read("name", name), SOURCE.read("source", source)
    _check(name, values)
    title = None if name_zh is None else NAME.read("nameZh", name_zh)
    figures = {one.value: values[one] for one in values}
    baseline = Baseline(name, True, figures, source, name_zh=title)
    stored = await office.baselines.add(RecordedBaseline(baseline, month, now))
    if (replace(stored.baseline, name_zh=baseline.name_zh), stored.month) != (baseline, month):
        raise InvalidInput(
            f"基准“{name}”已有记录，内容不同；请另取名称。",
            f"A baseline {name!r} is recorded already, with other contents; choose another name.",
            "name",
        )
    return stored


async def recorded_baseline(office: Office, name: str) -> Baseline:
    """The recorded baseline of this name; raises ``NotFound``."""
    found = await office.baselines.named(name)
    if found is None:
        raise NotFound(f"没有名为“{name}”的基准。", f"There is no baseline {name!r}.", "baseline")
    return found.baseline


async def tied_baseline(office: Office, month: Month) -> Baseline | None:
    """The one that was recorded for this month; None when there is none, or more than one."""
    found = await office.baselines.of(month)
    return found[0].baseline if len(found) == 1 else None


def month_baseline(month: Month, counts: Counts, edition: int | None) -> Baseline:
    """A month to compare with: what it has no data for, or of too few letters, has no value."""
    values = {
        name: part.value
        for name, part in counts.parts.items()
        if part.value is not None and is_comparable(part.denominator)
    }
    return Baseline(str(month), False, values, edition=edition)


def _check(name: str, values: Mapping[FigureName, float]) -> None:
    if is_month_like(name):
        raise InvalidInput(
            "基准名称不得写作月份。", "A baseline's name is not written like a month.", "name"
        )
    if not values:
        raise InvalidInput("至少须有一项指标。", "Record at least one figure.", "figures")
    for figure, value in values.items():
        _check_value(figure, value)


def _check_value(figure: FigureName, value: float) -> None:
    most = MOST_DAYS if figure.is_in_days else 1
    if not 0 <= value <= most:
        raise InvalidInput(
            f"{figure.zh}须在0至{most}之间。",
            f"{figure.value} must be from 0 to {most}.",
            "figures",
        )
