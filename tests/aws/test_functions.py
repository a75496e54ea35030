"""The packaged functions in Lambda's own runtime loop, on a real database and a cloud of moto's."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest

from services.functions.table import FUNCTIONS
from services.office import Office
from storage import mongo
from tests.aws.cloud import Stack
from tests.aws.conftest import Start
from tests.services.functions.archiving import AUTUMN, concluded
from tests.services.functions.archiving import delivered as everybody_was_told
from tests.services.offices import TO_CALLBACK, TO_HANDLING, at, documents, sent, walked

pytestmark = [pytest.mark.ring("all"), pytest.mark.aws]
AT, LATER = at("2017-03-06 10:00"), at("2017-03-06 11:00")
OVERDUE = at("2017-03-14 00:10")
"""Handling was due on Monday, 2017-03-13."""
FIRST_OF_APRIL = at("2017-04-01 03:00")


def scheduled(when: datetime) -> dict[str, Any]:
    """What EventBridge Scheduler invokes a function with."""
    return {"scheduledFor": when.isoformat()}


def asked_for(when: datetime) -> dict[str, Any]:
    """What ops invoke it with: as of that time, whatever hour of the night it is now."""
    return {"at": when.isoformat(), "trigger": "OPS"}


def metrics(log: str) -> dict[tuple[str, str], float]:
    """The figures in the log (EMF), by service and name; the last of each."""
    told: dict[tuple[str, str], float] = {}
    for line in log.splitlines():
        if '"_aws"' in line:
            said = json.loads(line[line.index("{") :])
            (directive,) = said["_aws"]["CloudWatchMetrics"]
            assert (directive["Namespace"], directive["Dimensions"]) == ("Lizheng", [["service"]])
            for metric in directive["Metrics"]:
                told[said["service"], metric["Name"]] = said[metric["Name"]][-1]
    return told


@pytest.mark.parametrize("name", FUNCTIONS)
async def test_a_scheduled_run_is_in_the_ledger_and_its_repetition_does_nothing(
    name: str, office: Office, database: mongo.Database, start: Start
) -> None:
    container = start(name)
    cold = container.invoke(scheduled(AT))
    assert not cold.is_error, (cold.payload, container.said())
    assert (cold.payload["state"], cold.payload["trigger"]) == ("SUCCEEDED", "SCHEDULE")
    assert container.invoke(scheduled(AT)).payload == cold.payload
    assert container.invoke(scheduled(LATER)).payload["state"] == "SUCCEEDED"
    ledger = await documents(database, "function_runs")
    assert {one["_id"]: (one["state"], one["attempt"]) for one in ledger} == {
        f"{name}@2017-03-06T0{hour}:00:00Z": ("SUCCEEDED", 1) for hour in (2, 3)
    }
    assert metrics(container.said())[name, "RunSucceeded"] == 1


async def test_the_sweep_marks_what_is_overdue_and_tells_the_alarms_how_many(
    office: Office, database: mongo.Database, start: Start
) -> None:
    await walked(office, (await sent(office)).case, TO_HANDLING)
    container = start("overdue_sweep")
    reply = container.invoke(scheduled(OVERDUE))
    assert reply.payload["changed"] > 0, (reply, container.said())
    [case] = await documents(database)
    names = [one["id"].removeprefix(case["_id"]) for one in case["notices"]]
    assert [name for name in names if name.startswith("-overdue-") and name.endswith("-unit")]
    told = metrics(container.said())
    assert (told["overdue_sweep", "CasesOverdue"], told["monthly_archive", "RunMissing"]) == (1, 0)

    container.invoke(scheduled(OVERDUE))
    assert await documents(database) == [case]


async def test_a_run_without_time_goes_on_from_a_message_in_its_queue(
    office: Office, database: mongo.Database, start: Start, stack: Stack
) -> None:
    await walked(office, (await sent(office)).case, TO_HANDLING)
    container, queues = start("overdue_sweep"), stack.cloud.client("sqs")
    cut = container.invoke(scheduled(OVERDUE), seconds=30)
    assert cut.payload["state"] == "PARTIAL", (cut, container.said())
    [before] = await documents(database)
    assert not before["watch"]["overdue"]

    queue = stack.environ("overdue_sweep")["CONTINUATION_QUEUE_URL"]
    (message,) = queues.receive_message(QueueUrl=queue)["Messages"]
    queues.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
    again = container.invoke({"Records": [{"body": message["Body"]}]})
    assert [(one["id"], one["state"], one["attempt"]) for one in again.payload] == [
        (cut.payload["id"], "SUCCEEDED", 2)
    ]
    [after] = await documents(database)
    assert after["watch"]["overdue"]


async def test_the_writer_is_asked_by_one_container_and_told_by_another(
    office: Office, database: mongo.Database, start: Start, stack: Stack
) -> None:
    letter = await sent(office)
    await walked(office, letter.case, TO_CALLBACK)
    await walked(office, (await sent(office, "to sign for")).case, "ACCEPT REVIEW")
    handed = stack.cloud.handed_over()
    asked = start("satisfaction_callback").invoke(scheduled(AT))
    assert asked.payload["changed"] == 1

    container = start("deliver_notices")
    first = container.invoke(asked_for(LATER))
    assert first.payload["state"] == "SUCCEEDED", (first, container.said())
    now = stack.cloud.handed_over()
    texts = now["texts"][len(handed["texts"]) :]
    assert {number for number, _ in texts} == {"+8613800138000"}
    [survey] = [text for _, text in texts if "https://lizheng.example.org/" in text]
    assert letter.case.number in survey
    assert [to for to, *_ in now["mails"][len(handed["mails"]) :]] == [["510104@units.example.org"]]

    container.invoke(asked_for(LATER))
    container.invoke(asked_for(at("2017-03-06 11:01")))
    assert stack.cloud.handed_over() == now
    notices = [one for case in await documents(database) for one in case["notices"]]
    assert {one["state"] for one in notices} <= {"SENT", "LEFT_OUT"}


def archived_objects(s3: Any, bucket: str) -> list[dict[str, Any]]:
    """What lies in the bucket; without the anchors, of which every run leaves one."""
    found = s3.list_objects_v2(Bucket=bucket)["Contents"]
    return [one for one in found if not one["Key"].startswith("anchors/")]


async def test_the_archive_lies_in_the_bucket_and_a_tombstone_in_the_database(
    office: Office, database: mongo.Database, start: Start, stack: Stack
) -> None:
    told = await concluded(office)
    await everybody_was_told(office)
    container, s3 = start("monthly_archive"), stack.cloud.client("s3")
    reply = container.invoke(scheduled(AUTUMN))
    assert (reply.payload["state"], reply.payload["changed"]) == ("SUCCEEDED", 1), container.said()

    bucket = stack.environ("monthly_archive")["ARCHIVE_BUCKET"]
    kept = archived_objects(s3, bucket)
    manifest = next(one["Key"] for one in kept if one["Key"].endswith("manifest.json"))
    said = json.loads(s3.get_object(Bucket=bucket, Key=manifest)["Body"].read())
    assert (said["count"], said["first"], said["last"]) == (1, told.number, told.number)
    [case] = await documents(database)
    assert (case["stage"], case["letter"]["body"]) == ("ARCHIVE", "")

    container.invoke(scheduled(AUTUMN.replace(month=11)))
    assert archived_objects(s3, bucket) == kept


async def test_the_month_is_closed(office: Office, database: mongo.Database, start: Start) -> None:
    await sent(office)
    reply = start("monthly_bulletin").invoke(scheduled(FIRST_OF_APRIL))
    assert reply.payload["changed"] == 1
    [bulletin] = await documents(database, "bulletins")
    assert (bulletin["month"], bulletin["state"]) == ("2017-03", "PRELIMINARY")


async def test_a_function_without_its_database_fails_in_words(
    office: Office, start: Start, secret: dict[str, str], stack: Stack
) -> None:
    nowhere = {**secret, "MONGODB_URI": "mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=200"}
    stack.cloud.client("secretsmanager").put_secret_value(
        SecretId="lizheng/dev/overdue_sweep", SecretString=json.dumps(nowhere)
    )
    reply = start("overdue_sweep").invoke(scheduled(AT))
    assert reply.is_error
    assert reply.payload["errorType"] == "ServerSelectionTimeoutError"
