"""A clock that is ahead is believed by nobody: what is done in its name cannot be undone."""

from __future__ import annotations

from datetime import datetime, timedelta

from services.office import Office

MOST_AHEAD = timedelta(minutes=5)
"""So far a machine's clock may be ahead of the database's."""


class ClockAhead(RuntimeError):
    """This process's clock is ahead of the database's; the message says by how much."""


async def check_clock(office: Office, now: datetime) -> None:
    """Raises ``ClockAhead`` where ``now`` is later than the database can believe."""
    there = await office.functions.server_time()
    if now - there > MOST_AHEAD:
        raise ClockAhead(
            f"this machine's clock says {now:%Y-%m-%d %H:%M} and the database's"
            f" {there:%Y-%m-%d %H:%M} UTC: no function runs by a clock that is ahead"
        )
