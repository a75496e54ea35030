"""What the overdue sweep has seen of a case's clocks, and when it must look again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from domain.deadlines import Clock, ever_overdue, holding_pause
from domain.policies import Limit

MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Watch:
    """Marks that the sweep has made, each with the date it was made for.

    A mark counts only for that very date: a clock that moves is watched anew. ``warned`` holds
    the ``warn_at`` that was told, ``overdue`` the ``due_at`` that passed; ``next_rung_at`` is
    when the next rung of the ladder is due, counted from the clock that is overdue. It stays
    with a clock that is away: when the case comes back to it, the rung is due as before.
    """

    warned: Mapping[Limit, datetime] = field(default_factory=dict)
    overdue: Mapping[Limit, datetime] = field(default_factory=dict)
    next_rung_at: Mapping[Limit, datetime] = field(default_factory=dict)

    def has_warned(self, limit: Limit, clock: Clock) -> bool:
        return self.warned.get(limit) == clock.warn_at

    def has_marked(self, limit: Limit, clock: Clock) -> bool:
        return self.overdue.get(limit) == clock.due_at

    def next_look(self, clocks: Mapping[Limit, Clock], since: datetime) -> datetime | None:
        """When the sweep must look: past or not, the earliest thing it has not dealt with.

        ``clocks`` are those that run; ``since`` is when the case last changed.
        """
        unmet = {limit: clock for limit, clock in clocks.items() if clock.met_at is None}
        moments = (at for limit in unmet for at in self._moments(limit, unmet[limit], since))
        return min(moments, default=None)

    def _moments(self, limit: Limit, clock: Clock, since: datetime) -> Iterator[datetime]:
        pause = holding_pause(clock, since)
        if pause and pause.until:
            yield pause.until  # also of a clock that was overdue before it was stopped
        if self.has_marked(limit, clock):
            if limit in self.next_rung_at:
                yield self.next_rung_at[limit]
        elif not pause or ever_overdue(clock, since):
            yield turns_overdue_at(clock) if self.has_warned(limit, clock) else clock.warn_at


def turns_overdue_at(clock: Clock) -> datetime:
    """The first moment at which the clock is overdue, unless it is stopped before."""
    return clock.due_at + MILLISECOND
