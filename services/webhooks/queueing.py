"""From a notice in a case to deliveries: one for each event and each webhook that wants it."""

from __future__ import annotations

import json
from datetime import datetime
from functools import partial

from domain.case import Case
from domain.notices import Notice, entry_place
from domain.webhooks import Delivery, Happened, Webhook, events_of
from services.access import Access
from services.functions.runs import Run
from services.office import Office


async def queue_events(office: Office, run: Run, case: Case, notice: Notice) -> int:
    """Queues what a partner is told of this notice's entry; how many deliveries these are.

    Their ids follow from the notice and the webhook: whoever is interrupted here begins anew and
    queues none of them twice.
    """
    webhooks = await office.outside.webhooks.of_partner(case.partner or "")
    deliveries = [
        delivery_of(office.access, notice, webhook, happened, run.now)
        for happened in events_of(case, entry_place(notice))
        for webhook in webhooks
        if webhook.wants(happened.event)
    ]
    if deliveries:
        await run.write(partial(office.outside.deliveries.add, deliveries))
    return len(deliveries)


def delivery_of(
    access: Access, notice: Notice, webhook: Webhook, happened: Happened, now: datetime
) -> Delivery:
    """An event on its way to a webhook, due at once."""
    digest = access.digest("delivery", notice.id, webhook.id, happened.event)
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
