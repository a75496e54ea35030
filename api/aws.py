"""The API on AWS Lambda, behind an HTTP API: one event loop and one application per container.

An invocation is one request and one answer, whole: nothing can be streamed and no connection be
held. Subscriptions are refused here; where they are wanted, the container of the Dockerfile serves
them.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from contextlib import AsyncExitStack
from typing import Any

import orjson
from mangum import Mangum
from mangum.adapter import DEFAULT_TEXT_MIME_TYPES
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from api import logs
from api.app import create_app
from api.auth import language_of
from api.negotiation import JSON, RESPONSE_JSON, prefers_stream
from domain.refusals import Text
from settings import Settings

TEXT = [*DEFAULT_TEXT_MIME_TYPES, RESPONSE_JSON]
"""What is sent as it is; everything else goes through base64."""
NO_STREAMS = Text(
    "此地址只应答查询和操作，不提供订阅。",
    "Subscriptions are not served at this address: it answers queries and mutations.",
)


class WithoutStreams:
    """The application, for a place where an answer cannot be a stream."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        if prefers_stream(headers.get("accept", "")):
            await _refusal(headers, scope)(scope, receive, send)
        else:
            await self._app(scope, receive, send)


def _refusal(headers: Headers, scope: Scope) -> Response:
    shown = {"code": "NOT_ACCEPTABLE", "requestId": scope["aws.context"].aws_request_id}
    message = NO_STREAMS.spoken(language_of(headers))
    body = orjson.dumps({"errors": [{"message": message, "extensions": shown}]})
    return Response(body, status_code=406, media_type=JSON)


class Container:
    """One Lambda container. The application starts with its first request, and never ends."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        settings = Settings.from_environment(environ)
        if settings.mongodb_uri is None:
            raise RuntimeError("MONGODB_URI must be set: a container has no database")
        logs.start()
        self._loop = asyncio.new_event_loop()
        asyncio.set_event_loop(self._loop)  # where Mangum looks for it
        self._running = AsyncExitStack()
        app = create_app(settings, settings.mongodb_uri)
        self._loop.run_until_complete(self._start(app))
        self._adapter = Mangum(WithoutStreams(app), lifespan="off", text_mime_types=TEXT)

    async def _start(self, app: Starlette) -> None:
        # Mangum's own would start and end it with every request.
        await self._running.enter_async_context(app.router.lifespan_context(app))

    def answer(self, event: dict[str, Any], invocation: Any) -> dict[str, Any]:
        """The answer to one request, in the form of an HTTP API (2.0)."""
        return self._adapter(event, invocation)


_kept: list[Container] = []
"""The container's one; made when it is first needed."""


def handler(event: dict[str, Any], invocation: Any) -> dict[str, Any]:
    """The Lambda handler of the API."""
    if not _kept:
        _kept.append(Container(_environment()))
    return _kept[0].answer(event, invocation)


def _environment() -> Mapping[str, str]:
    """The variables, and those that a secret holds."""
    if "SECRETS_ARN" not in os.environ:
        return os.environ
    from infra.secrets import with_secrets

    return with_secrets(os.environ)
