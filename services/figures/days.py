"""As of when a reader is told of what still moves."""

from __future__ import annotations

from datetime import datetime

from domain.actors import Actor
from services.office import Office


async def moment_for(office: Office, reader: Actor, now: datetime) -> datetime:
    """Now for those who work on cases; for the public the moment of the day's first look."""
    return now if reader.works_on_cases else await office.public_days.moment(now)
