"""Which charts the press release has, each with its caption and what it shows in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from reportlab.graphics.shapes import Drawing

from cli.press.charts import FONT, bars, course
from cli.press.edition import Paper
from domain.refusals import Text
from services.figures.bulletins import ToldFigure

POINTS = 100


@dataclass(frozen=True, slots=True)
class Chart:
    """``shown`` says the same in words, for whoever cannot see it."""

    caption: str
    shown: str
    drawing: Drawing


def charts_of(paper: Paper, language: str, font: str = FONT) -> Iterator[Chart]:
    """Letters by level and by channel, and each figure that has been had twice or more."""
    for counts, caption in (
        (paper.levels(), Text("来信数：按信箱层级", "Letters by level of the mailbox")),
        (paper.channels(), Text("来信数：按渠道", "Letters by channel")),
    ):
        if counts:
            shown = "; ".join(f"{word.named(language)} {count:,}" for word, count in counts)
            yield Chart(caption.spoken(language), shown, bars(counts, language, font))
    for figure in paper.told.figures:
        yield from _course(paper, figure, language, font)


def _course(paper: Paper, figure: ToldFigure, language: str, font: str) -> Iterator[Chart]:
    factor = 1 if figure.name.is_in_days else POINTS
    values = [None if one is None else one * factor for one in paper.course(figure.name)]
    if sum(one is not None for one in values) < 2:
        return
    months = [str(one.month) for one in paper.trend]
    unit = Text("天", "days") if figure.name.is_in_days else Text("%", "%")
    none = Text("无数据", "no data").spoken(language)
    told = [none if one is None else f"{one:.2f}" for one in values]
    shown = "; ".join(f"{month} {value}" for month, value in zip(months, told, strict=True))
    caption = Text(f"{figure.name.zh}：近期各月", f"{figure.name.en}: the last months")
    drawing = course(months, values, unit.spoken(language), font)
    yield Chart(caption.spoken(language), shown, drawing)
