"""When a function runs: cron expressions of five fields, in a time zone of their own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cronsim import CronSim, CronSimError

from domain.refusals import InvalidInput
from services.functions.table import CatchUp, Function
from storage.functions import FunctionState

MOST_CAUGHT_UP = 24
"""Scheduled times that one look makes up for; the next look goes on after them."""
FURTHEST_BACK = timedelta(days=400)
"""What was missed longer ago is not made up for by itself; ``--at`` does."""
_STEP = r"(\*|[0-9]{1,2}(-[0-9]{1,2})?)(/[0-9]{1,2})?"
_NAMED = r"(\*|[0-9]{1,2}(-[0-9]{1,2})?|[A-Z]{3}(-[A-Z]{3})?)(/[0-9]{1,2})?"
_FIELDS = tuple(re.compile(rf"{one}(,{one})*") for one in (_STEP, _STEP, _STEP, _NAMED, _NAMED))
_LONGEST = 100
_LONGEST_STEPS = (59, 23, 30, 11, 6)
"""Of each field: from its first value to its last."""
_NO_ZONES = ("posix/", "right/", "posixrules", "localtime", "Factory")
"""Of the system's files; EventBridge knows none of them, and ``right`` counts leap seconds."""
_SOME_DAY = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Schedule:
    """A cron expression and its time zone's name (IANA), both known to be good."""

    cron: str
    timezone: str

    @classmethod
    def checked(cls, cron: str, timezone: str) -> Schedule:
        """The schedule; ``InvalidInput`` naming ``schedule`` or ``timezone``."""
        if not _is_zone(timezone):
            raise InvalidInput(
                f"没有时区“{timezone[:50]}”。",
                f"There is no time zone {timezone[:50]!r}.",
                "timezone",
            )
        schedule = cls(" ".join(cron.upper().split()), timezone)
        if (
            not _is_cron(schedule.cron)
            or schedule.next_after(datetime(2000, 1, 1, tzinfo=UTC)) is None
        ):
            raise InvalidInput(
                "须为五段 cron 表达式，日与星期只限其一，日期须真实存在，步长不得超出该段范围，"
                "如“*/10 * * * *”。",
                "This must be a cron expression of five fields that names days of the month or"
                " of the week, not both, days that exist, and no step beyond its field,"
                " such as '*/10 * * * *'.",
                "schedule",
            )
        return schedule

    def times_after(self, moment: datetime) -> Iterator[datetime]:
        """The scheduled times after ``moment``, in order, in UTC."""
        try:
            for one in CronSim(self.cron, moment.astimezone(ZoneInfo(self.timezone))):
                yield one.astimezone(UTC)
        except CronSimError:
            return

    def next_after(self, moment: datetime) -> datetime | None:
        """The first scheduled time after ``moment``; None when there never is one."""
        return next(self.times_after(moment), None)


def schedule_of(function: Function, state: FunctionState) -> Schedule:
    """Ops' schedule, or else the default; the zone may be theirs alone."""
    return Schedule(state.schedule or function.schedule, state.timezone or function.timezone)


def next_run_at(function: Function, state: FunctionState, now: datetime) -> datetime | None:
    """When it runs next; None while it is paused."""
    return schedule_of(function, state).next_after(now) if state.enabled else None


def due(function: Function, state: FunctionState, now: datetime) -> list[datetime]:
    """The scheduled times up to ``now`` that nobody has seen to, in order.

    All of them, at most ``MOST_CAUGHT_UP`` at a time, where each is a run of its own; the last
    one where it does for all.
    """
    if state.covered_until is None or not state.enabled:
        return []
    since = max(state.covered_until, now - FURTHEST_BACK)
    schedule = schedule_of(function, state)
    if function.catch_up is CatchUp.LATEST:
        last = next(_times_before(schedule, now), None)
        return [last] if last is not None and last > since else []
    missed = (one for one in islice(schedule.times_after(since), MOST_CAUGHT_UP) if one <= now)
    return list(missed)


def _times_before(schedule: Schedule, now: datetime) -> Iterator[datetime]:
    """The scheduled times up to ``now``, itself among them, the latest first."""
    start = (now + timedelta(microseconds=1)).astimezone(ZoneInfo(schedule.timezone))
    for one in CronSim(schedule.cron, start, reverse=True):
        yield one.astimezone(UTC)


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return not name.startswith(_NO_ZONES)


def _is_cron(text: str) -> bool:
    """Only what every cron knows, and what EventBridge can say, too."""
    fields = text.split(" ")
    if len(text) > _LONGEST or len(fields) != len(_FIELDS):
        return False
    known = all(form.fullmatch(field) for form, field in zip(_FIELDS, fields, strict=True))
    return known and (fields[2] == "*" or fields[4] == "*") and _has_real_steps(fields)


def _has_real_steps(fields: Sequence[str]) -> bool:
    """A step that is as long as its field comes once, where it seems to come again and again."""
    steps = (
        (int(step), most)
        for field, most in zip(fields, _LONGEST_STEPS, strict=True)
        for _, _, step in (one.partition("/") for one in field.split(","))
        if step
    )
    return all(0 < step <= most for step, most in steps)
