"""Where attachments lie, and by which form a client sends one there."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from domain.attachments import Attachment
from domain.refusals import ActionNotAllowed
from services.conversations.in_turn import InTurn


class AttachmentStore(Protocol):
    """Objects that are written once; those below ``uploads/`` by clients themselves."""

    async def put_new(self, key: str, body: bytes, sha256: str) -> bool:
        """Writes an object; False, and nothing written, when there is one under this key."""
        ...

    async def get(self, key: str) -> bytes | None:
        """The object, whole; None when there is none."""
        ...

    async def form(self, file: Attachment, until: datetime) -> tuple[str, Mapping[str, str]] | None:
        """Address and fields of a form that takes this file; None: our own address takes it."""
        ...

    async def address(self, key: str, content_type: str, disposition: str) -> str | None:
        """Where an object can be had for a minute; None: our own address hands it out."""
        ...


@dataclass(frozen=True, slots=True)
class Made:
    """What readers get of a file; a document has no thumbnail."""

    shown: bytes
    thumbnail: bytes | None


async def _nothing(data: bytes, content_type: str) -> Made:
    raise _closed()


@dataclass(frozen=True, slots=True)
class AttachmentDesk:
    """``public_url`` has no slash at its end. Without a store no files are taken."""

    store: AttachmentStore | None = None
    public_url: str = ""
    make: Callable[[bytes, str], Awaitable[Made]] = _nothing
    """Looks at a file of this media type, and makes what is shown: ``Decoder.make``."""
    bytes_a_day: int = 20 * 1024**3
    """That all together may announce in a day of the city's."""
    turns: InTurn = field(default_factory=InTurn)
    """Of those who send files: one file of each is decoded at a time, so that none keeps all the
    decoders busy."""

    def open_store(self) -> AttachmentStore:
        """The store; raises ``ActionNotAllowed`` where there is none."""
        if self.store is None:
            raise _closed()
        return self.store


def _closed() -> ActionNotAllowed:
    return ActionNotAllowed("本系统不接收附件。", "No attachments are taken here.")
