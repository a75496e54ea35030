"""Clocks that run in whole working days of the official calendar.

The rule is the PRC Civil Code, Art. 201 to 203: the day on which the time starts is not counted;
the period ends at 24:00 of its last day, and a last day that does not work gives way to the
next that does. A due date is stored as 23:59:59.000 Asia/Shanghai of that day, in UTC.

A pause covers the days after the one it begins on, up to and with the one it ends on: a stop of
k working days moves the due date by k. When a pause begins on the last counted day itself, the
rest of that day is kept: the clock runs out on the first working day on or after the pause's
end. A clock that had run out before a pause stays overdue. While nobody knows a pause's end, the
due date is the one that an end on the same day would give.

There is one count of days, ``explain``; the due date is the date of its last row. All moments are
aware, in whole milliseconds; functions raise ``ValueError`` for what a clock cannot do. A
clock that is met is a fact: nothing but ``recompute`` changes it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from domain.calendar import (
    ONE_DAY,
    DayExplained,
    DayReason,
    Span,
    WorkingCalendar,
    city_date,
    count_days,
    day_begins,
    day_ends,
)
from domain.words import DeadlineState, Word

MOST_DAYS = 400  # a longer limit (working days) or stop (calendar days) is a mistake


class PauseKind(Word):
    """Why a clock does not count."""

    STOPPED = "STOPPED", "停止计时", "Stopped: waiting for the writer or a third party"
    AWAY = "AWAY", "在其他环节", "Away: the case is in another stage"


@dataclass(frozen=True, slots=True)
class Pause:
    """A time that does not count. ``to_at`` is None while it lasts.

    ``until`` is a stop's planned end, at which it ends by itself; ``reason`` is internal.
    """

    kind: PauseKind
    from_at: datetime
    to_at: datetime | None = None
    until: datetime | None = None
    reason: str | None = None

    @property
    def end(self) -> datetime:
        """When it ended or is planned to; its own beginning while nobody knows."""
        return self.to_at or self.until or self.from_at


@dataclass(frozen=True, slots=True)
class Clock:
    """A limit of ``days`` working days from ``started_at``, and what became of it.

    ``days`` includes the ``extended`` ones. ``due_at`` and ``warn_at`` (80 % of the counted
    days, each 24 h from 00:00) follow from the rest and the calendar named; ``provisional``
    means that they rest on a year whose calendar is not published.
    """

    started_at: datetime
    days: int
    pauses: tuple[Pause, ...]
    met_at: datetime | None
    due_at: datetime
    warn_at: datetime
    provisional: bool
    calendar_version: str
    extended: int = 0


# What happens to a clock


def start(now: datetime, days: int, calendar: WorkingCalendar) -> Clock:
    """A clock that starts now; ``days`` from 1 to ``MOST_DAYS``."""
    return recompute(Clock(now, days, (), None, now, now, False, ""), calendar)


def stop(
    clock: Clock,
    now: datetime,
    until: datetime | None,
    reason: str | None,
    calendar: WorkingCalendar,
) -> Clock:
    """Stops a running clock, up to ``until`` when that is known (later than now)."""
    if until is not None and not now < until <= now + MOST_DAYS * ONE_DAY:
        raise ValueError(f"a stop cannot last until {until.isoformat()}")
    return _paused(clock, Pause(PauseKind.STOPPED, now, until=until, reason=reason), calendar)


def restart(clock: Clock, now: datetime, calendar: WorkingCalendar) -> Clock:
    """Ends the stop: now, or at its planned end when that was earlier."""
    return _resumed(clock, PauseKind.STOPPED, now, calendar)


def leave(clock: Clock, now: datetime, calendar: WorkingCalendar) -> Clock:
    """The case leaves the stage: ends a stop and keeps what remains for a return."""
    still = _settled(clock, now)
    if still.pauses and still.pauses[-1].to_at is None:
        still = _resumed(still, PauseKind.STOPPED, now, calendar)
    return _paused(still, Pause(PauseKind.AWAY, now), calendar)


def come_back(clock: Clock, now: datetime, calendar: WorkingCalendar) -> Clock:
    """The case returns to the stage, with the working days that remained."""
    return _resumed(clock, PauseKind.AWAY, now, calendar)


def extend(clock: Clock, days: int, calendar: WorkingCalendar) -> Clock:
    """Grants ``days`` more working days, at least 1."""
    if days < 1:
        raise ValueError(f"an extension of {days} working days")
    longer = replace(clock, days=clock.days + days, extended=clock.extended + days)
    return clock if clock.met_at else recompute(longer, calendar)


def with_days(clock: Clock, days: int, calendar: WorkingCalendar) -> Clock:
    """Another limit for the same start; granted extensions come on top, as before."""
    changed = replace(clock, days=days + clock.extended)
    return clock if clock.met_at else recompute(changed, calendar)


def meet(clock: Clock, now: datetime, calendar: WorkingCalendar) -> Clock:
    """What was promised is done; an open pause ends. The first time stands."""
    if clock.met_at is not None:
        return clock
    return recompute(replace(clock, pauses=_closed(clock.pauses, now), met_at=now), calendar)


def recompute(clock: Clock, calendar: WorkingCalendar) -> Clock:
    """The same clock by this calendar; ``ValueError`` unless 1 <= days <= ``MOST_DAYS``."""
    if not 1 <= clock.days <= MOST_DAYS:
        raise ValueError(f"a limit of {clock.days} working days")
    rows = explain(clock, calendar)
    return replace(
        clock,
        due_at=day_ends(rows[-1].date),
        warn_at=_warning(rows, clock.days),
        provisional=any(row.provisional for row in rows[1:]),
        calendar_version=calendar.version,
    )


def _paused(clock: Clock, pause: Pause, calendar: WorkingCalendar) -> Clock:
    if clock.met_at is not None:
        return clock
    pauses = _settled(clock, pause.from_at).pauses
    if pauses and pauses[-1].to_at is None:
        raise ValueError(f"the clock does not run: {pauses[-1].kind}")
    # The clocks of two machines differ by milliseconds; order is what must hold.
    earliest = pauses[-1].end if pauses else clock.started_at
    begun = replace(pause, from_at=max(pause.from_at, earliest))
    return recompute(replace(clock, pauses=(*pauses, begun)), calendar)


def _resumed(clock: Clock, kind: PauseKind, now: datetime, calendar: WorkingCalendar) -> Clock:
    if clock.met_at is not None:
        return clock
    last = clock.pauses[-1] if clock.pauses else None
    if last is None or last.to_at or last.kind is not kind:
        raise ValueError(f"no open pause of the kind {kind}")
    return recompute(replace(clock, pauses=_closed(clock.pauses, now)), calendar)


def _settled(clock: Clock, now: datetime) -> Clock:
    """With a stop whose planned end has passed closed: it ended by itself."""
    if not clock.pauses or holding_pause(clock, now):
        return clock
    return replace(clock, pauses=_closed(clock.pauses, now))


def _closed(pauses: tuple[Pause, ...], now: datetime) -> tuple[Pause, ...]:
    if not pauses or pauses[-1].to_at is not None:
        return pauses
    last = pauses[-1]
    planned = min(now, last.until) if last.until else now
    return (*pauses[:-1], replace(last, to_at=max(planned, last.from_at)))


# How a clock stands


def holding_pause(clock: Clock, now: datetime) -> Pause | None:
    """The pause that keeps the clock from running now; None when it runs or is met."""
    if clock.met_at is not None or not clock.pauses:
        return None
    last = clock.pauses[-1]
    is_over = last.to_at or (last.until and last.until <= now)
    return None if is_over else last


def state(clock: Clock, now: datetime) -> DeadlineState:
    """MET, however late; OVERDUE after ``due_at``; STOPPED in a pause; WARNED from ``warn_at``.

    A pause that began when the clock was overdue does not hide that.
    """
    if clock.met_at is not None:
        return DeadlineState.MET
    if ever_overdue(clock, now):
        return DeadlineState.OVERDUE
    if holding_pause(clock, now):
        return DeadlineState.STOPPED
    return DeadlineState.WARNED if now >= clock.warn_at else DeadlineState.RUNNING


def ever_overdue(clock: Clock, now: datetime) -> bool:
    """It was met after ``due_at``, or is not met and ``due_at`` is past."""
    return _ran_until(clock, now) > clock.due_at


def working_days_left(clock: Clock, now: datetime, calendar: WorkingCalendar) -> int:
    """Working days after today up to the due date: 0 is due today, 1 the next working day.

    Below 0 the clock is overdue, by that many working days begun, at least one. In a pause and
    when met, the figure of that moment stands.
    """
    at = _ran_until(clock, now)
    due = city_date(clock.due_at)
    if at > clock.due_at:
        return -max(1, calendar.working_days(due, city_date(at)))
    pause = holding_pause(clock, now)
    return calendar.working_days(city_date(pause.end if pause else at), due)


def _ran_until(clock: Clock, now: datetime) -> datetime:
    pause = holding_pause(clock, now)
    return clock.met_at or (pause.from_at if pause else now)


def explain(clock: Clock, calendar: WorkingCalendar) -> tuple[DayExplained, ...]:
    """Every calendar day from the start to the due date; exactly ``days`` of them counted."""
    spans = [Span(p.from_at, city_date(p.end), DayReason[p.kind]) for p in clock.pauses]
    return tuple(count_days(city_date(clock.started_at), clock.days, spans, calendar))


def _warning(rows: tuple[DayExplained, ...], days: int) -> datetime:
    """80 % of ``days`` days of 24 h; a point on the last day is one on the due date."""
    whole, seconds = divmod(days * 86_400 * 4 // 5, 86_400)
    counted = [row.date for row in rows if row.counted]
    if not seconds:
        return day_begins(counted[whole - 1] + ONE_DAY)
    day = rows[-1].date if whole == days - 1 else counted[whole]
    return day_begins(day) + timedelta(seconds=seconds)
