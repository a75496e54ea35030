"""Letters of several months, with categories and places, as topics and the map count them."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from typing import Any

from services.office import Office
from tests.services.offices import DISTRICT, at, sent, walked

_keys = count(1)


async def write(
    office: Office,
    month: str,
    times: int,
    category: str | None = None,
    *,
    confidential: bool = False,
    unit: str = DISTRICT,
    **changed: Any,
) -> None:
    """So many letters of a month (``YYYY-MM``), an hour apart from its second day on.

    With a ``category`` (its id) they are reviewed, and ``unit`` has them.
    """
    begins = at(f"{month}-02 09:00")
    for step in range(times):
        when = begins + timedelta(hours=step)
        case = (await sent(office, f"written {next(_keys)}", when=when, **changed)).case
        if category is not None:
            given: dict[str, Any] = {
                "category": category,
                "confidential": confidential,
                "unit": unit,
            }
            await walked(office, case, "ACCEPT REVIEW", **given)
