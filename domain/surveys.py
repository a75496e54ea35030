"""How the writer is asked about the reply that is out: what the callback function keeps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Asking:
    """The asking about one reply.

    ``round`` counts the replies that went out, from 1: an asking about an earlier one says
    nothing of this. ``asked`` are the times of the question and of its reminders; ``look_at`` is
    when the function looks again (None: nothing more to do); ``phone_task_at`` is when a clerk
    was given the task to telephone.
    """

    round: int
    asked: tuple[datetime, ...] = ()
    look_at: datetime | None = None
    phone_task_at: datetime | None = None
