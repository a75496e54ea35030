"""The pages of published letters as HTML, without a script.

What citizens wrote is put in by Jinja, which escapes it; the policy would let no script run if it
did not.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from starlette.responses import HTMLResponse, Response

from api.city_pages import HEADERS, told_language
from api.letters_words import WORDS
from api.rendering import template
from domain.calendar import CITY_TIME
from services.publication.reading import Shown
from storage.pages import Slice

SECONDS = 0
"""A letter that is withdrawn disappears at once: whoever keeps a page asks whether it still is."""
POLICY = HEADERS["Content-Security-Policy"].replace("script-src 'self'; ", "")


@dataclass(frozen=True, slots=True)
class Named:
    """A published letter with the names of what it belongs to, in the reader's language."""

    shown: Shown
    mailbox: str | None
    category: str | None
    unit: str | None


@dataclass(frozen=True, slots=True)
class Asking:
    """How a page is asked for: in which language, below which public address, and ``known``, what
    the browser has of it already (``If-None-Match``)."""

    language: str
    root: str
    known: str


@dataclass(frozen=True, slots=True)
class Choices:
    """What the list can be narrowed to, as (id, name), and the mailbox that it is narrowed to."""

    categories: Sequence[tuple[str, str]]
    mailbox: str | None


def list_page(
    found: Slice[Named], asked: Mapping[str, str], choices: Choices, asking: Asking
) -> Response:
    """A page of the list; ``asked`` is what the address says, language apart."""
    language = asking.language
    narrowed = {name: value for name, value in _without(asked).items() if name != "mailbox"}
    after = {"after": found.cursors[-1]} if found.has_next else None
    text = _rendered(
        "letters.html",
        language,
        "/letters",
        asked,
        root=asking.root,
        found=found,
        asked=asked,
        choices=choices,
        every_mailbox=_address("/letters", narrowed, language),
        older=_address("/letters", {**_without(asked), **after}, language) if after else None,
        newest=_address("/letters", _without(asked), language) if asked.get("after") else None,
    )
    return _sent(text, asking)


def letter_page(one: Named, asking: Asking) -> Response:
    """One letter with its reply."""
    letter = one.shown.letter
    given = {"root": asking.root, "one": one, "letter": letter}
    text = _rendered("letter.html", asking.language, f"/letters/{letter.id}", {}, **given)
    return _sent(text, asking)


def told_page(what: str, language: str, status: int) -> Response:
    """Why there is nothing to show; ``what`` names two of the page's words."""
    said = {"heading": WORDS[what].spoken(language), "more": WORDS[f"{what}_more"].spoken(language)}
    text = _rendered("letters_told.html", language, "/letters", {}, **said)
    headers = {**_headers(language), "Cache-Control": "no-store", "X-Robots-Tag": "noindex"}
    return HTMLResponse(text, status, headers)


def _sent(text: str, asking: Asking) -> Response:
    etag = f'W/"{hashlib.sha256(text.encode()).hexdigest()[:20]}"'
    headers = {
        **_headers(asking.language),
        "Cache-Control": f"public, max-age={SECONDS}, must-revalidate",
        "ETag": etag,
    }
    # The weak comparison (RFC 9110, 13.1.2).
    known = {one.strip().removeprefix("W/") for one in asking.known.split(",")}
    if etag.removeprefix("W/") in known:
        return Response(status_code=304, headers=headers)
    return HTMLResponse(text, headers=headers)


def _headers(language: str) -> dict[str, str]:
    return {**HEADERS, **told_language(language), "Content-Security-Policy": POLICY}


def _rendered(
    name: str, language: str, path: str, narrowed: Mapping[str, str], **given: Any
) -> str:
    other = "en" if language == "zh" else "zh"
    return template(name).render(
        **given,
        language=language,
        canonical=_address(path, narrowed, language),
        other_language_address=_address(path, narrowed, other),
        address=lambda path, asked=None: _address(path, asked or {}, language),
        day=_day,
        say=lambda word: WORDS[word].spoken(language),
    )


def _address(path: str, asked: Mapping[str, str], language: str) -> str:
    return f"{path}?{urlencode({**asked, 'lang': language})}"


def _without(asked: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in asked.items() if name != "after"}


def _day(moment: datetime | None) -> str:
    return moment.astimezone(CITY_TIME).strftime("%Y-%m-%d") if moment else ""
