"""The charts of the press release: one drawing each, for the page and for paper alike."""

from __future__ import annotations

from collections.abc import Sequence

from reportlab.graphics.charts.barcharts import HorizontalBarChart
from reportlab.graphics.charts.linecharts import HorizontalLineChart
from reportlab.graphics.charts.textlabels import Label
from reportlab.graphics.shapes import Drawing
from reportlab.graphics.widgets.markers import Marker
from reportlab.lib.colors import HexColor
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont

from domain.words import Word

FONT = "STSong-Light"
"""Adobe's Chinese face, which a reader of PDF brings along; the page uses its own."""
INK, BAR, LINE = HexColor("#1f2933"), HexColor("#1d5f8a"), HexColor("#b3261e")
WIDTH, ROW = 480, 26
SMALL = 9

pdfmetrics.registerFont(UnicodeCIDFont(FONT))


def bars(counts: Sequence[tuple[Word, int]], language: str, font: str = FONT) -> Drawing:
    """A bar for each word, the first on top, with its name and its count."""
    names = [word.named(language) for word, _ in counts]
    drawing = Drawing(WIDTH, ROW * len(counts) + 10, initialFontName=font)
    chart = HorizontalBarChart()
    chart.x, chart.y = 150, 5
    chart.width, chart.height = WIDTH - 220, ROW * len(counts)
    chart.data = [[count for _, count in reversed(counts)]]
    chart.bars[0].fillColor, chart.bars[0].strokeColor = BAR, None
    chart.barLabelFormat, chart.barLabels.nudge = "{:,}".format, 5
    chart.barLabels.boxAnchor = "w"
    _written(chart.barLabels, font)
    chart.valueAxis.valueMin, chart.valueAxis.visible = 0, False
    chart.valueAxis.valueMax = max(count for _, count in counts)
    chart.categoryAxis.categoryNames = names[::-1]
    chart.categoryAxis.visibleTicks = False
    _written(chart.categoryAxis.labels, font)
    drawing.add(chart)
    return drawing


def course(
    months: Sequence[str], values: Sequence[float | None], unit: str, font: str = FONT
) -> Drawing:
    """A line over the months; a month without data is a gap. ``unit`` stands above the axis."""
    drawing = Drawing(WIDTH, 150, initialFontName=font)
    chart = HorizontalLineChart()
    chart.x, chart.y, chart.width, chart.height = 45, 25, WIDTH - 65, 95
    chart.data = _runs(values)
    chart.lines.strokeColor, chart.lines.strokeWidth = LINE, 1.5
    dot = Marker()
    dot.kind, dot.size, dot.fillColor, dot.strokeColor = "FilledCircle", 4, LINE, LINE
    chart.lines.symbol = dot
    for place in range(len(chart.data)):
        chart.lines[place].strokeColor = LINE
    chart.categoryAxis.categoryNames = list(months)
    _written(chart.categoryAxis.labels, font)
    chart.categoryAxis.labels.fontSize = SMALL - 2  # twelve months beside each other
    _scaled(chart, [one for one in values if one is not None])
    _written(chart.valueAxis.labels, font)
    chart.valueAxis.labels.dx = -4
    drawing.add(chart)
    above = Label(x=5, y=140, boxAnchor="w")
    above.setText(unit)
    _written(above, font)
    drawing.add(above)
    return drawing


def _runs(values: Sequence[float | None]) -> list[list[float | None]]:
    """A line for each run of months with data: over a gap there is none."""
    runs: list[list[float | None]] = []
    is_on = False
    for place, value in enumerate(values):
        if value is not None:
            if not is_on:
                runs.append([None] * len(values))
            runs[-1][place] = value
        is_on = value is not None
    return runs


def _scaled(chart: HorizontalLineChart, known: Sequence[float]) -> None:
    """Around what there is: rates move by a few points, which an axis from 0 would not show."""
    low, high = min(known), max(known)
    room = max((high - low) * 0.2, 0.5)
    axis = chart.valueAxis
    axis.valueMin, axis.valueMax = max(0, low - room), high + room
    step = (axis.valueMax - axis.valueMin) / 4
    axis.valueSteps = [axis.valueMin + step * place for place in range(5)]
    axis.labelTextFormat = "%.2f" if step < 1 else "%.1f"
    axis.visibleGrid, axis.gridStrokeColor = True, HexColor("#d5dbe0")


def _written(labels: object, font: str) -> None:
    for name, value in (("fontName", font), ("fontSize", SMALL), ("fillColor", INK)):
        setattr(labels, name, value)
