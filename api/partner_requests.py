"""What a request with a partner's key asks for: one of the widget's three operations, or nothing.

Only what is exactly one of them, by hash or by text, is told from nothing at all; its variables
say which mailbox it is about.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from json import JSONDecodeError
from typing import Any

from graphql import GraphQLError, parse, print_ast, separate_operations
from starlette.requests import Request

from api.documents import CLIENTS, digest
from api.preparing import read
from api.strict_json import decode
from domain.ids import mailbox_code

WIDGET = CLIENTS / "widget.graphql"
SHOW, WRITE, LOOK_UP = "WidgetMailbox", "WidgetSubmit", "WidgetStatus"
LONGEST = 8 * 1024
"""Signs; the widget's documents have a few hundred."""


@dataclass(frozen=True, slots=True)
class Asked:
    """An operation of the widget. ``mailbox`` is the code that it names, None for none."""

    operation: str
    mailbox: str | None = None

    @property
    def names_a_mailbox(self) -> bool:
        """Whether it has to name one."""
        return self.operation in (SHOW, WRITE)


@cache
def widget_documents() -> Mapping[str, str]:
    """The widget's operations: name by the hash of the text as graphql prints it."""
    document = parse(WIDGET.read_text(encoding="utf-8"))
    return {digest(print_ast(one)): name for name, one in separate_operations(document).items()}


async def asked_of(request: Request) -> Asked | None:
    """What is asked for; None for anything but the widget's operations.

    By GET only a hash: neither a document nor a query code has a place in an address.
    """
    given = _given(request, await request.body())
    operation = _operation(given) if given is not None else None
    if given is None or operation is None:
        return None
    variables = given.get("variables") or {}
    if not isinstance(variables, dict):
        return None
    if request.method == "GET" and (operation == WRITE or "queryCode" in variables):
        return None
    if operation == WRITE:
        variables = variables.get("input")
    return Asked(operation, _mailbox(variables))


def _given(request: Request, body: bytes) -> dict[str, Any] | None:
    """The request's parts, as they will be read when it is carried out."""
    try:
        if request.method == "GET":
            params: dict[str, Any] = dict(request.query_params)
            for name in params.keys() & {"variables", "extensions"}:
                params[name] = decode(params[name])
            return None if "query" in params else params
        decoded = decode(body)
    except JSONDecodeError:
        return None
    return decoded if isinstance(decoded, dict) else None


def _operation(given: Mapping[str, Any]) -> str | None:
    """The one operation that text and hash mean, where both are given."""
    meant: set[str | None] = set()
    if given.get("query") is not None:
        text = given["query"]
        meant.add(_operation_in(text) if isinstance(text, str) else None)
    if given.get("extensions") is not None:
        meant.add(_operation_hashed(given["extensions"]))
    return meant.pop() if len(meant) == 1 else None


def _operation_hashed(extensions: object) -> str | None:
    match extensions:
        case {"persistedQuery": {"version": 1, "sha256Hash": str(sha256)}}:
            return widget_documents().get(sha256.lower())
    return None


@lru_cache(maxsize=64)
def _operation_in(text: str) -> str | None:
    """The operation that a text is, however it is laid out."""
    if len(text) > LONGEST:
        return None
    try:
        return widget_documents().get(digest(print_ast(read(text))))
    except GraphQLError:
        return None


def _mailbox(variables: object) -> str | None:
    match variables:
        case {"mailboxId": str(mailbox_id)}:
            return mailbox_code(mailbox_id)
    return None
