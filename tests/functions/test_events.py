"""What a function is invoked with: by the schedule, by ops, by a queue, by hand."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from domain.runs import Trigger
from functions.events import EventRefused, wanted_by
from services.functions.running import Wanted, event_of, new_entry

pytestmark = pytest.mark.ring("test")

NOW = datetime(2017, 3, 6, 1, 0, 7, 123000, tzinfo=UTC)
NINE = datetime(2017, 3, 6, 1, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("event", "wanted"),
    [
        ({"scheduledFor": "2017-03-06T01:00:00Z"}, Wanted("f", NINE, Trigger.SCHEDULE)),
        ({"time": "2017-03-06T01:00:00Z", "id": "x"}, Wanted("f", NINE, Trigger.SCHEDULE)),
        ({"at": "2017-03-06T09:00:00+08:00", "trigger": "OPS", "requestedBy": "ops-1"},
         Wanted("f", NINE, Trigger.OPS, "", "ops-1")),
        ({"at": "2017-03-06T09:00:00", "dryRun": True, "label": "1a", "trigger": "OPS"},
         Wanted("f", NINE, Trigger.OPS, "1a")),
        ({}, Wanted("f", NOW, Trigger.COMMAND)),
    ],
)  # fmt: skip
def test_an_event_asks_for_one_run(event: dict[str, Any], wanted: Wanted) -> None:
    assert wanted_by("f", event, NOW) == [wanted]


def test_a_dry_run_by_hand_gets_a_name_of_its_own() -> None:
    (wanted,) = wanted_by("f", {"dryRun": True}, NOW)
    assert wanted.label
    assert wanted.id != Wanted("f", NOW, Trigger.COMMAND).id


def test_every_message_of_a_queue_asks_for_a_run() -> None:
    bodies = [{"at": "2017-03-06T01:00:00Z"}, {"scheduledFor": "2017-03-06T01:00:00Z"}]
    event = {"Records": [{"body": json.dumps(body)} for body in bodies]}
    triggers = [one.trigger for one in wanted_by("f", event, NOW)]
    assert triggers == [Trigger.COMMAND, Trigger.SCHEDULE]


@pytest.mark.parametrize("label", ["", "1a"])
def test_what_is_left_of_a_run_is_asked_for_by_its_own_event(label: str) -> None:
    wanted = Wanted("f", NINE, Trigger.OPS, label, "ops-1")
    told = json.loads(json.dumps(event_of(new_entry(wanted, NOW))))
    assert wanted_by("f", told, NOW) == [wanted]


ARN = "arn:aws:lambda:ap-east-1:123456789012:function:lizheng-dev"


def failed(request: Any, function: str = "f") -> dict[str, Any]:
    """What Lambda writes of an invocation that failed three times."""
    return {
        "version": "1.0",
        "timestamp": "2017-03-09T01:00:00Z",
        "requestContext": {
            "functionArn": f"{ARN}-{function}:$LATEST",
            "condition": "RetriesExhausted",
        },
        "requestPayload": request,
        "responsePayload": {"errorType": "RunFailed"},
    }


@pytest.mark.parametrize("wrapped", [1, 2])
@pytest.mark.parametrize(
    ("request_", "trigger"),
    [
        ({"scheduledFor": "2017-03-06T01:00:00Z"}, Trigger.SCHEDULE),
        (event_of(new_entry(Wanted("f", NINE, Trigger.OPS), NOW)), Trigger.OPS),
    ],
)
def test_a_redriven_failure_asks_for_the_run_that_failed(
    request_: dict[str, Any], trigger: Trigger, wrapped: int
) -> None:
    record: Any = request_
    for _ in range(wrapped):
        record = failed(record)
    event = {"Records": [{"body": json.dumps(record)}]}
    assert wanted_by("f", event, NOW) == [Wanted("f", NINE, trigger)]


@pytest.mark.parametrize(
    "event",
    [
        failed({"scheduledFor": "2017-03-06T01:00:00Z"}, "overdue_sweep"),
        failed(event_of(new_entry(Wanted("overdue_sweep", NINE, Trigger.OPS), NOW))),
        event_of(new_entry(Wanted("overdue_sweep", NINE, Trigger.OPS), NOW)),
    ],
)
def test_what_another_function_failed_at_is_refused(event: dict[str, Any]) -> None:
    with pytest.raises(EventRefused, match="overdue_sweep"):
        wanted_by("f", {"Records": [{"body": json.dumps(event)}]}, NOW)


def test_a_schedule_that_could_not_be_delivered_names_its_function_beside() -> None:
    body = json.dumps({"scheduledFor": "2017-03-06T01:00:00Z"})
    target = {"TARGET_ARN": {"stringValue": f"{ARN}-overdue_sweep", "dataType": "String"}}
    event = {"Records": [{"body": body, "messageAttributes": target}]}
    assert wanted_by("overdue_sweep", event, NOW)[0].at == NINE
    with pytest.raises(EventRefused, match="overdue_sweep"):
        wanted_by("monthly_archive", event, NOW)


@pytest.mark.parametrize(
    "event",
    [
        {"Records": [{"body": "{}"}]},
        {"Records": [{"body": json.dumps(failed({}))}]},
        {"at": "0001-01-01T00:00:00"},
        {"at": "9999-12-31T23:59:59+00:00"},
        {"scheduledFor": "2017-03-06T02:30:00Z"},
        {"runId": "nonsense"},
        {"scheduledFor": "yesterday"},
        {"at": 7},
        {"trigger": "WIND"},
        {"Records": [{"body": "{"}]},
        {"Records": [{"body": "[]"}]},
        {"Records": [{}]},
    ],
)
def test_an_event_that_says_nothing_is_refused(event: dict[str, Any]) -> None:
    with pytest.raises(EventRefused):
        wanted_by("f", event, NOW)
