"""The local post: messages lie in the database, to be read in the place of being sent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from infra.post.taking import Message, Refusal
from storage.outbox import OutboxRepository, Posted


class OutboxPost:
    """Takes everything. A message that lies there already is not put there twice."""

    def __init__(self, outbox: OutboxRepository, clock: Callable[[], datetime]) -> None:
        self._outbox, self._clock = outbox, clock

    async def send(self, message: Message) -> Refusal | None:
        """Puts it into the outbox."""
        await self._outbox.put(
            Posted(
                id=message.id,
                medium=str(message.medium),
                about=message.about,
                to=message.to,
                subject=message.subject,
                text=message.text,
                quotes=message.quotes,
                secrets=tuple(message.secrets),
                sent_at=self._clock(),
            )
        )
        return None
