"""``/open-data/{month}/{file}``: what the archive has published of a frozen month, to take away."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.receiving import received
from api.site import refusal
from api.visitors import Reception, Visitor
from domain.bulletins import Month
from domain.refusals import Text
from services.archive.published import MEDIA_TYPES, published_file
from services.figures.baselines import is_month_like
from services.functions.workshop import ObjectStore

OPERATION = "open data"
NOT_THERE = Text(
    "没有这个文件。每月的开放数据在通报定稿（次月25日）后，由下一次月度归档（1日）公布。",
    "There is no such file. A month's open data are published after its bulletin is frozen (on the"
    " 25th of the month after), by the next run of the monthly archive (on the 1st).",
)
_FOREVER = "public, max-age=31536000, immutable"
"""Files are written once."""


class OpenDataEndpoint:
    """The files, as they lie in ``store``."""

    def __init__(
        self, store: ObjectStore, reception: Reception, clock: Callable[[], datetime]
    ) -> None:
        self._store, self._reception, self._clock = store, reception, clock

    @property
    def route(self) -> Route:
        return Route("/open-data/{month}/{name}", self.answer, methods=["GET"])

    async def answer(self, request: Request) -> Response:
        """The file; 404 for what is not published, 304 for who has it."""

        async def file(visitor: Visitor) -> Response:
            return await self._file(request)

        def refuse(refused: HTTPException) -> Response:
            return refusal(request, refused.status_code, refused.headers)

        return await received(request, self._reception, self._clock, OPERATION, file, refuse)

    async def _file(self, request: Request) -> Response:
        month, name = request.path_params["month"], request.path_params["name"]
        body = None
        if name in MEDIA_TYPES and is_month_like(month):
            with suppress(ValueError):  # a thirteenth month
                body = await published_file(self._store, Month.read(month), name)
        if body is None:
            return refusal(request, 404, more=NOT_THERE)
        etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
        headers = {"Cache-Control": _FOREVER, "ETag": etag, "X-Content-Type-Options": "nosniff"}
        if etag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        headers["Content-Disposition"] = f'attachment; filename="lizheng-{month}-{name}"'
        return Response(body, media_type=MEDIA_TYPES[name], headers=headers)
