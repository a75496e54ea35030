"""The widget: its script, the page for an ``iframe``, and the page where it is tried out.

``/widget/lizheng-mailbox.js`` is what a partner's page loads. ``/widget/frame`` holds the element
for those who cannot load a script, and only pages of the partner whose key it names may frame it.
``/widget/try`` shows the code to copy; whoever tries it types a key in.
"""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from api import widget_pages as pages
from api.challenge import Challenges
from api.city_assets import takes_gzip
from api.edge import Edge
from api.receiving import chosen_language, received
from api.visitors import Visitor
from api.widget_script import Sent, page_file, script
from services.partners.keys import admitted

SCRIPT_SECONDS = 600
"""How long a browser keeps the script without asking: after so long all have a new one."""
FILES = ("page.css", "try.js")


class Widget:
    """Everything below ``/widget``."""

    def __init__(self, edge: Edge) -> None:
        self._edge = edge
        self.challenges = Challenges(edge)

    @property
    def routes(self) -> list[BaseRoute]:
        """GET and HEAD, 405 for everything else."""
        return [
            Route("/widget/lizheng-mailbox.js", answer_script, methods=["GET"]),
            Route("/widget/frame", self.frame, methods=["GET"]),
            Route("/widget/try", self.try_out, methods=["GET"]),
            *self.challenges.routes,
            Route("/widget/{name}", answer_file, methods=["GET"]),
        ]

    async def frame(self, request: Request) -> Response:
        """The element alone on a page, for the frames of the partner with this key; or 403."""
        language = chosen_language(request)

        async def answer(visitor: Visitor) -> Response:
            asked = request.query_params
            known = await admitted(self._edge.office(), asked.get("key", ""), self._edge.clock())
            if known is None:
                return pages.told_page("no_key", language, 403)
            return pages.frame_page(asked, known[0].origins, language)

        return await self._received(request, "widget frame", language, answer)

    async def try_out(self, request: Request) -> Response:
        """The page with the code to copy and the widget beside it. It holds no key."""
        language = chosen_language(request)

        async def answer(visitor: Visitor) -> Response:
            return pages.try_page(language)

        return await self._received(request, "widget page", language, answer)

    async def _received(
        self, request: Request, operation: str, language: str, answer: pages.Answer
    ) -> Response:
        def refuse(refused: HTTPException) -> Response:
            page = pages.told_page("busy", language, refused.status_code)
            page.headers.update(refused.headers or {})
            return page

        edge = self._edge
        return await received(request, edge.reception, edge.clock, operation, answer, refuse)


async def answer_script(request: Request) -> Response:
    """The script; any page may load it, and check it by a hash of its own."""
    headers = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}
    return _file(request, script(), headers)


async def answer_file(request: Request) -> Response:
    """What our own two pages are drawn with; 404 for everything else."""
    name = request.path_params["name"]
    if name not in FILES:
        raise HTTPException(404)
    return _file(request, page_file(name), {"Cross-Origin-Resource-Policy": "same-origin"})


def _file(request: Request, sent: Sent, headers: dict[str, str]) -> Response:
    headers |= {
        "Cache-Control": f"public, max-age={SCRIPT_SECONDS}",
        "ETag": sent.etag,
        "Vary": "Accept-Encoding",
        "X-Content-Type-Options": "nosniff",
    }
    if sent.etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    headers["Content-Type"] = sent.media_type
    if takes_gzip(request):
        return Response(sent.zipped, headers={**headers, "Content-Encoding": "gzip"})
    return Response(sent.plain, headers=headers)
