"""Many letters at once, for figures: to a mailbox, replied to or not."""

from __future__ import annotations

import itertools
from datetime import datetime

from domain.actors import ANONYMOUS
from domain.case import Case
from services.office import Office
from tests.services.offices import sent, walked

_keys = itertools.count(1)


async def letters(
    office: Office, mailbox: str, count: int, when: datetime, *, replied: int = 0
) -> list[Case]:
    """So many to one mailbox; the first of them are ``replied`` to, a minute later."""
    cases = [
        (await sent(office, f"letter {next(_keys)}", ANONYMOUS, when, mailbox=mailbox)).case
        for _ in range(count)
    ]
    # A rejection says why, and where to turn instead: it is a reply.
    return [await walked(office, one, "REJECT") for one in cases[:replied]] + cases[replied:]
