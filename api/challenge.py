"""``/widget/challenge`` and ``/widget/origin``: what the widget asks for besides GraphQL."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from api.edge import Edge
from api.errors import HTTP_CODES
from api.receiving import received
from api.visitors import Visitor
from services.challenges import new_challenge
from services.partners.keys import admitted
from services.partners.origins import Origins
from storage.mongo import suppress_outages

OPERATION = "widget challenge"


class Challenges:
    """Gives challenges out, to the pages of any partner."""

    def __init__(self, edge: Edge) -> None:
        self._edge, self._origins = edge, Origins()

    @property
    def routes(self) -> list[Route]:
        """Requests of the kind that a browser sends without asking first."""
        return [
            Route("/widget/challenge", self.give, methods=["GET"]),
            Route("/widget/origin", self.tell_origin, methods=["POST"]),
        ]

    async def give(self, request: Request) -> Response:
        """A challenge; 429 and 503 as for every request. Other people's pages cannot read it."""

        async def answer(visitor: Visitor) -> Response:
            challenge = new_challenge(self._edge.office().access, self._edge.clock())
            return JSONResponse(challenge, headers={"Cache-Control": "no-store"})

        response = await received(
            request, self._edge.reception, self._edge.clock, OPERATION, answer, _refused
        )
        origin = request.headers.get("origin")
        response.headers["Vary"] = "Origin"
        if origin is not None and await self._is_known(origin):
            response.headers["Access-Control-Allow-Origin"] = origin
            response.headers["Access-Control-Expose-Headers"] = "Retry-After"
        return response

    async def tell_origin(self, request: Request) -> Response:
        """Whether the page that asks may use the key that it sends as the body.

        A browser tells a page alike that a server is away and that it refuses the page; so the
        widget asks here, where any page may read the answer, to tell its reader what is wrong.
        """

        async def answer(visitor: Visitor) -> Response:
            registered = await self._may_use(request)
            return JSONResponse({"registered": registered}, headers={"Cache-Control": "no-store"})

        response = await received(
            request, self._edge.reception, self._edge.clock, "widget origin", answer, _refused
        )
        response.headers["Access-Control-Allow-Origin"] = "*"
        return response

    async def _may_use(self, request: Request) -> bool:
        """Of a key that opens nothing, any partner's page may know it: the key is what is wrong."""
        await self._edge.bounds.read(request)
        key = (await request.body()).decode("latin-1")
        origin = request.headers.get("origin", "")
        known = await admitted(self._edge.office(), key, self._edge.clock())
        return origin in known[0].origins if known else await self._is_known(origin)

    async def _is_known(self, origin: str) -> bool:
        """Whether any partner has registered it; nobody, while the database is away."""
        with suppress_outages():
            partners = self._edge.office().outside.partners
            return await self._origins.has(partners, origin, self._edge.clock())
        return False


def _refused(refused: HTTPException) -> Response:
    code = HTTP_CODES.get(refused.status_code, "BAD_REQUEST")
    body = {"errors": [{"message": refused.detail, "extensions": {"code": code}}]}
    return JSONResponse(body, refused.status_code, headers=refused.headers)
