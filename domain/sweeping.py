"""What the overdue sweep makes of a case: pure rules, and each of them once per case.

A stop that has ended is taken back at its end. At 80 % of the time the unit is warned; a clock
that is past its due date when it is first met is marked without a warning. What is overdue was
so at its due date, whenever the sweep came by; then the case climbs the supervision ladder.
Units are told in the day's digest.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from domain import deadlines
from domain.actors import SYSTEM
from domain.calendar import city_date
from domain.case import Case
from domain.deadlines import Clock
from domain.history import Entry
from domain.notices import Audience, Notice, Occasion, notices_since, told_daily
from domain.policies import Limit
from domain.rulebook import Moment, Rulebook
from domain.traces import standing_rungs
from domain.waking import running
from domain.words import DeadlineState, Role, Rung
from domain.workflow import Action

Clocks = Mapping[Limit, Clock]
WARNED, MARKED = "WARNED", "OVERDUE"
"""What happened, beside actions and rungs, which go by their own names."""


@dataclass(frozen=True, slots=True)
class Swept:
    """The case afterwards, what there is to tell, and what happened, in order."""

    case: Case
    notices: tuple[Notice, ...] = ()
    what: tuple[str, ...] = ()


def swept(case: Case, moment: Moment) -> Swept:
    """The case as it must be at ``moment``; its ``wake_at`` is later than that, or None.

    Where the case has changed after the moment, it is looked at as of its last change: history
    goes forwards only.
    """
    now = max(moment.now, case.updated_at)
    if case.wake_at is None or case.wake_at > now:
        return Swept(case)
    then = Moment(SYSTEM, now, moment.rulebook)
    settled = case.settled(then)
    clocks = {limit: one for limit, one in settled.running_clocks().items() if not one.met_at}
    late = {limit: one for limit, one in clocks.items() if deadlines.ever_overdue(one, now)}
    close = {limit: one for limit, one in clocks.items() if _is_close(one, now)}
    told = tuple(_told(settled, close, late, now))
    climbed = _climbed(_marked(settled, close, late), late, then)
    return Swept(
        climbed,
        (*(notice for notice, _ in told if notice), *notices_since(climbed, case.version)),
        (
            *(_named(entry.action) for entry in settled.history[case.version :]),
            *dict.fromkeys(what for _, what in told),
            *(str(entry.details["rung"]) for entry in climbed.history[settled.version :]),
        ),
    )


def _is_close(clock: Clock, now: datetime) -> bool:
    return deadlines.state(clock, now) is DeadlineState.WARNED


def _told(
    case: Case, close: Clocks, late: Clocks, now: datetime
) -> Iterator[tuple[Notice | None, str]]:
    """A notice for each clock that was not told of before, by its date."""
    for limit, clock in close.items():
        if not case.watch.has_warned(limit, clock):
            name = _name(case, limit, clock)
            yield told_daily(case, Occasion.WARNING, name, Audience.UNIT, now), WARNED
    for limit, clock in late.items():
        if not case.watch.has_marked(limit, clock):
            for audience in (Audience.UNIT, Audience.SUPERIOR):
                name = _name(case, limit, clock)
                yield told_daily(case, Occasion.OVERDUE, name, audience, now), MARKED


def _name(case: Case, limit: Limit, clock: Clock) -> str:
    """With the version: a date that moved away and came back is told of once more."""
    return f"{limit.value.lower()}-{city_date(clock.due_at):%Y%m%d}-{case.version}"


def _named(action: Action | None) -> str:
    return action.value if action else ""


def _marked(case: Case, close: Clocks, late: Clocks) -> Case:
    warned = {limit: clock.warn_at for limit, clock in close.items()}
    overdue = {limit: clock.due_at for limit, clock in late.items()}
    watch = case.watch
    marked = replace(watch, warned={**watch.warned, **warned}, overdue={**watch.overdue, **overdue})
    return replace(case, watch=marked)


# The ladder


def _climbed(case: Case, late: Clocks, then: Moment) -> Case:
    """Every rung that is due, in order, and when each clock that is overdue has the next one."""
    while late and (rung := _next_rung(case)):
        due_at = min(_rung_at(rung, clock, then.rulebook) for clock in late.values())
        if due_at > then.now:
            break
        case = case.take(Action.SUPERVISE, then, {"rung": rung})
    rung = _next_rung(case)
    coming = {limit: at for limit, at in case.watch.next_rung_at.items() if limit not in late}
    if rung:
        coming |= {limit: _rung_at(rung, late[limit], then.rulebook) for limit in late}
    return replace(case, watch=replace(case.watch, next_rung_at=coming))


def revoke_early_rungs(before: Case, after: Case, moment: Moment) -> Case:
    """``after``, without the rungs that ``before`` climbed for due dates which have moved since.

    ``after`` is the same case by another calendar. What a person decided stands.
    """
    for entry in standing_rungs(before.history):
        rung = Rung[str(entry.details["rung"])]
        due = [_is_rung_due(one, entry, rung, moment.rulebook) for one in (before, after)]
        if entry.role is Role.SYSTEM and due == [True, False]:
            after = after.take(Action.REVOKE_SUPERVISION, moment, {"rung": rung})
    return after


def _is_rung_due(case: Case, entry: Entry, rung: Rung, book: Rulebook) -> bool:
    """Whether a clock that ran when ``entry`` was made was late enough for the rung."""
    clocks = running(entry.stage, case.clocks).values()
    return any(_rung_at(rung, clock, book) <= entry.at for clock in clocks)


def _next_rung(case: Case) -> Rung | None:
    """The one above the highest that was climbed: a supervisor's card is not taken back."""
    ladder = list(Rung)
    highest = max((ladder.index(Rung[rung]) for rung in case.rungs), default=-1)
    return ladder[highest + 1] if highest + 1 < len(ladder) else None


def _rung_at(rung: Rung, clock: Clock, book: Rulebook) -> datetime:
    ladder = book.ladders.on(city_date(clock.due_at))
    return ladder.climbed_at(rung, clock.due_at, book.calendar)
