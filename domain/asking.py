"""How a writer is asked about the reply that is out: pure rules, one step at a time.

The question goes out at once, outside the quiet hours; reminders follow on their working days.
Nobody is sent two messages about a case on one day. After the last attempt an urgent letter's
writer is telephoned; whoever has not answered when the stage's time is over is not asked again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from domain import deadlines
from domain.actors import SYSTEM
from domain.calendar import city_date
from domain.case import Case
from domain.notices import Audience, Notice, Occasion
from domain.policies import Limit
from domain.rulebook import Moment
from domain.survey_plan import SurveyPlan
from domain.surveys import Asking
from domain.watching import turns_overdue_at
from domain.words import Stage, Urgency
from domain.workflow import Action


class Step(StrEnum):
    """What there is to do next."""

    ASK = "ASKED"
    REMIND = "REMINDED"
    PHONE_TASK = "PHONE_TASK"
    CLOSE = "CLOSE_UNANSWERED"


@dataclass(frozen=True, slots=True)
class Planned:
    """A step, and the moment from which on it may be taken."""

    step: Step
    at: datetime


@dataclass(frozen=True, slots=True)
class Asked:
    """The case afterwards, the message there is to send, and what was done; None: it waits."""

    case: Case
    notice: Notice | None = None
    step: Step | None = None

    @property
    def notices(self) -> tuple[Notice, ...]:
        return (self.notice,) if self.notice else ()


def asked(case: Case, moment: Moment, *, has_phone: bool, has_openid: bool = False) -> Asked:
    """The case as it must be at ``moment``; its ``ask_at`` is later than that, or None.

    ``has_phone``: the writer gave a telephone number; ``has_openid``: WeChat reaches the writer.
    """
    now = max(moment.now, case.updated_at)
    if case.ask_at is None or case.ask_at > now:
        return Asked(case)
    then = Moment(SYSTEM, now, moment.rulebook)
    ways = {"has_phone": has_phone, "has_openid": has_openid}
    due = planned(case, then, **ways)
    if due.at > now:
        return Asked(_looking_again(case, due.at))
    if due.step is Step.CLOSE and case.stage is not Stage.CALLBACK:
        return Asked(_looking_again(case, None))
    done = _done(case, due.step, then)
    if due.step is not Step.CLOSE:
        done = _looking_again(done, planned(done, then, **ways).at)
    notice = _notice(done, now) if due.step in (Step.ASK, Step.REMIND) else None
    return Asked(done, notice, due.step)


def put_off(case: Case, moment: Moment) -> Case:
    """For a writer who got a message today: the case is looked at again tomorrow.

    A reminder is so at its own hour: the day belongs to a question first, which waits from the
    morning on, so that of many cases of one writer none is reminded of at another's cost.
    """
    now = max(moment.now, case.updated_at)
    plan, sent = _plan(case, moment), len(_asking(case).asked)
    tomorrow = plan.next_day(now)
    if 0 < sent <= len(plan.reminders):
        tomorrow = plan.reminders[sent - 1].at_its_hour(tomorrow)
    return _looking_again(case, min(tomorrow, _closing(case, moment)))


def planned(case: Case, moment: Moment, *, has_phone: bool, has_openid: bool = False) -> Planned:
    """The next step for a case that waits for its writer's answer, seen from ``moment``."""
    closing = _closing(case, moment)
    step = _next_step(case, moment, has_phone=has_phone, has_openid=has_openid)
    if step is None:
        return Planned(Step.CLOSE, closing)
    if step.step in (Step.ASK, Step.REMIND):
        step = replace(step, at=_sendable(case, step.at, moment))
    return step if step.at < closing and moment.now < closing else Planned(Step.CLOSE, closing)


def _next_step(case: Case, moment: Moment, *, has_phone: bool, has_openid: bool) -> Planned | None:
    """What comes next by the plan; None when there is nothing but to wait for the end."""
    asking, plan = _asking(case), _plan(case, moment)
    if not case.letter.reachable or not (has_phone or has_openid or case.account):
        return None
    if not asking.asked:
        return Planned(Step.ASK, case.survey_started_at)
    calendar, sent = moment.rulebook.calendar, len(asking.asked) - 1
    if sent < len(plan.reminders):
        return Planned(Step.REMIND, plan.reminders[sent].moment(asking.asked[0], calendar))
    is_callable = case.stage is Stage.CALLBACK and case.urgency is Urgency.URGENT
    if is_callable and has_phone and asking.phone_task_at is None:
        return Planned(Step.PHONE_TASK, plan.phone_task.moment(asking.asked[-1], calendar))
    return None


def _sendable(case: Case, at: datetime, moment: Moment) -> datetime:
    """Not before now, not on the day of the last message, and not while people sleep."""
    plan, asking = _plan(case, moment), case.asking  # about whichever reply
    soonest = plan.next_day(asking.asked[-1]) if asking and asking.asked else moment.now
    return plan.awake(max(at, soonest, moment.now))


def _done(case: Case, step: Step, moment: Moment) -> Case:
    if step is Step.CLOSE:
        return case.take(Action.CLOSE_UNANSWERED, moment, {})
    asking = _asking(case)
    if step is Step.PHONE_TASK:
        return replace(case, asking=replace(asking, phone_task_at=moment.now))
    return replace(case, asking=replace(asking, asked=(*asking.asked, moment.now)))


def _notice(case: Case, now: datetime) -> Notice:
    asking = _asking(case)
    count = len(asking.asked)
    occasion = Occasion.SURVEY if count == 1 else Occasion.SURVEY_REMINDER
    name = f"{case.id}-survey-{asking.round}-{count}"
    return Notice(name, Audience.WRITER, occasion, now)


def _asking(case: Case) -> Asking:
    return case.current_asking or Asking(case.replies_released)


def _looking_again(case: Case, at: datetime | None) -> Case:
    return replace(case, asking=replace(_asking(case), look_at=at))


def _plan(case: Case, moment: Moment) -> SurveyPlan:
    """The plan in force when the reply went out."""
    return moment.rulebook.survey_plans.on(city_date(case.survey_started_at))


def _closing(case: Case, moment: Moment) -> datetime:
    """When the survey is over; for a joined letter after the same working days as for others."""
    started_at = case.main_answered_at
    if started_at is None:
        return turns_overdue_at(case.clocks[Limit.CALLBACK])
    book = moment.rulebook
    days = book.days(Limit.CALLBACK, case.category, case.urgency, started_at)
    return turns_overdue_at(deadlines.start(started_at, days, book.calendar))
