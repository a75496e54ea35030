"""What a job works with: the office, the archive store, and the post. Ports, no adapters."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from services.office import Office

if TYPE_CHECKING:
    from services.functions.messages import Message, Refusal


class ObjectStore(Protocol):
    """Where archives lie: objects that are written once. Its adapters are in ``infra/``."""

    async def put_new(self, key: str, body: bytes, sha256: str) -> bool:
        """Writes an object; False, and nothing written, when there is one under this key.

        ``sha256`` is the body's, in hex; the store refuses what arrives otherwise.
        """
        ...

    async def get(self, key: str) -> bytes | None:
        """The object, whole; None when there is none."""
        ...

    def keys(self, prefix: str) -> AsyncIterator[str]:
        """The keys that begin so, in order."""
        ...


class FileStore(Protocol):
    """Where attachments lie, for whoever takes objects away."""

    async def remove(self, key: str) -> None:
        """The object goes; nothing when there is none under this key."""
        ...


class Post(Protocol):
    """Whoever carries messages to people."""

    async def send(self, message: Message) -> Refusal | None:
        """Hands a message over; why it was not taken, and whether it ever will, or None."""
        ...


class Courier(Protocol):
    """Whoever takes webhooks to addresses that partners named. Its adapter is in ``infra/``."""

    async def post(
        self, url: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[int | None, str | None]:
        """The receiver's status, or None and what kept it from answering; raises nothing."""
        ...


@dataclass(frozen=True, slots=True)
class Workshop:
    """Everything a job needs from outside."""

    office: Office
    store: ObjectStore
    post: Post
    pages: str = "http://127.0.0.1:8000"
    """The address under which writers find the API's pages, without a slash at its end."""
    courier: Courier | None = None
    """Without one webhooks wait."""
    files: FileStore | None = None
    """Without one the files of erased accounts wait."""
