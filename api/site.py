"""``/``, ``/robots.txt``, the icon, and what is said where there is nothing else to say.

A browser gets a page in its reader's language, everybody else JSON with a code.
"""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import (
    FileResponse,
    HTMLResponse,
    JSONResponse,
    PlainTextResponse,
    Response,
)
from starlette.routing import Route
from starlette.types import ExceptionHandler

from api.city_pages import HEADERS, told_language
from api.receiving import chosen_language
from api.rendering import template
from api.site_words import WORDS
from domain.refusals import Text

ASSETS = Path(__file__).resolve().parent / "assets"
ICONS = {"/favicon.ico": "image/x-icon", "/favicon.svg": "image/svg+xml"}
ROBOTS = "User-agent: *\nDisallow: /graphql\nDisallow: /survey/\nDisallow: /uploads/\n"
_ADDRESSES = {"graphql": "/graphql", "city": "/city", "letters": "/letters", "ready": "/readyz"}


class Site:
    """The first page and the files that browsers ask for by themselves."""

    def __init__(self, *, is_production: bool) -> None:
        self._is_production = is_production

    @property
    def routes(self) -> list[Route]:
        return [
            Route("/", self.home, methods=["GET"]),
            Route("/robots.txt", _robots, methods=["GET"]),
            *(Route(path, _icon, methods=["GET"]) for path in ICONS),
        ]

    async def home(self, request: Request) -> Response:
        """Where to go from here."""
        if not _is_browser(request):
            return JSONResponse(_ADDRESSES, headers={"Vary": "Accept"})
        return _page(request, "home.html", 200, is_production=self._is_production)


async def answer_refused(request: Request, refused: Exception) -> Response:
    """For a request that no endpoint answers: its status, and why."""
    if not isinstance(refused, HTTPException):
        return refusal(request, 500)
    return refusal(request, refused.status_code, refused.headers)


HANDLERS: Mapping[Any, ExceptionHandler] = {HTTPException: answer_refused, 500: answer_refused}


def refusal(
    request: Request,
    status: int,
    headers: Mapping[str, str] | None = None,
    more: Text | None = None,
) -> Response:
    """A page for browsers, JSON for all others; ``more`` says what the status does not."""
    what = str(status) if str(status) in WORDS else "refused"
    heading, told = WORDS[what], more or WORDS[f"{what}_more"]
    if _is_browser(request):
        language = chosen_language(request)
        said = {"heading": heading.spoken(language), "more": told.spoken(language)}
        response = _page(request, "refused.html", status, **said)
    else:
        message = f"{heading.en}. {told.en}" if more else heading.en
        error = {"message": message, "extensions": {"code": HTTPStatus(status).name}}
        response = JSONResponse({"errors": [error]}, status)
    response.headers.update({**(headers or {}), "Cache-Control": "no-store", "Vary": "Accept"})
    return response


def _is_browser(request: Request) -> bool:
    return "text/html" in request.headers.get("accept", "")


def _page(request: Request, name: str, status: int, **given: Any) -> Response:
    language = chosen_language(request)
    text = template(name).render(
        **given,
        language=language,
        other_language_address=f"?lang={'en' if language == 'zh' else 'zh'}",
        say=lambda word: WORDS[word].spoken(language),
    )
    headers = {**HEADERS, **told_language(language), "Vary": "Accept, Accept-Language"}
    if status != 200:
        headers["X-Robots-Tag"] = "noindex"
    return HTMLResponse(text, status, headers)


async def _robots(request: Request) -> Response:
    return PlainTextResponse(ROBOTS, headers={"Cache-Control": "max-age=86400"})


async def _icon(request: Request) -> Response:
    path = request.url.path
    headers = {"Cache-Control": "max-age=86400", "X-Content-Type-Options": "nosniff"}
    return FileResponse(ASSETS / path[1:], media_type=ICONS[path], headers=headers)
