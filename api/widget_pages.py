"""The two pages that show the widget, as HTML. Their policy lets in nothing but our own files."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, TypeAlias

from starlette.responses import HTMLResponse, Response

from api.rendering import template
from api.visitors import Visitor
from api.widget_words import WORDS

THEMES = ("auto", "light", "dark")
Answer: TypeAlias = Callable[[Visitor], Awaitable[Response]]


def frame_page(asked: Mapping[str, str], origins: Sequence[str], language: str) -> HTMLResponse:
    """The element with the attributes that were asked for, to be framed by these origins alone."""
    locale = asked.get("locale") or language
    theme = asked.get("theme", "auto")
    return _page(
        "widget_frame.html",
        "en" if locale == "en" else "zh",
        200,
        origins,
        key=asked.get("key", ""),
        mailbox=asked.get("mailbox", ""),
        theme=theme if theme in THEMES else "auto",
    )


def try_page(language: str) -> HTMLResponse:
    """The form, the code and the preview."""
    return _page("widget_try.html", language, 200, ())


def told_page(what: str, language: str, status: int) -> HTMLResponse:
    """Why there is nothing to see; ``what`` names two of the page's words."""
    return _page("widget_told.html", language, status, (), what=what)


def _headers(frame_ancestors: Sequence[str]) -> dict[str, str]:
    policy = (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "connect-src 'self'",
        "img-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        f"frame-ancestors {' '.join(frame_ancestors) or chr(39) + 'none' + chr(39)}",
    )
    return {
        "Content-Security-Policy": "; ".join(policy),
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "Vary": "Accept-Language",
        "X-Content-Type-Options": "nosniff",
        "X-Robots-Tag": "noindex",
    }


def _page(
    name: str, language: str, status: int, frame_ancestors: Sequence[str], **given: Any
) -> HTMLResponse:
    def say(word: str) -> str:
        return WORDS[word].spoken(language)

    text = template(name).render(**given, language=language, say=say)
    tag = "zh-CN" if language == "zh" else "en"
    return HTMLResponse(text, status, {**_headers(frame_ancestors), "Content-Language": tag})
