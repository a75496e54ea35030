"""When the clockwork must look at a case: one moment for each function that works by time.

A moment may be past, and stays so until the function has dealt with it: an action in between
must not hide what is due.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from domain.calendar import ONE_DAY, city_date, day_begins
from domain.deadlines import Clock, ever_overdue
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
        return running(self.stage, self.clocks)

    @property
    def wake_at(self) -> datetime | None:
        """For the overdue sweep: a warning, a date that passes, a rung, or the end of a stop.

        None when the case is closed, or waits for its writer: a unit is not late with that.
        """
        if not self.is_somebodys_turn:
            return None
        return self.watch.next_look(self.running_clocks(), self.history[-1].at)

    @property
    def awaits_decision(self) -> bool:
        """A reviewer is to decide on a dissatisfied answer, before the callback's time is over."""
        return self.stage is Stage.CALLBACK and self.survey_answer is not None

    @property
    def is_somebodys_turn(self) -> bool:
        """Whether the city can be late with it now."""
        return is_watched(self.stage) or self.awaits_decision

    @property
    def ask_at(self) -> datetime | None:
        """For the callback function: at once when a reply is out, then when it said so itself."""
        if not self.awaits_survey:
            return None
        current = self.current_asking
        return current.look_at if current else self.main_answered_at or self.history[-1].at

    @property
    def survey_started_at(self) -> datetime:
        """When the reply that is to be judged reached its writer."""
        return self.main_answered_at or self.clocks[Limit.CALLBACK].started_at

    @property
    def awaits_survey(self) -> bool:
        """Its writer has a reply to judge, the main case's where it was joined, and has not."""
        is_out = self.stage is Stage.CALLBACK or (
            self.stage is Stage.CONCLUSION and self.main_answered_at is not None
        )
        return is_out and self.survey_answer is None

    @property
    def call_at(self) -> datetime | None:
        """Since when a clerk is to telephone the writer; None when nobody is."""
        if self.stage is not Stage.CALLBACK or self.survey_answer is not None:
            return None
        current = self.current_asking
        return current.phone_task_at if current else None

    @property
    def current_asking(self) -> Asking | None:
        """The asking about the reply that is out."""
        asking = self.asking
        return asking if asking and asking.round == self.replies_released else None

    @property
    def archive_at(self) -> datetime | None:
        """For the archive function: when the time for an appeal may be over; then when it said so.

        The function asks ``rules.kept_from_archive``, which knows the calendar.

        At once for a case that somebody else moved to ARCHIVE: it lies in no batch yet.
        """
        keeping, concluded = self.keeping, self.concluded_at
        if keeping.look_at is not None:
            return keeping.look_at
        if self.stage is Stage.ARCHIVE and keeping.batch is None:
            return self.history[-1].at
        if self.stage is not Stage.CONCLUSION or concluded is None:
            return None
        return day_begins(city_date(concluded) + (APPEAL_DAYS + 1) * ONE_DAY)


def is_watched(stage: Stage) -> bool:
    """Whether a unit can be late here: open, and not waiting for the writer."""
    return stage in OPEN_STAGES and stage is not Stage.CALLBACK


def running(stage: Stage, clocks: Mapping[Limit, Clock]) -> Mapping[Limit, Clock]:
    """The clock of this stage and the promise."""
    limits = {Limit.REPLY, Limit.of(stage)}
    return {limit: clock for limit, clock in clocks.items() if limit in limits}


def overdue_since(stage: Stage, clocks: Mapping[Limit, Clock], now: datetime) -> datetime | None:
    """The due date of the running clock that has been overdue longest; None when none is.

    It is the true moment, whenever the sweep came by.
    """
    if not is_watched(stage):
        return None
    unmet = (clock for clock in running(stage, clocks).values() if clock.met_at is None)
    return min((clock.due_at for clock in unmet if ever_overdue(clock, now)), default=None)
