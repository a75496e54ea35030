"""What a function is invoked with, read: by the schedule, by ops, or by the continuation queue."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from domain.calendar import CITY_TIME
from domain.runs import Trigger
from services.functions.running import Wanted

Event = Mapping[str, Any]


class EventRefused(ValueError):
    """An event that says nothing a function can do; sending it again helps nobody."""


def wanted_by(name: str, event: Event, now: datetime) -> list[Wanted]:
    """The runs that an event asks for: one, or one for each message of a queue.

    Without a time (a test by hand) it is ``now``. Raises ``EventRefused``.
    """
    records = event.get("Records")
    if records is None:
        return [_wanted(name, event, now)]
    return [_wanted(name, _body(record), now) for record in records]


def _body(record: Mapping[str, Any]) -> Event:
    try:
        body = json.loads(record["body"])
    except (KeyError, ValueError) as error:
        raise EventRefused("a message of the queue must be JSON") from error
    if not isinstance(body, dict):
        raise EventRefused("a message of the queue must be a JSON object")
    return body


def _wanted(name: str, event: Event, now: datetime) -> Wanted:
    told = event.get("scheduledFor") or event.get("at") or event.get("time")
    label = str(event.get("label") or "")
    if event.get("dryRun") and not label:
        label = format(int(now.timestamp() * 1000), "x")
    trigger = Trigger.SCHEDULE if event.get("scheduledFor") else _trigger(event)
    at = now if told is None else _moment(told)
    return Wanted(name, at, trigger, label, event.get("requestedBy"))


def _trigger(event: Event) -> Trigger:
    """EventBridge's own events have a ``time``: those are scheduled."""
    told = event.get("trigger") or ("SCHEDULE" if "time" in event else "COMMAND")
    try:
        return Trigger(told)
    except ValueError:
        raise EventRefused("trigger must be SCHEDULE, OPS or COMMAND") from None


def _moment(told: object) -> datetime:
    try:
        moment = datetime.fromisoformat(str(told))
    except ValueError:
        raise EventRefused("a run's time must be ISO 8601") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=CITY_TIME)
