"""A partner with letters of its own, a receiver on this machine, and a run of the delivery."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Any, cast

from domain.partners import Partner, Quota
from domain.runs import RunEntry, Trigger
from domain.webhooks import Event
from domain.words import Role
from services.functions.deliver_notices import deliver_notices
from services.functions.running import Frame, run_function
from services.functions.workshop import Courier, ObjectStore, Workshop
from services.office import Office
from services.partners.registering import Registration, register
from services.submission import Submitted
from services.webhooks.subscribing import Subscribed, Subscription, subscribe
from tests.infra.post.answering import Answering, Asked, Says, answering
from tests.services.functions.delivering import PAGES, Letterbox
from tests.services.functions.jobs import Clock, table, wanted
from tests.services.offices import MAYOR, MONDAY, person, sent

OPS = person(Role.OPS)
ALL = tuple(Event)
_numbers = count(1)


async def partner_of(office: Office) -> Partner:
    """A new partner that shows the mayor's mailbox."""
    number = next(_numbers)
    given = Registration(
        f"门户{number}", f"Portal {number}", [f"https://p{number}.example"], [MAYOR], Quota()
    )
    return await register(office, given, f"partner {number}", OPS, MONDAY)


async def subscribed(
    office: Office, partner: Partner, url: str, events: tuple[Event, ...] = ALL
) -> Subscribed:
    """A webhook of this partner's at ``url``."""
    wish = Subscription(partner.id, url, events, loopback=True)
    return await subscribe(office, wish, f"webhook {next(_numbers)}", OPS, MONDAY)


async def sent_through(office: Office, partner: Partner, when: datetime = MONDAY) -> Submitted:
    """A letter that came through the partner's portal."""
    return await sent(office, f"letter {next(_numbers)}", when=when, partner=partner.id)


async def told(office: Office, courier: Courier | None, at: datetime, label: str = "") -> RunEntry:
    """The entry of a run of the delivery whose time is ``at``."""
    workshop = Workshop(office, cast("ObjectStore", None), Letterbox(), PAGES, courier)
    frame = Frame(workshop, clock=Clock(at), functions=table(deliver_notices))
    want = wanted(deliver_notices, at, label=label, trigger=Trigger.COMMAND)
    return await run_function(frame, want)


@dataclass
class Receiver:
    """What a partner runs: it keeps what it took."""

    server: Answering
    status: list[int] = field(default_factory=lambda: [204])

    @property
    def url(self) -> str:
        return f"{self.server.url}/hook"

    @property
    def asked(self) -> list[Asked]:
        return self.server.asked

    @property
    def types(self) -> list[str]:
        return [json.loads(one.body)["type"] for one in self.asked]

    @property
    def ids(self) -> list[str]:
        return [one.headers["webhook-id"] for one in self.asked]


@contextmanager
def receiving(status: int = 204) -> Iterator[Receiver]:
    """A receiver on this machine."""
    with answering(lambda _: Says(receiver.status[0])) as server:
        receiver = Receiver(server, [status])
        yield receiver


async def log_of(office: Office, webhook: str) -> list[Any]:
    """The deliveries of a webhook, newest first."""
    from storage.pages import Page

    return list((await office.outside.deliveries.page(webhook, Page(first=100))).items)
