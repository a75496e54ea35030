"""Schedules on EventBridge Scheduler, and cron expressions in its words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from infra.schedules import RETRIES, SCHEDULED_FOR, EventBridge, Target, as_eventbridge

pytestmark = pytest.mark.ring("test")

TARGET = Target(
    function_arn="arn:aws:lambda:ap-east-1:123456789012:function:lizheng-dev-overdue_sweep",
    role_arn="arn:aws:iam::123456789012:role/scheduler",
    dead_letter_arn="arn:aws:sqs:ap-east-1:123456789012:undelivered",
)
NAME = {"Name": "lizheng-dev-overdue_sweep", "GroupName": "lizheng-dev"}


@pytest.mark.parametrize(
    ("cron", "said"),
    [
        ("* * * * *", "cron(* * * * ? *)"),
        ("*/10 * * * *", "cron(0,10,20,30,40,50 * * * ? *)"),
        ("*/15 * * * *", "cron(0,15,30,45 * * * ? *)"),
        ("*/1 * * * *", "cron(* * * * ? *)"),
        ("0 2 1 * *", "cron(0 2 1 * ? *)"),
        ("0 3 1,25 * *", "cron(0 3 1,25 * ? *)"),
        ("30 */6 * * *", "cron(30 0,6,12,18 * * ? *)"),
        ("5-20/5 9-11 * 1-3 *", "cron(5,10,15,20 9,10,11 * 1,2,3 ? *)"),
        ("0 0 */10 * *", "cron(0 0 1,11,21,31 * ? *)"),
        ("0 9 * * 1-5", "cron(0 9 ? * MON,TUE,WED,THU,FRI *)"),
        ("0 9 * * 0", "cron(0 9 ? * SUN *)"),
        ("0 9 * * 7", "cron(0 9 ? * SUN *)"),
        ("0 9 * * */2", "cron(0 9 ? * SUN,TUE,THU,SAT *)"),
        ("0 9 * * MON", "cron(0 9 ? * MON *)"),
        ("0 9 1 JAN *", "cron(0 9 1 1 ? *)"),
    ],
)
def test_a_cron_expression_means_the_same_to_eventbridge(cron: str, said: str) -> None:
    assert as_eventbridge(cron) == said


def test_what_eventbridge_cannot_say_is_refused() -> None:
    with pytest.raises(ValueError, match="not both"):
        as_eventbridge("0 9 1 * MON")


@pytest.fixture
def scheduler(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """EventBridge Scheduler, with the deployment's group in it."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "ap-east-1")
    with mock_aws():
        client = boto3.client("scheduler")
        client.create_schedule_group(Name="lizheng-dev")
        yield client


async def test_a_new_schedule_has_retries_a_dead_letter_queue_and_its_time_zone(
    scheduler: Any,
) -> None:
    await EventBridge("lizheng-dev-").create(
        "overdue_sweep", "*/30 * * * *", "Asia/Shanghai", TARGET
    )
    found = scheduler.get_schedule(**NAME)
    assert found["ScheduleExpression"] == "cron(0,30 * * * ? *)"
    assert found["ScheduleExpressionTimezone"] == "Asia/Shanghai"
    assert found["State"] == "ENABLED"
    assert found["Target"]["Input"] == SCHEDULED_FOR
    assert found["Target"]["RetryPolicy"] == RETRIES
    assert found["Target"]["DeadLetterConfig"] == {"Arn": TARGET.dead_letter_arn}


async def test_a_change_of_time_or_state_leaves_everything_else(scheduler: Any) -> None:
    schedules = EventBridge("lizheng-dev-")
    await schedules.create("overdue_sweep", "*/30 * * * *", "Asia/Shanghai", TARGET)
    before = scheduler.get_schedule(**NAME)
    await schedules.put("overdue_sweep", "0 2 * * *", "Europe/Berlin", enabled=False)
    after = scheduler.get_schedule(**NAME)
    assert (after["ScheduleExpression"], after["State"]) == ("cron(0 2 * * ? *)", "DISABLED")
    assert after["ScheduleExpressionTimezone"] == "Europe/Berlin"
    for part in ("Target", "FlexibleTimeWindow"):
        assert after[part] == before[part]


async def test_creating_again_replaces(scheduler: Any) -> None:
    schedules = EventBridge("lizheng-dev-")
    for cron in ("*/30 * * * *", "5 * * * *"):
        await schedules.create("overdue_sweep", cron, "Asia/Shanghai", TARGET)
    assert scheduler.get_schedule(**NAME)["ScheduleExpression"] == "cron(5 * * * ? *)"


async def test_a_schedule_that_was_never_deployed_cannot_be_changed(scheduler: Any) -> None:
    with pytest.raises(ClientError, match="ResourceNotFound"):
        await EventBridge("lizheng-dev-").put("overdue_sweep", "* * * * *", "UTC", enabled=True)
