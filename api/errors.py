"""Top-level errors: each with a code and a request id; crashes masked and logged once."""

from __future__ import annotations

import logging
from typing import Any

from graphql import GraphQLError, GraphQLSyntaxError

from domain.refusals import InvalidInput, Refusal
from schema.errors import client_path
from storage.mongo import OUTAGES

logger = logging.getLogger("lizheng.api")

HTTP_CODES = {
    400: "BAD_REQUEST",
    401: "UNAUTHENTICATED",
    404: "NOT_FOUND",
    405: "METHOD_NOT_ALLOWED",
    406: "NOT_ACCEPTABLE",
    413: "PAYLOAD_TOO_LARGE",
    415: "UNSUPPORTED_MEDIA_TYPE",
    503: "UNAVAILABLE",
}


def formatted(error: GraphQLError, language: str, request_id: str) -> dict[str, Any]:
    """The error as the client gets it. What nobody foresaw is logged here, and masked."""
    shown: dict[str, Any] = dict(error.formatted)
    cause = error.original_error
    if isinstance(cause, Refusal):
        code = "BAD_USER_INPUT" if isinstance(cause, InvalidInput) else cause.code.value
        shown["message"] = cause.text.spoken(language)
        shown["extensions"] = {"code": code, "field": client_path(cause.field)}
    elif error.path is None:
        shown["extensions"] = {"code": _request_code(error)}
    elif isinstance(cause, OUTAGES):
        logger.warning("no database in request %s: %s", request_id, type(cause).__name__)
        shown["message"] = "The database does not answer. Try again soon."
        shown["extensions"] = {"code": "UNAVAILABLE"}
    else:
        logger.error("crash in request %s", request_id, exc_info=cause or error)
        shown["message"] = "Something went wrong on our side."
        shown["extensions"] = {"code": "INTERNAL_SERVER_ERROR"}
    shown["extensions"]["requestId"] = request_id
    return shown


def broken_request(status: int, message: str, request_id: str) -> dict[str, Any]:
    """The body of an answer to a request that never became an operation."""
    code = HTTP_CODES.get(status, "BAD_REQUEST")
    return {"errors": [{"message": message, "extensions": {"code": code, "requestId": request_id}}]}


def _request_code(error: GraphQLError) -> str:
    if isinstance(error, GraphQLSyntaxError):
        return "GRAPHQL_PARSE_FAILED"
    if error.message.startswith("Variable '$"):
        return "BAD_USER_INPUT"
    return "GRAPHQL_VALIDATION_FAILED"
