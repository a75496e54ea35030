"""Asking again whether anything has changed, for little: GET, a hash, and an ``ETag``.

A query code has no place in an address, which others write down: by GET it comes in a header.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from strawberry.http import GraphQLRequestData

from api.telemetry import refused
from domain.refusals import Text

QUERY_CODE = "Lizheng-Query-Code"
"""The header that stands for the variable ``$queryCode`` of a GET."""
VARIABLE = "queryCode"
KEPT_BY_NOBODY = "private, no-cache"
"""The client keeps an answer, and asks each time whether it still holds."""
_WRITTEN_OUT = re.compile(rf'{VARIABLE}\s*:\s*"')
ASKED_FOR = Text(
    f"查询码不得出现在网址中，请放在请求头 {QUERY_CODE} 里。",
    f"A query code has no place in an address: send it in the header {QUERY_CODE}.",
)


class CodeInAddress(HTTPException):
    """A query code where proxies and logs would read it. It should be taken for known now."""

    def __init__(self) -> None:
        super().__init__(400, ASKED_FOR.en)

    def body(self, language: str, request_id: str) -> dict[str, Any]:
        """As every refusal looks."""
        code = "QUERY_CODE_IN_ADDRESS"
        refused("request", code)
        extensions = {"code": code, "requestId": request_id}
        return {"errors": [{"message": ASKED_FOR.spoken(language), "extensions": extensions}]}


def check_address(request: Request) -> None:
    """Raises ``CodeInAddress`` for an address with a query code in it."""
    if request.method != "GET":
        return
    given = request.query_params
    if VARIABLE in given or _WRITTEN_OUT.search(given.get("query", "")):
        raise CodeInAddress


def with_query_code(data: GraphQLRequestData, headers: Headers) -> GraphQLRequestData:
    """What a GET asks for, with the code of the header; raises ``CodeInAddress``."""
    variables = data.variables or {}
    if VARIABLE in _names(variables):
        raise CodeInAddress
    code = headers.get(QUERY_CODE)
    return data if code is None else replace(data, variables={**variables, VARIABLE: code})


def tagged(request: Request, response: Response, *, is_whole: bool) -> Response:
    """The answer to a GET with its ``ETag``, or a 304 when the client has exactly this one.

    Its tag is the hash of what would be sent: an answer may change by the clock alone, without
    its case. ``is_whole``: nothing in it failed; what failed is not kept by anybody.
    """
    if request.method != "GET" or response.status_code != 200:
        return response
    if not is_whole:
        response.headers["Cache-Control"] = "no-store"
        return response
    body = bytes(response.body)
    media_type = response.headers["Content-Type"].encode()
    tag = f'"{hashlib.sha256(media_type + b" " + body).hexdigest()[:32]}"'
    response.headers["ETag"] = tag
    response.headers["Cache-Control"] = KEPT_BY_NOBODY
    if not _knows(request.headers, tag):
        return response
    return Response(status_code=304, headers={"ETag": tag, "Cache-Control": KEPT_BY_NOBODY})


def _knows(headers: Headers, tag: str) -> bool:
    """Whether the client has it; a proxy that compresses makes a tag weak, which is as good."""
    asked = headers.get("if-none-match", "")
    return asked.strip() == "*" or tag in {
        part.strip().removeprefix("W/") for part in asked.split(",")
    }


def _names(given: Any) -> Iterator[str]:
    """The names in variables, however deep. They are no deeper than JSON may be."""
    waiting = [given]
    while waiting:
        match waiting.pop():
            case dict() as named:
                yield from named
                waiting += named.values()
            case list() as several:
                waiting += several
