"""What a function is invoked with, read: by the schedule, by ops, or by a queue.

A queue brings what is left of a run, or, when ops redrive it, the record of a failure: that holds
the request that failed, which is what is to be done again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from domain.calendar import CITY_TIME
from domain.runs import Trigger, is_plausible, read_run_id
from services.functions.running import Wanted

Event = Mapping[str, Any]
MOST_WRAPPED = 3
"""A redriven record that fails again is wrapped in another."""


class EventRefused(ValueError):
    """An event that says nothing a function can do; sending it again helps nobody."""


def wanted_by(name: str, event: Event, now: datetime) -> list[Wanted]:
    """The runs that an event asks for: one, or one for each message of a queue.

    Without a time (a test by hand) it is ``now``; a message of a queue has to say its time.
    Raises ``EventRefused``, also for what another function failed at.
    """
    if "Records" not in event:
        return [_wanted(name, _request(name, event), now)]
    requests = [_message(name, record) for record in event["Records"]]
    if not all(_time_of(request) for request in requests):
        raise EventRefused("a message of a queue must say the time of its run")
    return [_wanted(name, request, now) for request in requests]


def _message(name: str, record: Mapping[str, Any]) -> Event:
    """The request in a message; a schedule that could not be delivered names its target beside."""
    try:
        body = json.loads(record["body"])
    except (KeyError, ValueError) as error:
        raise EventRefused("a message of the queue must be JSON") from error
    attributes = record.get("messageAttributes") or {}
    _check_target(name, (attributes.get("TARGET_ARN") or {}).get("stringValue"))
    return _request(name, body)


def _request(name: str, event: object) -> Event:
    """What was asked for: in the record of a failure, what failed."""
    for _ in range(MOST_WRAPPED):
        if not isinstance(event, dict):
            raise EventRefused("an event must be a JSON object")
        _check_target(name, (event.get("requestContext") or {}).get("functionArn"))
        if "requestPayload" not in event:
            _check_run(name, event)
            return event
        event = event["requestPayload"]
    raise EventRefused("a record of a failure is wrapped too often")


def _check_target(name: str, arn: object) -> None:
    """``arn`` ends with the function's name and perhaps a version, where one is told."""
    parts = str(arn or "").split(":function:")
    function = parts[-1].split(":")[0]
    if len(parts) > 1 and function != name and not function.endswith(f"-{name}"):
        raise EventRefused(f"this is for {function}, not for {name}: send it to that function")


def _check_run(name: str, event: Event) -> None:
    if "runId" not in event:
        return
    try:
        meant = read_run_id(str(event["runId"]))[0]
    except ValueError:
        raise EventRefused("runId must be a run's") from None
    if meant != name:
        raise EventRefused(f"this is a run of {meant}, not of {name}: send it to that function")


def _time_of(event: Event) -> object:
    return event.get("scheduledFor") or event.get("at") or event.get("time")


def _wanted(name: str, event: Event, now: datetime) -> Wanted:
    told = _time_of(event)
    label = str(event.get("label") or "")
    if event.get("dryRun") and not label:
        label = format(int(now.timestamp() * 1000), "x")
    trigger = Trigger.SCHEDULE if event.get("scheduledFor") else _trigger(event)
    at = now if told is None else _moment(told, now)
    return Wanted(name, at, trigger, label, event.get("requestedBy"))


def _trigger(event: Event) -> Trigger:
    """EventBridge's own events have a ``time``: those are scheduled."""
    told = event.get("trigger") or ("SCHEDULE" if "time" in event else "COMMAND")
    try:
        return Trigger(told)
    except ValueError:
        raise EventRefused("trigger must be SCHEDULE, CHANGE, OPS or COMMAND") from None


def _moment(told: object, now: datetime) -> datetime:
    try:
        moment = datetime.fromisoformat(str(told))
    except ValueError:
        raise EventRefused("a run's time must be ISO 8601") from None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=CITY_TIME)
    if not is_plausible(moment, now):
        raise EventRefused("a run's time must be since 2000, and not to come")
    return moment
