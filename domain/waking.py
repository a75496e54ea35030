"""When the clockwork must look at a case: one moment for each function that works by time.

A moment may be past, and stays so until the function has dealt with it: an action in between
must not hide what is due.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from domain.deadlines import Clock
from domain.keeping import Keeping
from domain.policies import Limit
from domain.rules import APPEAL_DAYS
from domain.surveys import Asking
from domain.traces import Traces
from domain.watching import Watch
from domain.words import Stage

OPEN_STAGES = tuple(Stage)[:7]


class Waking(Traces):
    """Mixed into ``Case``, which has the state that the functions keep."""

    __slots__ = ()

    stage: Stage
    clocks: Mapping[Limit, Clock]
    watch: Watch
    asking: Asking | None
    keeping: Keeping

    @property
    def is_open(self) -> bool:
        return self.stage in OPEN_STAGES

    def running_clocks(self) -> Mapping[Limit, Clock]:
        """The stage's clock and the promise: what a stop or more time moves."""
        limits = {Limit.REPLY, Limit.of(self.stage)}
        return {limit: clock for limit, clock in self.clocks.items() if limit in limits}

    @property
    def wake_at(self) -> datetime | None:
        """For the overdue sweep: a warning, a date that passes, a rung, or the end of a stop.

        None when the case is closed, or waits for its writer: a unit is not late with that.
        """
        if not self.is_open or self.stage is Stage.CALLBACK:
            return None
        return self.watch.next_look(self.running_clocks(), self.history[-1].at)

    @property
    def ask_at(self) -> datetime | None:
        """For the callback function: at once when a reply is out, then when it said so itself."""
        if self.stage is not Stage.CALLBACK or self.survey_answer is not None:
            return None
        current = self.current_asking
        return current.look_at if current else self.history[-1].at

    @property
    def current_asking(self) -> Asking | None:
        """The asking about the reply that is out."""
        asking = self.asking
        return asking if asking and asking.round == self.replies_released else None

    @property
    def archive_at(self) -> datetime | None:
        """For the archive function: after the time for an appeal, then when it said so itself."""
        concluded = self.concluded_at
        if self.keeping.look_at or self.stage is not Stage.CONCLUSION or concluded is None:
            return self.keeping.look_at
        return concluded + timedelta(days=APPEAL_DAYS)
