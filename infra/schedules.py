"""Schedules on EventBridge Scheduler, and cron expressions as it writes them."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import boto3
from botocore.exceptions import ClientError
from cronsim import CronSim

SCHEDULED_FOR = '{"scheduledFor": "<aws.scheduler.scheduled-time>"}'
"""What a function is invoked with: the run's time, the same in every repetition."""
RETRIES = {"MaximumRetryAttempts": 3, "MaximumEventAgeInSeconds": 3600}
_WEEKDAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
_SOME_DAY = datetime(2000, 1, 1)  # noqa: DTZ001  # the expression is read, nothing is counted


@dataclass(frozen=True, slots=True)
class Target:
    """What a new schedule invokes, as which role, and where what cannot be delivered goes."""

    function_arn: str
    role_arn: str
    dead_letter_arn: str

    def described(self) -> dict[str, Any]:
        """As EventBridge Scheduler takes it."""
        return {
            "Arn": self.function_arn,
            "RoleArn": self.role_arn,
            "DeadLetterConfig": {"Arn": self.dead_letter_arn},
            "RetryPolicy": RETRIES,
            "Input": SCHEDULED_FOR,
        }


class EventBridge:
    """The schedules of one deployment: a group of them, whose names begin alike."""

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        self._group = prefix.removesuffix("-")
        self._client = boto3.client("scheduler")

    async def put(self, name: str, cron: str, timezone: str, *, enabled: bool) -> None:
        """The schedule of a function that has one; all but time and state stays as it is.

        Raises botocore's ``ClientError``, also where the deployment made none.
        """
        await asyncio.to_thread(self._change, name, _timing(cron, timezone, enabled=enabled))

    async def create(
        self, name: str, cron: str, timezone: str, target: Target, *, enabled: bool = True
    ) -> None:
        """A function's schedule, with retries and a dead-letter queue, new or made anew."""
        described = {
            **_timing(cron, timezone, enabled=enabled),
            "FlexibleTimeWindow": {"Mode": "OFF"},
            "Target": target.described(),
        }
        await asyncio.to_thread(self._make, name, described)

    def _change(self, name: str, timing: dict[str, Any]) -> None:
        """EventBridge replaces a schedule whole: what is not said again is lost."""
        found = self._client.get_schedule(**self._key(name))
        kept = ("Description", "FlexibleTimeWindow", "Target", "StartDate", "EndDate", "KmsKeyArn")
        said = {part: found[part] for part in kept if part in found}
        self._client.update_schedule(**self._key(name), **said, **timing)

    def _make(self, name: str, described: dict[str, Any]) -> None:
        try:
            self._client.create_schedule(**self._key(name), **described)
        except ClientError as error:
            if error.response["Error"]["Code"] != "ConflictException":
                raise
            self._client.update_schedule(**self._key(name), **described)

    def _key(self, name: str) -> dict[str, str]:
        return {"Name": self._prefix + name, "GroupName": self._group}


def _timing(cron: str, timezone: str, *, enabled: bool) -> dict[str, Any]:
    return {
        "ScheduleExpression": as_eventbridge(cron),
        "ScheduleExpressionTimezone": timezone,
        "State": "ENABLED" if enabled else "DISABLED",
    }


def as_eventbridge(cron: str) -> str:
    """A cron expression of five fields in EventBridge's six: ``cron(0 2 1 * ? *)``.

    Steps and ranges are written out, because the two count them differently; days of the week
    are named, because the two number them differently. Days of the month and of the week must
    not both be given: EventBridge cannot say "either". Raises ``ValueError``, or cronsim's error.
    """
    minute, hour, day, month, weekday = cron.split()
    if day != "*" and weekday != "*":
        raise ValueError("days of the month or of the week, not both")
    read = CronSim(cron, _SOME_DAY)
    days = _listed(day, read.days, 1, 31)
    names = "?" if weekday == "*" else _names(read.weekdays)
    fields = (
        _listed(minute, read.minutes, 0, 59),
        _listed(hour, read.hours, 0, 23),
        days if names == "?" else "?",
        _listed(month, read.months, 1, 12),
        names,
        "*",
    )
    return f"cron({' '.join(fields)})"


def _listed(field: str, values: Any, least: int, most: int) -> str:
    """All of them as a star, else one by one."""
    numbers = sorted(int(one) for one in values)
    if field == "*" or numbers == list(range(least, most + 1)):
        return "*"
    return ",".join(str(one) for one in numbers)


def _names(weekdays: Any) -> str:
    """7 is another 0."""
    days = sorted({int(one) % 7 for one in weekdays})
    return ",".join(_WEEKDAYS[one] for one in days)
