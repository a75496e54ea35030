"""Those who sent letters that were joined to a case are told what its own writer was told.

So are the partners through whom such letters came: that there is a reply, by their webhooks.
"""

from __future__ import annotations

from datetime import datetime
from functools import partial

from domain.notices import Audience, Notice
from services.functions.runs import Run
from services.office import Office

PAGE = 200


async def tell_joined(office: Office, run: Run, case_id: str, notice: Notice) -> int | None:
    """Queues a notice in each case that was joined to this one: how many; None: out of time.

    Each is delivered, tried again and given up on its own. Its id follows from ``notice`` and the
    case, so that a run which is interrupted here begins anew and queues none of them twice.
    """
    queued, after = 0, None
    while ids := await office.notices.joined_to(case_id, after, PAGE):
        if not run.has_time():
            return None
        told = {
            Audience.WRITER: set(ids),
            Audience.JOINED: await office.notices.with_joined(ids),
            Audience.PARTNER: await office.notices.through_partners(ids),
        }
        notices = [
            (one, _to(audience, one, notice, run.now))
            for audience, cases in told.items()
            for one in ids
            if one in cases
        ]
        await run.write(partial(office.notices.queue, notices))
        queued, after = queued + len(ids), ids[-1]
    return queued


def _to(audience: Audience, case_id: str, notice: Notice, now: datetime) -> Notice:
    ending = "" if audience is Audience.WRITER else f"-{audience.value.lower()}"
    return Notice(f"{notice.id}-{case_id}{ending}", audience, notice.about, now)
