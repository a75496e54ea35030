"""How a run that stopped before its end goes on: a message to the function's own queue."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.runs import RunEntry
from services.functions.running import event_of
from settings import Settings

if TYPE_CHECKING:
    from infra.queues import Queue

LOOK_AGAIN_SECONDS = 120
"""Another container works on this run, or died at it: by then its lease has ended."""


class NoContinuation(RuntimeError):
    """A run stopped before its end, and there is no queue: the caller has to try again."""


@dataclass(frozen=True, slots=True)
class Continuation:
    """Sends on what is left of a run."""

    queue: Queue | None

    async def go_on(self, entry: RunEntry) -> None:
        """Nothing for a run that is over; raises ``NoContinuation`` where there is no queue."""
        is_at_work = not entry.state.is_over
        if not (is_at_work or entry.is_to_be_continued):
            return
        if self.queue is None:
            raise NoContinuation(
                f"{entry.id} is {entry.state}, and CONTINUATION_QUEUE_URL is not set"
            )
        delay = LOOK_AGAIN_SECONDS if is_at_work else 0
        await asyncio.to_thread(self.queue.send, json.dumps(event_of(entry)), delay)


def continuation(settings: Settings) -> Continuation:
    """To the queue that the settings name."""
    if settings.functions.continuation_queue_url is None:
        return Continuation(None)
    from infra.queues import Queue

    return Continuation(Queue(settings.functions.continuation_queue_url))
