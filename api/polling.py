"""Asking again whether anything has changed, for little: GET, a hash, and an ``ETag``.

A query code has no place in an address, which others write down: by GET it comes in a header.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from graphql import (
    ArgumentNode,
    DocumentNode,
    GraphQLError,
    Node,
    NullValueNode,
    ObjectFieldNode,
    StringValueNode,
    VariableDefinitionNode,
    VariableNode,
)
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from strawberry.http import GraphQLRequestData
from strawberry.types.graphql import OperationType

from api.telemetry import refused
from domain.numbers import looks_like_query_code
from domain.refusals import Text

QUERY_CODE = "Lizheng-Query-Code"
"""The header that stands for the variable ``$queryCode`` of a GET."""
VARIABLE = "queryCode"
KEPT_BY_NOBODY = "private, no-cache"
"""The client keeps an answer, and asks each time whether it still holds."""
CODE_IN_ADDRESS = "QUERY_CODE_IN_ADDRESS"
ASKED_FOR = Text(
    f"查询码不得出现在网址中，请放在请求头 {QUERY_CODE} 里。",
    f"A query code has no place in an address: send it in the header {QUERY_CODE}.",
)


class CodeInAddress(HTTPException):
    """A query code where proxies and logs would read it. It should be taken for known now."""

    def __init__(self) -> None:
        super().__init__(400, ASKED_FOR.en)

    @staticmethod
    def error() -> GraphQLError:
        """The same, where an operation is refused."""
        return GraphQLError(ASKED_FOR.en, extensions={"code": CODE_IN_ADDRESS})

    def body(self, language: str, request_id: str) -> dict[str, Any]:
        """As every refusal looks."""
        refused("request", CODE_IN_ADDRESS)
        extensions = {"code": CODE_IN_ADDRESS, "requestId": request_id}
        return {"errors": [{"message": ASKED_FOR.spoken(language), "extensions": extensions}]}


def check_address(request: Request) -> None:
    """Raises ``CodeInAddress`` for an address with a query code in it, as far as text tells.

    Whatever the method: proxies write down every address.
    """
    given = request.query_params
    if VARIABLE in given or any(_holds_code(value) for _, value in given.multi_items()):
        raise CodeInAddress


def with_query_code(data: GraphQLRequestData, headers: Headers) -> GraphQLRequestData:
    """What a GET asks for, with the code of the header; raises ``CodeInAddress``."""
    variables = data.variables or {}
    for name, value in _entries([variables, data.extensions]):
        if name == VARIABLE or (isinstance(value, str) and looks_like_query_code(value)):
            raise CodeInAddress
    code = headers.get(QUERY_CODE)
    return data if code is None else replace(data, variables={**variables, VARIABLE: code})


def code_in(document: DocumentNode) -> bool:
    """Whether a document that came by GET has a query code in it, or takes one from its address.

    Only the header fills ``$queryCode``: a value of its own, a default of it, and any other
    variable in its place come from the address.
    """
    defaults: set[str] = set()
    takes: set[str] = set()
    for node in _nodes(document):
        match node:
            case StringValueNode(value=text) if looks_like_query_code(text):
                return True
            case VariableDefinitionNode() if node.default_value is not None:
                defaults.add(node.variable.name.value)
            case ArgumentNode() | ObjectFieldNode() if node.name.value == VARIABLE:
                if not isinstance(node.value, VariableNode):
                    return not isinstance(node.value, NullValueNode)
                takes.add(node.value.name.value)
    return bool(takes - {VARIABLE} or takes & defaults)


def is_exposed(error: GraphQLError) -> bool:
    """Whether this is why an operation was refused."""
    return bool(error.extensions and error.extensions.get("code") == CODE_IN_ADDRESS)


def by_address(allowed: Iterable[OperationType]) -> bool:
    """Whether an operation came by GET: queries alone are taken then."""
    return set(allowed) == {OperationType.QUERY}


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


def _holds_code(text: str) -> bool:
    """In a text of any kind, even one that cannot be parsed: between signs that no code has."""
    if looks_like_query_code(text):
        return True
    pieces = "".join(sign if sign.isalnum() or sign == "-" else " " for sign in text).split()
    return any(looks_like_query_code(piece) for piece in pieces)


def _entries(given: Any) -> Iterator[tuple[str | None, Any]]:
    """Names and values, however deep. They are no deeper than JSON may be."""
    waiting: list[tuple[str | None, Any]] = [(None, given)]
    while waiting:
        name, value = waiting.pop()
        yield name, value
        if isinstance(value, dict):
            waiting += value.items()
        elif isinstance(value, list):
            waiting += ((None, one) for one in value)


def _nodes(document: DocumentNode) -> Iterator[Node]:
    """Every node, in no order. They are no deeper than the parser goes."""
    waiting: list[Any] = [document]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Node):
            yield node
            waiting += (getattr(node, key, None) for key in node.keys if key != "loc")
        elif isinstance(node, tuple | list):
            waiting += node
