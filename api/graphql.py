"""GraphQL over HTTP: negotiation, identity, and errors that tell a client what to do."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Any

import orjson
import strawberry
from cross_web import HTTPException as StrawberryHTTPException
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.http import GraphQLHTTPResponse
from strawberry.http.base import BaseRequestProtocol
from strawberry.subscriptions import GRAPHQL_TRANSPORT_WS_PROTOCOL
from strawberry.types import ExecutionResult

from api import explorer
from api.auth import actor_of, language_of
from api.errors import broken_request, formatted
from api.negotiation import (
    asked_explicitly_for_json,
    check_request_type,
    response_type,
)
from api.tokens import Verifier
from resolvers.loaders import loaders_for
from schema.context import Context
from services.office import Office

METHODS = ("GET", "POST")
MOST_BYTES = 1_000_000
"""Of a request's body; the longest letter, escaped to the last sign, is an eighth of it."""


class Endpoint(GraphQL[Context, None]):
    """``/graphql``. ``office`` and ``clock`` are asked for at each request."""

    def __init__(
        self,
        schema: strawberry.Schema,
        office: Callable[[], Office],
        verifier: Verifier,
        clock: Callable[[], datetime],
        *,
        graphiql: bool,
    ) -> None:
        super().__init__(
            schema,
            graphql_ide="graphiql" if graphiql else None,
            subscription_protocols=(GRAPHQL_TRANSPORT_WS_PROTOCOL,),
        )
        self._office = office
        self._verifier = verifier
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await super().__call__(scope, receive, send)
            return
        request = Request(scope, receive)
        request.state.request_id = secrets.token_hex(8)
        try:
            response = await self._answer(request)
        except HTTPException as refused:
            response = self._refusal(request, refused)
        response.headers["X-Request-Id"] = request.state.request_id
        response.headers["Vary"] = "Accept, Accept-Language, Authorization"
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        if request.method not in METHODS:
            allow = {"Allow": ", ".join(METHODS)}
            raise HTTPException(405, "GraphQL takes GET and POST.", headers=allow)
        if self._wants_ide(request):
            return await self.render_graphql_ide(request)
        request.state.response_type = response_type(request)
        if request.method == "POST":
            check_request_type(request)
            await read_bounded(request)
        try:
            return await self.run(request)
        except StrawberryHTTPException as refused:
            raise HTTPException(refused.status_code, refused.reason) from None

    def _wants_ide(self, request: Request) -> bool:
        wants_page = "text/html" in request.headers.get("accept", "")
        asked = "query" in request.query_params
        return bool(self.graphql_ide) and request.method == "GET" and wants_page and not asked

    def should_render_graphql_ide(self, request: BaseRequestProtocol) -> bool:
        """Never here: who gets the page was decided before, and ``*/*`` is no wish for it."""
        return False

    def _refusal(self, request: Request, refused: HTTPException) -> Response:
        body = broken_request(refused.status_code, refused.detail, request.state.request_id)
        return Response(
            orjson.dumps(body),
            status_code=refused.status_code,
            headers=refused.headers,
            media_type=getattr(request.state, "response_type", "application/json"),
        )

    async def get_context(
        self,
        request: Request | WebSocket,
        response: Response | WebSocket,  # Strawberry's signature
    ) -> Context:
        office = self._office()
        return Context(
            office=office,
            actor=actor_of(request.headers, self._verifier),
            language=language_of(request.headers),
            now=self._clock(),
            loaders=loaders_for(office),
        )

    async def process_result(
        self, request: Request, result: ExecutionResult
    ) -> GraphQLHTTPResponse:
        shown: dict[str, Any] = {}
        request_id = request.state.request_id
        language = language_of(request.headers)
        if result.errors:
            shown["errors"] = [formatted(error, language, request_id) for error in result.errors]
        if result.data is not None or any(error.path for error in result.errors or ()):
            shown["data"] = result.data
        elif not asked_explicitly_for_json(request):
            request.state.sub_response.status_code = 400
        if result.extensions:
            shown["extensions"] = result.extensions
        return shown  # type: ignore[return-value]

    async def get_sub_response(self, request: Request | WebSocket) -> Response:
        """What the answer's status and media type are kept in until its body is there."""
        response = await super().get_sub_response(request)
        response.media_type = getattr(request.state, "response_type", None)
        request.state.sub_response = response
        return response

    def create_response(self, response_data: Any, sub_response: Response) -> Response:
        return Response(
            orjson.dumps(response_data),
            status_code=sub_response.status_code or 200,
            media_type=sub_response.media_type,
        )

    async def render_graphql_ide(self, request: Request) -> Response:
        """GraphiQL from our own origin; from its makers' when it is not installed here."""
        if explorer.is_installed():
            return HTMLResponse(explorer.page())
        return await super().render_graphql_ide(request)

    def decode_json(self, data: str | bytes) -> object:
        decoded: object = orjson.loads(data)
        if not isinstance(decoded, dict):
            raise StrawberryHTTPException(400, "A request's body must be a JSON object.")
        return decoded


async def read_bounded(request: Request) -> None:
    """Reads the body and stops at the first byte too many: 413."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            raise HTTPException(413, f"A request has at most {MOST_BYTES} bytes.")
    request._body = bytes(body)  # noqa: SLF001  # where `Request.body` looks first
