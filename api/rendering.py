"""Pages as HTML, from the templates beside this module: whatever is put in is escaped."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from api import city_assets, city_drawings
from domain.definitions import BY_ID, FigureName
from domain.publication import excerpt

TEMPLATES = Path(__file__).resolve().parent / "templates"


def template(name: str) -> Template:
    """The template of this name; a value that it is not given is an error."""
    return _environment().get_template(name)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {
        "asset": city_assets.address,
        "definitions": BY_ID,
        "excerpt": excerpt,
        "figure_names": tuple(FigureName),
        "counted": city_drawings.counted,
        "course": city_drawings.course,
        "in_percent": city_drawings.in_percent,
        "measured": city_drawings.measured,
        "percent": city_drawings.percent,
    }
    return environment
