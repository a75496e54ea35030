"""Letters that may be about the same matter: same words, same place, still open."""

from __future__ import annotations

from datetime import datetime, timedelta

from domain.actors import Actor
from domain.case import Case
from domain.summary import Summary
from domain.waking import OPEN_STAGES
from domain.wording import likeness, terms
from services.office import Office

LOOK_BACK = timedelta(days=365)
LEAST = 0.12
SAME_MAILBOX = 0.1
MOST = 100


async def similar_cases(office: Office, case: Case, actor: Actor) -> tuple[Summary, ...]:
    """Open cases of the year before that ``actor`` may see, most alike first, at most 100.

    Likeness is the share of the title's and place's terms, rare ones weighing more; a letter
    to the same mailbox gains a little. At least ``LEAST`` of 1 is asked.
    """
    asked = terms(case.letter.title, case.letter.place.address or "")
    now: datetime = case.letter.submitted_at
    found = dict(await office.cases.terms.sharing(asked, now - LOOK_BACK))
    found.pop(case.id, None)
    scores = dict(likeness(asked, found)[:MOST])
    near = await office.cases.by_ids(scores, actor)
    open_ones = [one for one in near.values() if one.stage in OPEN_STAGES]
    for one in open_ones:
        scores[one.id] += SAME_MAILBOX * (one.mailbox == case.letter.mailbox)
    open_ones.sort(key=lambda one: (-scores[one.id], one.id))
    return tuple(one for one in open_ones if scores[one.id] >= LEAST)
