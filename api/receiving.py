"""A request for a page, a file or a channel: counted, answered, and logged, the same at every
address."""

from __future__ import annotations

import secrets
import time
from collections.abc import Awaitable, Callable
from datetime import datetime

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from api.auth import LANGUAGES, language_of
from api.errors import unavailable
from api.logs import request_answered
from api.telemetry import called
from api.visitors import Reception, Visitor, tell_rate
from storage.mongo import DatabaseFailure


async def received(
    request: Request,
    reception: Reception,
    clock: Callable[[], datetime],
    operation: str,
    answer: Callable[[Visitor], Awaitable[Response]],
    refuse: Callable[[HTTPException], Response],
) -> Response:
    """What ``answer`` says to the visitor; ``refuse`` speaks to whom the reception sends away,
    to whom ``answer`` raises ``HTTPException``, and to everybody while the database is away: 503.

    ``operation`` is what log and metrics call it: a name of ours. The response says how
    much more may be asked for, and under which id the log has it.
    """
    began, request_id = time.perf_counter(), secrets.token_hex(8)
    called(operation)
    visitor = None
    try:
        visitor = await reception.visitor(request)
        response = await answer(visitor)
    except HTTPException as refused:
        response = refuse(refused)
    except (DatabaseFailure, OSError) as failure:
        response = refuse(unavailable(failure, request_id))
    if visitor is not None:
        tell_rate(response, visitor.allowance, clock())
    response.headers["X-Request-Id"] = request_id
    seconds = time.perf_counter() - began
    request_answered(operation, response.status_code, seconds, request_id)
    return response


def refused_plainly(refused: HTTPException) -> Response:
    """For machines: the status, what the reception says of it, and nothing else."""
    return Response(status_code=refused.status_code, headers=refused.headers)


def chosen_language(request: Request) -> str:
    """What the reader chose on the page, or else what the browser prefers."""
    asked = request.query_params.get("lang")
    return asked if asked in LANGUAGES else language_of(request.headers)
