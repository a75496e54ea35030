"""What one HTTP request may take: bytes, seconds, and what it may ask about the schema."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Self

from graphql import GraphQLError
from starlette.exceptions import HTTPException
from starlette.requests import Request

from domain.actors import Actor
from settings import Settings


@dataclass(frozen=True, slots=True)
class Bounds:
    """As the settings have them; the same for every request of a process."""

    body_bytes: int
    seconds: float
    trusted_only: bool
    is_public: bool
    """In production nobody explores: no GraphiQL, and no introspection without staff's token."""

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """From the settings."""
        return cls(
            body_bytes=settings.max_body_bytes,
            seconds=settings.operation_seconds,
            trusted_only=settings.trusted_documents_only,
            is_public=settings.environment == "production",
        )

    def may_introspect(self, actor: Actor) -> bool:
        """Whether the schema is shown, and guessed names are mended, for this reader."""
        return actor.is_staff or not self.is_public

    async def read(self, request: Request) -> None:
        """Reads the body; stops at the first byte too many, announced or not: 413."""
        body = bytearray()
        async for piece in self.pieces(request):
            body += piece
        request._body = bytes(body)  # noqa: SLF001  # where `Request.body` looks first

    async def pieces(self, request: Request) -> AsyncIterator[bytes]:
        """The body as it arrives, within the same bounds."""
        announced = request.headers.get("content-length", "")
        if announced.isdecimal() and int(announced[:20]) > self.body_bytes:
            raise self._too_large()
        size = 0
        async for piece in request.stream():
            size += len(piece)
            if size > self.body_bytes:
                raise self._too_large()
            yield piece

    def out_of_time(self) -> GraphQLError:
        """What an operation that was cancelled answers."""
        return GraphQLError(
            f"This took longer than {self.seconds:g} seconds and was cancelled.",
            extensions={"code": "TIMEOUT"},
        )

    def _too_large(self) -> HTTPException:
        return HTTPException(413, f"A request has at most {self.body_bytes} bytes.")
