"""From a notice in a case to deliveries: one for each event and each webhook that wants it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from domain.case import Case
from domain.notices import Notice, entry_place
from domain.traces import RELEASES
from domain.webhooks import Delivery, Happened, Webhook, events_of, reply_to_joined
from services.access import Access
from services.functions.runs import Run
from services.office import Office


@dataclass(frozen=True, slots=True)
class Source:
    """An event, and the ``name`` of what it follows from: the same name is told once."""

    name: str
    happened: Happened


async def queue_events(
    office: Office, run: Run, notice: Notice, case: Case, main: Case | None
) -> int:
    """Queues what a partner is told by this notice; how many deliveries these are.

    ``main`` is the case whose reply this one gets. The deliveries' ids follow from what happened
    and the webhook: whoever is interrupted here begins anew and queues none of them twice.
    """
    webhooks = await office.outside.webhooks.of_partner(case.partner or "")
    deliveries = [
        delivery_of(office.access, source, webhook, run.now)
        for source in _sources(notice, case, main)
        for webhook in webhooks
        if webhook.wants(source.happened.event)
    ]
    if deliveries:
        await run.write(partial(office.outside.deliveries.add, deliveries))
    return len(deliveries)


def _sources(notice: Notice, case: Case, main: Case | None) -> Iterator[Source]:
    """What this notice is of: an entry of the case itself.

    Version 0.1 queued the main case's reply as a notice of no entry of its own.
    """
    place = entry_place(notice, case)
    if place is not None:
        for happened in events_of(case, place):
            yield Source(notice.id, happened)
        return
    reply = reply_to_joined(case, main)
    if reply is not None and main is not None:
        yield Source(f"{case.id}-{main.id}-{main.last(*RELEASES)}", reply)


def delivery_of(access: Access, source: Source, webhook: Webhook, now: datetime) -> Delivery:
    """An event on its way to a webhook, due at once."""
    happened = source.happened
    digest = access.digest("delivery", source.name, webhook.id, happened.event)
    return Delivery(
        id=f"msg_{digest[:16].hex()}",
        webhook=webhook.id,
        partner=webhook.partner,
        event=happened.event,
        number=happened.number,
        body=json.dumps(happened.told(), ensure_ascii=False, separators=(",", ":")),
        created_at=now,
        due_at=now,
    )
