"""The way of a letter that was answered long ago: the real process, taken at historical dates.

What a file tells is when the letter came and when the reply went out. In between the case moves
at policy times: every stage takes as long as its limit allows. Where the reply came sooner,
these times are moved together so that they fit; where it came later, the work took the rest.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain import deadlines
from domain.actors import SYSTEM, Actor
from domain.case import Case
from domain.categories import Category
from domain.directory import Unit
from domain.policies import Limit
from domain.rulebook import Moment, Rulebook
from domain.words import Outcome, Role, Urgency
from domain.workflow import Action

MILLISECOND = timedelta(milliseconds=1)

COURSE: Mapping[Action, Limit] = {
    Action.ACCEPT: Limit.ACCEPTANCE,
    Action.REVIEW: Limit.REVIEW,
    Action.SIGN_FOR: Limit.TRANSFER,
    Action.RECORD_CONTACT: Limit.COMMUNICATION,
    Action.SUBMIT_REPLY: Limit.HANDLING,
    Action.APPROVE_REPLY: Limit.FEEDBACK,
}
"""What moves a letter from its submission to its reply, and the limit that each step meets."""
UNANSWERED = 4
"""So many of the steps are taken without a reply: the case stands in HANDLING."""

_ROLES: Mapping[Action, Role] = {
    Action.ACCEPT: Role.INTAKE,
    Action.REVIEW: Role.REVIEWER,
    Action.SIGN_FOR: Role.HANDLER,
    Action.RECORD_CONTACT: Role.HANDLER,
    Action.SUBMIT_REPLY: Role.HANDLER,
    Action.APPROVE_REPLY: Role.APPROVER,
}
_OF_A_UNIT = frozenset({Role.HANDLER, Role.APPROVER})


@dataclass(frozen=True, slots=True)
class Past:
    """What is known of a letter's past: who dealt with it, and the reply if there was one."""

    unit: Unit
    category: Category | None = None
    reply: str | None = None
    replied_at: datetime | None = None


def lived(case: Case, past: Past, as_of: datetime, rulebook: Rulebook) -> Case:
    """A case in ACCEPTANCE as it stands ``as_of``; no step is taken after that.

    With a reply it ends in CALLBACK, or in CONCLUSION once the writer's time to answer is over.
    """
    times = step_times(case.letter.submitted_at, past, rulebook)
    for (action, at), values in zip(times.items(), _values(past), strict=False):
        if at > as_of:
            return case
        case = case.take(action, Moment(_actor(action, past.unit), at, rulebook), values)
    clock = case.stage_clock
    if past.reply is None or clock is None:
        return case
    closing = clock.due_at + MILLISECOND
    if closing > as_of:
        return case
    return case.take(Action.CLOSE_UNANSWERED, Moment(SYSTEM, closing, rulebook), {})


def step_times(submitted_at: datetime, past: Past, rulebook: Rulebook) -> Mapping[Action, datetime]:
    """When each step was taken: in order, in whole milliseconds, none after the reply.

    Without a reply, the steps that do not need one.
    """
    policy = _policy_times(submitted_at, past.category, rulebook)
    replied_at = past.replied_at
    if replied_at is None:
        return dict(zip(list(COURSE)[:UNANSWERED], policy, strict=False))
    if replied_at < policy[-1]:
        asked, given = replied_at - submitted_at, policy[-1] - submitted_at
        times = [submitted_at + _share(at - submitted_at, asked, given) for at in policy[:-1]]
    else:
        feedback = policy[-1] - policy[-2]
        times = [*policy[:UNANSWERED], replied_at - feedback]
    return dict(zip(COURSE, (*times, replied_at), strict=True))


def _policy_times(
    submitted_at: datetime, category: Category | None, rulebook: Rulebook
) -> list[datetime]:
    """The last moment of every limit, each running from the end of the one before."""
    times, at = [], submitted_at
    for limit in COURSE.values():
        is_sorted = limit not in (Limit.ACCEPTANCE, Limit.REVIEW)
        path = category.path if category and is_sorted else ()
        days = rulebook.days(limit, path, Urgency.NORMAL, at)
        at = deadlines.start(at, days, rulebook.calendar).due_at
        times.append(at)
    return times


def _share(part: timedelta, asked: timedelta, given: timedelta) -> timedelta:
    """``part`` of ``given``, as so much of ``asked``; whole milliseconds, rounded down."""
    return part // MILLISECOND * (asked // MILLISECOND) // (given // MILLISECOND) * MILLISECOND


def _values(past: Past) -> tuple[Mapping[str, object], ...]:
    """What each step of the course says. What came of the matter no file tells: EXPLAINED."""
    return (
        {},
        {"category": past.category, "urgency": Urgency.NORMAL, "unit": past.unit},
        {},
        {"reached": True},
        {"text": past.reply, "outcome": Outcome.EXPLAINED},
        {},
    )


def _actor(action: Action, unit: Unit) -> Actor:
    role = _ROLES[action]
    return Actor(
        frozenset({role}),
        subject=f"import-{role.lower()}",
        unit=unit.code if role in _OF_A_UNIT else None,
    )
