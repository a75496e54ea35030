"""Media types of GraphQL over HTTP (draft of the GraphQL Foundation's working group)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from starlette.exceptions import HTTPException
from starlette.requests import Request

JSON = "application/json"
RESPONSE_JSON = "application/graphql-response+json"
EVENTS = "text/event-stream"
LONGEST_KEPT = 200
_ANYTHING = {"*/*": JSON, "application/*": RESPONSE_JSON, JSON: JSON, RESPONSE_JSON: RESPONSE_JSON}


def response_type(request: Request) -> str:
    """What the client wants to read: the best of what it accepts; 406 when it takes neither.

    A client that says nothing, or takes anything, gets ``application/json``.
    """
    accept = request.headers.get("accept", "*/*")
    if prefers_stream(accept):
        return JSON  # for what is refused before a stream begins
    for media_type, _ in _ranked(accept):
        if media_type in _ANYTHING:
            return _ANYTHING[media_type]
    raise HTTPException(406, f"Answers are {RESPONSE_JSON} or {JSON}.")


def prefers_stream(accept: str) -> bool:
    """Whether server-sent events are what the client likes best."""
    return [media_type for media_type, _ in _ranked(accept)][:1] == [EVENTS]


def check_request_type(request: Request) -> None:
    """A body must be JSON in UTF-8; 415 otherwise."""
    content_type = request.headers.get("content-type", "")
    media_type, _, parameters = content_type.partition(";")
    charset = parameters.lower().replace(" ", "").removeprefix("charset=").strip('"')
    if media_type.strip().lower() != JSON or charset not in ("", "utf-8"):
        raise HTTPException(415, f"A request's body must be {JSON} in UTF-8.")


def asked_explicitly_for_json(request: Request) -> bool:
    """Whether the client named ``application/json``: such clients expect 200 with errors."""
    return JSON in {media_type for media_type, _ in _ranges(request.headers.get("accept", ""))}


def _ranked(accept: str) -> Sequence[tuple[str, float]]:
    return _kept(accept) if len(accept) <= LONGEST_KEPT else _ranking(accept)


def _ranking(accept: str) -> Sequence[tuple[str, float]]:
    return tuple(sorted(_ranges(accept), key=lambda pair: -pair[1]))


_kept = lru_cache(maxsize=256)(_ranking)
"""The same few headers come again and again, and each is read three times a request."""


def _ranges(accept: str) -> list[tuple[str, float]]:
    found = []
    for part in accept.split(","):
        media_type, *parameters = (piece.strip().lower() for piece in part.split(";"))
        quality = next((p[2:] for p in parameters if p.startswith("q=")), "1")
        try:
            weight = float(quality)
        except ValueError:
            weight = 0.0
        if media_type and weight > 0:
            found.append((media_type, weight))
    return found
