"""The press release as one HTML file: nothing is loaded from anywhere, and it prints well."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from reportlab.graphics import renderSVG
from reportlab.graphics.shapes import Drawing

from cli.press.amounts import change_told, parts_told, value_told
from cli.press.drawn import charts_of
from cli.press.edition import Paper
from cli.press.story import changes, headline, proof, sentences, standing
from cli.press.table import HEADS, baseline_told

HERE = Path(__file__).resolve().parent
SVG = "http://www.w3.org/2000/svg"


def as_page(paper: Paper, language: str) -> str:
    """The whole file."""
    environment = Environment(
        loader=FileSystemLoader(HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    proven = proof(paper)
    return environment.get_template("press.html").render(
        tag="zh-CN" if language == "zh" else "en",
        is_chinese=language == "zh",
        headline=headline(paper).spoken(language),
        standing=standing(paper).spoken(language),
        sentences=[one.spoken(language) for one in sentences(paper)],
        heads=HEADS[language],
        figures=[
            (
                *(one.name.named(language), value_told(one, language)),
                *(change_told(one, language), parts_told(one), one.definition.id),
            )
            for one in paper.told.figures
        ],
        definitions=[
            (one.definition.id, one.definition.text.spoken(language)) for one in paper.told.figures
        ],
        charts=[
            (place, one.caption, one.shown, _inline(one.drawing))
            for place, one in enumerate(charts_of(paper, language), start=1)
        ],
        baseline=baseline_told(paper).spoken(language),
        changes=[one.spoken(language) for one in changes(paper)],
        proof=proven.spoken(language) if proven else "",
    )


def _inline(drawing: Drawing) -> Markup:
    """The drawing's SVG without what only a file of its own needs; it scales with the page."""
    ET.register_namespace("", SVG)
    # Drawn a moment ago by ourselves: there is nothing in it that could be expanded.
    root = ET.fromstring(renderSVG.drawToString(drawing))  # noqa: S314
    for text in root.iter(f"{{{SVG}}}text"):
        text.attrib.pop("style", None)
        text.set("font-size", "9")
    for name in ("title", "desc", "clipPath", "defs"):
        for one in root.findall(f"{{{SVG}}}{name}"):
            root.remove(one)
    for one in root.iter():
        one.attrib.pop("clip-path", None)  # by an id that every drawing would have
        one.attrib.pop("id", None)
    root.attrib.clear()
    root.set("viewBox", f"0 0 {drawing.width} {drawing.height}")
    root.set("aria-hidden", "true")
    root.set("focusable", "false")
    return Markup(ET.tostring(root, encoding="unicode"))  # noqa: S704  # as above
