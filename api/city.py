"""``/city``: the public page of a month, for everybody, on any device, with and without scripts.

``?month=YYYY-MM`` names the month, ``lang`` the language, ``figure`` what units are ranked by.
Nobody has to say who they are, nothing is kept in the browser, and nothing is asked elsewhere.
"""

from __future__ import annotations

import gzip
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Protocol

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api import city_assets, city_pages
from api.receiving import chosen_language, received
from api.visitors import Reception, Visitor
from domain.bulletins import Month
from domain.definitions import FigureName
from domain.refusals import NotFound
from services.city.page import CityPage
from services.figures.baselines import is_month_like

OPERATION = "city page"
KEPT = 64
"""Pages as they are sent: a page costs a few milliseconds to write and some 20 kB to keep."""


class Pages(Protocol):
    """Where pages come from; raises ``NotFound`` for a month of which nothing is known."""

    def __call__(
        self, month: Month | None, figure: FigureName | None, now: datetime
    ) -> Awaitable[CityPage]: ...


class Unreadable(Exception):
    """What was asked for cannot be read; ``args`` name two of the page's words."""


class CityEndpoint:
    """The page and its files."""

    def __init__(self, pages: Pages, reception: Reception, clock: Callable[[], datetime]) -> None:
        self._pages, self._reception, self._clock = pages, reception, clock
        self._sent: dict[tuple[int, str], tuple[CityPage, city_pages.Rendered, bytes]] = {}

    @property
    def routes(self) -> list[Route]:
        """``/city`` and what it is drawn with: GET and HEAD, 405 for everything else."""
        return [
            Route("/city", self.answer, methods=["GET"]),
            Route(city_assets.PREFIX + "{name}", city_assets.answer, methods=["GET"]),
        ]

    async def answer(self, request: Request) -> Response:
        """The month that is asked for, or why there is none, in the reader's language."""
        language = chosen_language(request)

        async def page(visitor: Visitor) -> Response:
            return await self._answered(request, language)

        def refuse(refused: HTTPException) -> Response:
            return _refused(refused, language)

        return await received(request, self._reception, self._clock, OPERATION, page, refuse)

    async def _answered(self, request: Request, language: str) -> Response:
        try:
            month, figure = _asked(request)
            page = await self._pages(month, figure, self._clock())
        except Unreadable as wrong:
            return city_pages.told_page(str(wrong), language, 400)
        except NotFound:
            return city_pages.told_page("unknown_month", language, 404)
        return self._sent_as(request, page, language)

    def _sent_as(self, request: Request, page: CityPage, language: str) -> Response:
        rendered, zipped = self._rendered(page, language)
        headers = {
            **city_pages.HEADERS,
            **city_pages.told_language(language),
            "Cache-Control": (
                f"public, max-age={rendered.seconds}" if rendered.seconds else "no-store"
            ),
            "ETag": rendered.etag,
        }
        if _knows(request.headers, rendered.etag):
            return Response(status_code=304, headers=headers)
        headers["Content-Type"] = "text/html; charset=utf-8"
        if city_assets.takes_gzip(request):
            return Response(zipped, headers={**headers, "Content-Encoding": "gzip"})
        return Response(rendered.body, headers=headers)

    def _rendered(self, page: CityPage, language: str) -> tuple[city_pages.Rendered, bytes]:
        """What is sent of this page, written once as long as the page is the same."""
        key = (id(page), language)
        if key not in self._sent:
            rendered = city_pages.month_page(page, language)
            while len(self._sent) >= KEPT:
                del self._sent[next(iter(self._sent))]
            # The page is held as well: no other object gets its id meanwhile.
            self._sent[key] = (page, rendered, gzip.compress(rendered.body, 6, mtime=0))
        return self._sent[key][1:]


def _asked(request: Request) -> tuple[Month | None, FigureName | None]:
    """The month and the figure of the address; raises ``Unreadable``."""
    asked = request.query_params
    text, figure = asked.get("month"), asked.get("figure")
    if figure is not None and figure not in FigureName.__members__:
        raise Unreadable("bad_figure")
    try:
        # As it is written on the page: no ISO week, no month without its zero.
        if text is not None and not is_month_like(text):
            raise Unreadable("bad_month")
        return Month.read(text) if text else None, FigureName[figure] if figure else None
    except ValueError:
        raise Unreadable("bad_month") from None


def _knows(headers: Headers, etag: str) -> bool:
    """Whether the reader has this page already (RFC 9110, 13.1.2; the weak comparison)."""
    known = headers.get("if-none-match", "")
    return known.strip() == "*" or etag.removeprefix("W/") in {
        one.strip().removeprefix("W/") for one in known.split(",")
    }


def _refused(refused: HTTPException, language: str) -> Response:
    what = "often" if refused.status_code == 429 else "busy"
    page = city_pages.told_page(what, language, refused.status_code)
    page.headers.update(refused.headers or {})
    return page
