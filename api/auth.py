"""Who sends a request, and in which language they read: taken from its headers."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException

from api.tokens import TokenReader, TokenRefused
from domain.actors import ANONYMOUS, Actor

LANGUAGES = ("zh", "en")
DEFAULT_LANGUAGE = "zh"


async def actor_of(headers: Headers, tokens: TokenReader) -> Actor:
    """The bearer of the token; an anonymous citizen without one.

    Raises ``HTTPException`` 401 for a token that is refused: nobody falls back to less.
    """
    authorization = headers.get("authorization")
    if authorization is None:
        return ANONYMOUS
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer":
        raise _unauthenticated()
    try:
        return await tokens.believed(token.strip())
    except TokenRefused:
        raise _unauthenticated() from None


def language_of(headers: Headers) -> str:
    """The reader's language by ``Accept-Language`` (RFC 9110, 12.5.4): ``"zh"`` or ``"en"``."""
    best, weight = DEFAULT_LANGUAGE, 0.0
    for part in headers.get("accept-language", "").split(","):
        tag, _, parameter = part.strip().partition(";")
        language = tag.split("-")[0].lower()
        if language in LANGUAGES and _quality(parameter) > weight:
            best, weight = language, _quality(parameter)
    return best


def _quality(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    if not name:
        return 1.0
    try:
        return float(value) if name.strip() == "q" else 0.0
    except ValueError:
        return 0.0


def _unauthenticated() -> HTTPException:
    """The same whatever is wrong: the reason is nothing for whoever tries."""
    return HTTPException(401, "This token is not valid.", headers={"WWW-Authenticate": "Bearer"})
