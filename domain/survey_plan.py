"""When a writer is asked, reminded and telephoned: data, in versions. Times are the city's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from domain.calendar import CITY_TIME, ONE_DAY, WorkingCalendar, city_date
from domain.deadlines import MOST_DAYS
from domain.rows import Row
from domain.versions import Versions, build_versions
from domain.words import Word


class PlanStep(Word):
    """What a line of the plan is about."""

    QUESTION = "QUESTION", "首次询问", "The question"
    REMINDER = "REMINDER", "提醒", "A reminder"
    PHONE_TASK = "PHONE_TASK", "电话回访", "A task to telephone"
    QUIET_FROM = "QUIET_FROM", "免打扰开始", "Quiet hours begin"
    QUIET_UNTIL = "QUIET_UNTIL", "免打扰结束", "Quiet hours end"


@dataclass(frozen=True, slots=True)
class After:
    """So many working days after a day, at this time; without one, at once."""

    working_days: int
    time: time | None = None

    def moment(self, since: datetime, calendar: WorkingCalendar) -> datetime:
        """Counted from ``since``, whose own day does not count; never before it."""
        if self.time is None:
            return since
        day = calendar.working_day_after(city_date(since), self.working_days)
        return max(since, datetime.combine(day, self.time, CITY_TIME))

    def at_its_hour(self, at: datetime) -> datetime:
        """This time of the day of ``at``; never before it."""
        if self.time is None:
            return at
        return max(at, datetime.combine(city_date(at), self.time, CITY_TIME))


@dataclass(frozen=True, slots=True)
class SurveyPlan:
    """One version, for replies that go out from ``valid_from`` (Asia/Shanghai) on.

    ``reminders`` count from the question, ``phone_task`` from the last attempt. Nothing is sent
    from ``quiet_from`` to ``quiet_until``, which may lie on the next day.
    """

    version: str
    valid_from: date
    reminders: tuple[After, ...]
    phone_task: After
    quiet_from: time
    quiet_until: time

    def __post_init__(self) -> None:
        days = [reminder.working_days for reminder in self.reminders]
        if days != sorted(set(days)):
            raise ValueError(f"version {self.version}: reminders on {days} are not in order")

    def awake(self, at: datetime) -> datetime:
        """The first moment from ``at`` on that is not in the quiet hours."""
        local = at.astimezone(CITY_TIME)
        if not self._is_quiet(local.time()):
            return at
        ends = datetime.combine(local.date(), self.quiet_until, CITY_TIME)
        return ends if ends > local else ends + ONE_DAY

    def next_day(self, at: datetime) -> datetime:
        """When the quiet hours end on the day after ``at``."""
        return datetime.combine(city_date(at) + ONE_DAY, self.quiet_until, CITY_TIME)

    def _is_quiet(self, hour: time) -> bool:
        if self.quiet_from <= self.quiet_until:
            return self.quiet_from <= hour < self.quiet_until
        return hour >= self.quiet_from or hour < self.quiet_until


@dataclass(frozen=True, slots=True)
class SurveyPlans(Versions[SurveyPlan]):
    """All versions of the plan."""


def build_survey_plans(rows: Sequence[Row]) -> SurveyPlans:
    """From lines ``version,valid_from,step,working_days,time``; times are ``HH:MM``.

    Raises ``ValueError`` for a bad line, naming it, and for a version that lacks a step.
    """
    return SurveyPlans(build_versions(rows, _plan))


def _plan(version: str, valid_from: date, rows: Sequence[Row]) -> SurveyPlan:
    found: dict[PlanStep, list[After]] = {}
    for row in rows:
        step = row.word("step", PlanStep)
        if step in found and step is not PlanStep.REMINDER:
            raise row.error("a line above says the same step")
        found.setdefault(step, []).append(_after(row, step))
    for step in PlanStep:
        if step not in found and step is not PlanStep.REMINDER:
            raise ValueError(f"version {version} of the survey's plan has no {step}")
    return SurveyPlan(
        version,
        valid_from,
        tuple(found.get(PlanStep.REMINDER, ())),
        found[PlanStep.PHONE_TASK][0],
        _time_of(found, PlanStep.QUIET_FROM),
        _time_of(found, PlanStep.QUIET_UNTIL),
    )


def _after(row: Row, step: PlanStep) -> After:
    """The question goes out at once; quiet hours have a time and no days."""
    if step is PlanStep.QUESTION:
        return After(row.number("working_days", range(1)))
    if step in (PlanStep.QUIET_FROM, PlanStep.QUIET_UNTIL):
        return After(0, row.clock("time"))
    return After(row.number("working_days", range(1, MOST_DAYS + 1)), row.clock("time"))


def _time_of(found: dict[PlanStep, list[After]], step: PlanStep) -> time:
    return found[step][0].time or time()


CITY_PLANS = SurveyPlans(
    (
        SurveyPlan(
            "1",
            date(2004, 1, 1),
            (After(2, time(10)), After(4, time(10))),
            After(1, time(9)),
            time(21),
            time(8),
        ),
    )
)
"""What holds where nobody brings a table; the shipped table says the same."""
