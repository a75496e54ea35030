"""A post that remembers what it was given, and a run of the delivery at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import cycle
from typing import Any, cast

from domain.case import Case
from domain.media import Medium
from domain.notices import Audience, Notice, Occasion, told_daily
from domain.runs import RunEntry, RunState, Trigger
from services.functions.deliver_notices import deliver_notices
from services.functions.messages import Message
from services.functions.posting import Refused
from services.functions.running import Frame, run_function
from services.functions.workshop import ObjectStore, Workshop
from services.office import Office
from storage import mongo
from tests.services.functions.jobs import Clock, table, wanted
from tests.services.offices import documents

PAGES = "https://letters.example"
BUSY = Refused("busy")
UNKNOWN = Refused("no such number", permanent=True)
_seconds = cycle(range(1, 3_000))


def takes_all(_: Message) -> Refused | None:
    return None


@dataclass
class Letterbox:
    """Takes what ``answer`` does not refuse."""

    answer: Callable[[Message], Refused | None] = takes_all
    taken: list[Message] = field(default_factory=list)
    tried: int = 0

    async def send(self, message: Message) -> Refused | None:
        self.tried += 1
        refused = self.answer(message)
        if refused is None:
            self.taken.append(message)
        return refused

    def by_id(self) -> dict[str, Message]:
        return {message.id: message for message in self.taken}

    def to(self, medium: Medium) -> list[str]:
        return [message.to for message in self.taken if message.medium is medium]


def refuses(medium: Medium, refusal: Refused = BUSY) -> Callable[[Message], Refused | None]:
    return lambda message: refusal if message.medium is medium else None


async def delivered(
    office: Office,
    post: Letterbox,
    at: datetime,
    *,
    label: str = "",
    trigger: Trigger = Trigger.COMMAND,
    **changed: Any,
) -> RunEntry:
    """The entry of a run of the delivery whose time is ``at``."""
    workshop = Workshop(office, cast("ObjectStore", None), post, PAGES)
    usual: dict[str, Any] = {"clock": Clock(at), "functions": table(deliver_notices)}
    frame = Frame(workshop, **{**usual, **changed})
    return await run_function(frame, wanted(deliver_notices, at, label=label, trigger=trigger))


async def settle(office: Office, at: datetime) -> None:
    """What waits at ``at`` goes out; every time it is a run of its own."""
    entry = await delivered(office, Letterbox(), at + timedelta(seconds=next(_seconds)))
    assert entry.state is RunState.SUCCEEDED


async def queued(office: Office, database: mongo.Database, *notices: Notice) -> None:
    """Notices as a function queues them, in the case that their id begins with."""
    queue = [(one.id.partition("-")[0], one) for one in notices]
    await mongo.in_transaction(
        database.client, lambda session: office.notices.queue(queue, session)
    )


def survey(case: Case, at: datetime, name: str = "1") -> Notice:
    """The question about the reply that is out."""
    return Notice(f"{case.id}-survey-{name}", Audience.WRITER, Occasion.SURVEY, at)


def warning(case: Case, at: datetime, audience: Audience = Audience.UNIT) -> Notice:
    """A line of a digest."""
    notice = told_daily(case, Occasion.WARNING, "HANDLING", audience, at)
    assert notice is not None
    return notice


async def states(database: mongo.Database, *fields: str) -> dict[str, Any]:
    """What lies in the cases of each notice: its state, or these fields."""
    found: dict[str, Any] = {}
    for document in await documents(database):
        for one in document["notices"]:
            values = [one.get(name) for name in fields or ("state",)]
            found[one["id"]] = values[0] if len(values) == 1 else tuple(values)
    return found


async def waits_until(database: mongo.Database) -> set[Any]:
    """The times at which the cases are to be looked at for their notices."""
    return {document.get("notify_at") for document in await documents(database)}
