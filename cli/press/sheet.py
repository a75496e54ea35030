"""The press release on paper: A4, as PDF, with the text and the charts of the page."""

from __future__ import annotations

import html
import io
import string
from collections.abc import Iterator
from pathlib import Path
from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import (
    Flowable,
    KeepTogether,
    Paragraph,
    SimpleDocTemplate,
    Spacer,
    Table,
    TableStyle,
)

from cli.press.amounts import change_told, parts_told, value_told
from cli.press.charts import INK
from cli.press.drawn import charts_of
from cli.press.edition import Paper
from cli.press.fonts import embed_font
from cli.press.page import as_page
from cli.press.story import changes, headline, proof, sentences, standing
from cli.press.table import HEADS, baseline_told

RULE = HexColor("#cbd2d9")
MARGIN = 20 * mm


def as_pdf(paper: Paper, language: str, font_file: Path | None = None) -> bytes:
    """The file with its font; the same paper gives the same bytes. Raises ``UnusableFont``."""
    # What is printed is what the page says; digits and letters of axes are among the ASCII ones.
    font = embed_font(html.unescape(as_page(paper, language)) + string.printable, font_file)
    out = io.BytesIO()
    title = headline(paper).spoken(language)
    document = SimpleDocTemplate(
        out,
        pagesize=A4,
        leftMargin=MARGIN,
        rightMargin=MARGIN,
        topMargin=MARGIN,
        bottomMargin=MARGIN,
        title=title,
        lang="zh-CN" if language == "zh" else "en",
        invariant=True,
        initialFontName=font,
    )
    document.build(list(_flow(paper, language, font, title)))
    return out.getvalue()


def _flow(paper: Paper, language: str, font: str, title: str) -> Iterator[Flowable]:
    yield _said(title, font, 17, after=8)
    yield _said(standing(paper).spoken(language), font, 9, after=8)
    for sentence in sentences(paper):
        yield _said(sentence.spoken(language), font, 11)
    yield Spacer(1, 6)
    yield _table(paper, language, font)
    yield _said(baseline_told(paper).spoken(language), font, 9, before=6)
    for chart in charts_of(paper, language, font):
        yield KeepTogether([_said(chart.caption, font, 11, before=10), chart.drawing])
    for change in changes(paper):
        yield _said(change.spoken(language), font, 10)
    for one in paper.told.figures:
        text = f"{one.definition.id}: {one.definition.text.spoken(language)}"
        yield _said(text, font, 9)
    proven = proof(paper)
    if proven is not None:
        yield _said(proven.spoken(language), font, 8, before=6)


def _table(paper: Paper, language: str, font: str) -> Table:
    rows = [list(HEADS[language])]
    for one in paper.told.figures:
        told = (value_told(one, language), change_told(one, language), parts_told(one))
        rows.append([one.name.named(language), *told, one.definition.id])
    style = TableStyle(
        [
            ("FONT", (0, 0), (-1, -1), font, 9),
            ("ALIGN", (1, 0), (3, -1), "RIGHT"),
            ("LINEBELOW", (0, 0), (-1, -1), 0.5, RULE),
            ("TEXTCOLOR", (0, 0), (-1, -1), INK),
        ]
    )
    return Table(rows, style=style, repeatRows=1, hAlign="LEFT")


def _said(text: str, font: str, size: int, before: int = 0, after: int = 4) -> Paragraph:
    style = ParagraphStyle(
        name=f"{font} {size} {before} {after}",
        fontName=font,
        fontSize=size,
        leading=size * 1.5,
        spaceBefore=before,
        spaceAfter=after,
        textColor=INK,
        wordWrap="CJK" if _is_chinese(text) else None,
    )
    return Paragraph(escape(text), style)


def _is_chinese(text: str) -> bool:
    """Whether lines may be broken between any two signs."""
    return any("\u4e00" <= sign <= "\u9fff" for sign in text)
