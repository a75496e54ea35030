"""Top-level errors: each with a code and a request id; crashes masked and logged once."""

from __future__ import annotations

import errno
import logging
import re
from typing import Any

from graphql import GraphQLError, GraphQLSyntaxError
from starlette.exceptions import HTTPException
from starlette.responses import Response
from strawberry.exceptions import MissingQueryError
from strawberry.schema.exceptions import (
    CannotGetOperationTypeError,
    InvalidOperationTypeError,
)
from strawberry.types import ExecutionResult

from api.telemetry import refused
from domain.refusals import InvalidInput, Refusal, Text, TooManyAttempts
from schema.errors import client_path
from storage.mongo import is_outage

logger = logging.getLogger("lizheng.api")

# Strawberry's, of a stream's request: there is no operation, or none that may be run on it.
_SLIPS = (CannotGetOperationTypeError, InvalidOperationTypeError, MissingQueryError)
# What graphql-core repeats of the variables: a letter, a name, a telephone number.
_FOUND = re.compile(r",? [Ff]ound: ")
_CANNOT, _VALUE = " cannot represent ", "value"

HTTP_CODES = {
    400: "BAD_REQUEST",
    401: "UNAUTHENTICATED",
    404: "NOT_FOUND",
    405: "METHOD_NOT_ALLOWED",
    406: "NOT_ACCEPTABLE",
    408: "TIMEOUT",
    413: "PAYLOAD_TOO_LARGE",
    415: "UNSUPPORTED_MEDIA_TYPE",
    429: "TOO_MANY_ATTEMPTS",
    503: "UNAVAILABLE",
}

NO_DATABASE = Text(
    "数据库暂时不可用，请稍后再试。", "The database is not available. Try again soon."
)

# A broken request in Chinese, by status; in English its message says more.
_IN_CHINESE = {
    400: "请求格式有误。",
    401: "令牌无效，请重新登录。",
    404: "没有此资源。",
    405: "不支持该请求方法。",
    406: "无法提供所要求的响应类型。",
    408: "请求内容未能及时送达。",
    413: "请求内容过大。",
    415: "请求内容须为 UTF-8 编码的 JSON。",
    429: "请求过于频繁，请稍后再试。",
    503: NO_DATABASE.zh,
}
NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
RETRY_AFTER = "10"
"""Seconds; so long a database takes to be back that was started again."""
CRASH = Text("服务器出现问题。", "Something went wrong on our side.")

_SUGGESTION = " Did you mean "


def formatted(error: GraphQLError, language: str, request_id: str) -> dict[str, Any]:
    """The error as the client gets it. What nobody foresaw is logged here, and masked."""
    shown: dict[str, Any] = dict(error.formatted)
    cause = error.original_error
    if isinstance(cause, Refusal):
        code = "BAD_USER_INPUT" if isinstance(cause, InvalidInput) else cause.code.value
        shown["message"] = cause.text.spoken(language)
        shown["extensions"] = {"code": code, "field": client_path(cause.field)}
    elif "code" in (error.extensions or {}):
        shown["extensions"] = dict(error.extensions or {})
    elif error.path is None and not _is_crash(error):
        shown["message"] = _without_values(error.message)
        shown["extensions"] = {"code": _request_code(error)}
    elif cause is not None and is_unavailable(cause):
        _log_outage(cause, request_id)
        shown["message"] = NO_DATABASE.spoken(language)
        shown["extensions"] = {"code": "UNAVAILABLE"}
    else:
        logger.error("crash in request %s", request_id, exc_info=cause or error)
        shown["message"] = CRASH.spoken(language)
        shown["extensions"] = {"code": "INTERNAL_SERVER_ERROR"}
    shown["extensions"]["requestId"] = request_id
    refused("request", shown["extensions"]["code"])
    return shown


def without_suggestions(errors: list[dict[str, Any]]) -> None:
    """Takes out the names that graphql proposes: they would spell out the schema."""
    for error in errors:
        before, _, after = error["message"].partition(_SUGGESTION)
        if "?" in after:
            error["message"] = before + after[after.rindex("?") + 1 :]


def _without_values(message: str) -> str:
    """The message up to the first value that it repeats."""
    found = _FOUND.search(message)
    end = found.start() if found else len(message)
    at = message.find(_CANNOT)
    while 0 <= at < end:
        colon = message.find(":", at + len(_CANNOT))
        if colon < 0:
            break
        if message.endswith(_VALUE, at + len(_CANNOT), colon) and message[colon + 1 :][:1] == " ":
            return message[:colon]
        at = message.find(_CANNOT, colon)
    return message[:end]


def is_unavailable(failure: BaseException) -> bool:
    """Whether the database is out of reach, or there is no room to write: nobody's fault here."""
    return is_outage(failure) or (isinstance(failure, OSError) and failure.errno in NO_ROOM)


def unavailable(failure: Exception, request_id: str) -> HTTPException:
    """503 with ``Retry-After``, and a line in the log; raises a failure that is no outage."""
    if not is_unavailable(failure):
        raise failure
    _log_outage(failure, request_id)
    return HTTPException(503, NO_DATABASE.en, {"Retry-After": RETRY_AFTER})


def _log_outage(failure: BaseException, request_id: str) -> None:
    logger.warning("no database in request %s: %s", request_id, type(failure).__name__)


def slow_down(result: ExecutionResult, response: Response) -> None:
    """Says ``Retry-After`` when an error is worth another try: with a 429 after too much, and with
    a 503 where nothing was answered because the database is away.
    """
    causes = [error.original_error for error in result.errors or ()]
    waits = [cause.retry_after for cause in causes if isinstance(cause, TooManyAttempts)]
    if waits:
        response.status_code = 429
        response.headers["Retry-After"] = str(max(waits))
    elif any(cause is not None and is_unavailable(cause) for cause in causes):
        response.headers["Retry-After"] = RETRY_AFTER
        if not any((result.data or {}).values()):
            response.status_code = 503


def broken_request(status: int, message: str, language: str, request_id: str) -> dict[str, Any]:
    """The body of an answer to a request that never became an operation."""
    code = HTTP_CODES.get(status, "BAD_REQUEST")
    if language == "zh":
        message = _IN_CHINESE.get(status, message)
    refused("request", code)
    return {"errors": [{"message": message, "extensions": {"code": code, "requestId": request_id}}]}


def _is_crash(error: GraphQLError) -> bool:
    """Of an error before execution: graphql's own point at the document, a crash at nothing."""
    cause = error.original_error
    return cause is not None and error.locations is None and not isinstance(cause, _SLIPS)


def _request_code(error: GraphQLError) -> str:
    if isinstance(error, GraphQLSyntaxError):
        return "GRAPHQL_PARSE_FAILED"
    if error.message.startswith("Variable '$"):
        return "BAD_USER_INPUT"
    return "GRAPHQL_VALIDATION_FAILED"
