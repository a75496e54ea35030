"""The city's page as HTML: whole without a script, which only draws lines beside the tables.

Jinja escapes whatever is put in, and the policy lets nothing in but our own two or three files.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from starlette.responses import HTMLResponse

from api import city_assets, city_drawings
from api.city_words import WORDS
from api.rendering import template
from domain.bulletins import BulletinState, Month
from domain.calendar import CITY_TIME
from domain.definitions import FigureName
from domain.refusals import Text
from domain.words import Word
from services.city.page import CityPage

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
LIVE_SECONDS, CLOSED_SECONDS = 60, 3600
"""How long a page may be kept by whoever has it: that of a closed month changes with an edition."""
SHOWN_UNITS = 10
"""The others are there on demand."""
HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "Vary": "Accept-Language, Accept-Encoding",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


@dataclass(frozen=True, slots=True)
class Rendered:
    """A page as it is sent: the ETag is weak, as it is the same however it is compressed."""

    body: bytes
    etag: str
    seconds: int


def month_page(page: CityPage, language: str) -> Rendered:
    """The page of a month, in ``"zh"`` or ``"en"``."""
    ranking, geography = page.sections.ranking, page.sections.geography
    figure = ranking.figure if ranking else None
    text = _rendered(
        "city.html",
        language,
        other_language_address=address_of(page.month, _other(language), figure),
        page=page,
        month_name=_month_name(page.month, language),
        as_of=page.as_of.astimezone(CITY_TIME).strftime("%Y-%m-%d %H:%M"),
        address=lambda month, choice=figure: address_of(month, language, choice),
        chart=city_assets.address(city_assets.CHART) if page.has_trend else None,
        shown_units=SHOWN_UNITS,
        drawing=city_drawings.drawn(geography.squares) if geography else None,
    )
    body = text.encode()
    etag = f'W/"{hashlib.sha256(body).hexdigest()[:20]}"'
    return Rendered(body, etag, _seconds(page))


def _seconds(page: CityPage) -> int:
    """How long the page may be kept: not at all while a part of it is still being counted."""
    if page.is_incomplete:
        return 0
    return CLOSED_SECONDS if page.state is BulletinState.FROZEN else LIVE_SECONDS


def told_page(what: str, language: str, status: int) -> HTMLResponse:
    """Why there is no month to show; ``what`` names two of the page's words."""
    text = _rendered(
        "city_told.html",
        language,
        other_language_address=f"/city?lang={_other(language)}",
        heading=WORDS[what].spoken(language),
        more=WORDS[f"{what}_more"].spoken(language),
    )
    headers = {**HEADERS, **told_language(language), "Cache-Control": "no-store"}
    return HTMLResponse(text, status, {**headers, "X-Robots-Tag": "noindex"})


def told_language(language: str) -> Mapping[str, str]:
    """The header that names the language of a page."""
    return {"Content-Language": "zh-CN" if language == "zh" else "en"}


def address_of(month: Month, language: str, figure: FigureName | None) -> str:
    """Where the page of a month is found, with units ranked by ``figure``."""
    asked = {"month": str(month), "lang": language}
    return f"/city?{urlencode({**asked, 'figure': figure.value} if figure else asked)}"


def _rendered(name: str, language: str, **given: Any) -> str:
    return template(name).render(
        **given,
        language=language,
        say=lambda name: WORDS[name].spoken(language),
        t=lambda told: _spoken(told, language),
    )


def _spoken(told: Text | Word, language: str) -> str:
    return told.named(language) if isinstance(told, Word) else told.spoken(language)


def _other(language: str) -> str:
    return "en" if language == "zh" else "zh"


def _month_name(month: Month, language: str) -> str:
    if language == "zh":
        return f"{month.year}年{month.number}月"
    return f"{month.begins.astimezone(CITY_TIME):%B %Y}"
