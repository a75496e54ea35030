"""A Lambda container, as the runtime meets it: handlers, invocations, what they leave and say."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import NoRegionError
from moto import mock_aws

from functions import runtime
from functions.continuing import Continuation, NoContinuation
from functions.runtime import Container, RunFailed
from infra.queues import Queue
from services.functions import overdue_sweep
from services.functions.runs import Run
from services.functions.workshop import Workshop
from storage import mongo
from tests.services.functions.jobs import MONDAY
from tests.services.offices import KEYS_GIVEN

# Powertools writes to the standard output that it met first: one driver in a process.
pytestmark = pytest.mark.ring("test")

ROOT = Path(__file__).resolve().parents[2]
SCHEDULED = {"scheduledFor": "2017-03-06T01:00:00Z"}


class Invocation:
    """What Lambda tells about one invocation."""

    def __init__(self, seconds: float = 120) -> None:
        self.seconds = seconds

    def get_remaining_time_in_millis(self) -> int:
        return int(self.seconds * 1000)


@pytest.fixture
def environ(mongo_uri: str, database: mongo.Database, driver: str) -> dict[str, str]:
    return {
        "ENVIRONMENT": "production",
        "MONGODB_URI": mongo_uri,
        "MONGODB_DATABASE": database.name,
        "MONGODB_DRIVER": driver,
        **KEYS_GIVEN,
    }


@pytest.fixture
def container(environ: dict[str, str]) -> Iterator[Container]:
    kept = Container(environ, lambda: MONDAY)
    yield kept
    kept.close()


@pytest.fixture
def queue(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The URL of a queue."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "ap-east-1")
    with mock_aws():
        client = boto3.client("sqs")
        yield client.create_queue(QueueName="rest")["QueueUrl"]


def job(monkeypatch: pytest.MonkeyPatch, work: Any) -> None:
    """What the sweep does in this test."""
    monkeypatch.setattr(overdue_sweep, "overdue_sweep", work)


async def idle(workshop: Workshop, run: Run) -> None:
    run.saw(3)
    run.skipped(3)


async def broken(workshop: Workshop, run: Run) -> None:
    raise LookupError("张小明")


async def endless(workshop: Workshop, run: Run) -> None:
    done = (run.checkpoint or {}).get("done", 0)
    if run.has_time():
        run.saw()
        return
    await run.reached({"done": done + 1})


def test_nothing_of_graphql_or_http_comes_with_a_handler() -> None:
    names = ("graphql", "strawberry", "starlette", "uvicorn", "typer", "moto")
    code = f"""if True:
        import sys
        import functions.overdue_sweep, functions.satisfaction_callback, functions.monthly_archive
        import functions.deliver_notices, functions.monthly_bulletin
        print(*(name for name in {names!r} if name in sys.modules))"""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.stdout.strip(), done.stderr) == ("", "")


def test_an_invocation_answers_with_the_ledger_entry_and_says_it_in_the_log(
    container: Container, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    job(monkeypatch, idle)
    (answer,) = container.handle("overdue_sweep", SCHEDULED, Invocation())
    assert (answer["id"], answer["state"]) == ("overdue_sweep@2017-03-06T01:00:00Z", "SUCCEEDED")
    assert (answer["trigger"], answer["seen"], answer["skipped"]) == ("SCHEDULE", 3, 3)
    json.dumps(answer)
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    said = next(line for line in lines if line.get("message") == "run ended")
    assert (said["run_id"], said["state"], said["seen"]) == (answer["id"], "SUCCEEDED", 3)
    measured = next(line for line in lines if "_aws" in line)
    (about,) = measured["_aws"]["CloudWatchMetrics"]
    assert about["Namespace"] == "Lizheng"
    assert measured["service"] == "overdue_sweep"
    assert (measured["RunSucceeded"], measured["RunFailed"], measured["Seen"]) == (
        [1.0],
        [0.0],
        [3],
    )


def test_the_same_event_again_does_nothing_on_the_same_client(
    container: Container, monkeypatch: pytest.MonkeyPatch
) -> None:
    job(monkeypatch, idle)
    first = container.handle("overdue_sweep", SCHEDULED, Invocation())
    workshop = container._workshop
    assert container.handle("overdue_sweep", SCHEDULED, Invocation()) == first
    assert container._workshop is workshop


def test_a_failed_run_is_raised_so_that_lambda_tries_again(
    container: Container, monkeypatch: pytest.MonkeyPatch
) -> None:
    job(monkeypatch, broken)
    with pytest.raises(RunFailed, match="overdue_sweep@2017-03-06T01:00:00Z: LookupError at"):
        container.handle("overdue_sweep", SCHEDULED, Invocation())
    job(monkeypatch, idle)
    (answer,) = container.handle("overdue_sweep", SCHEDULED, Invocation())
    assert (answer["state"], answer["attempt"]) == ("SUCCEEDED", 2)


def test_what_is_left_when_time_is_over_goes_to_the_queue_and_on_from_there(
    container: Container, queue: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    job(monkeypatch, endless)
    container._environ = {**container._environ, "CONTINUATION_QUEUE_URL": queue}
    (answer,) = container.handle("overdue_sweep", SCHEDULED, Invocation(seconds=20))
    assert (answer["state"], answer["toBeContinued"]) == ("PARTIAL", True)
    client = boto3.client("sqs")
    (message,) = client.receive_message(QueueUrl=queue)["Messages"]
    event = {"Records": [{"body": message["Body"], "eventSource": "aws:sqs"}]}
    (rest,) = container.handle("overdue_sweep", event, Invocation())
    assert (rest["id"], rest["state"], rest["attempt"]) == (answer["id"], "SUCCEEDED", 2)
    assert "Messages" not in client.receive_message(QueueUrl=queue)


def test_without_a_queue_what_is_left_is_an_error(
    container: Container, monkeypatch: pytest.MonkeyPatch
) -> None:
    job(monkeypatch, endless)
    with pytest.raises(NoContinuation, match="CONTINUATION_QUEUE_URL"):
        container.handle("overdue_sweep", SCHEDULED, Invocation(seconds=20))


async def test_a_run_that_another_container_holds_is_looked_at_again_later(queue: str) -> None:
    from domain.runs import RunState, Trigger
    from services.functions.running import Wanted, new_entry

    entry = new_entry(Wanted("overdue_sweep", MONDAY, Trigger.SCHEDULE), MONDAY)
    assert entry.state is RunState.REQUESTED
    await Continuation(Queue(queue)).go_on(entry)
    attributes = boto3.client("sqs").get_queue_attributes(
        QueueUrl=queue, AttributeNames=["ApproximateNumberOfMessagesDelayed"]
    )["Attributes"]
    assert attributes["ApproximateNumberOfMessagesDelayed"] == "1"


def test_a_handler_opens_its_container_once_and_answers_a_queue_with_a_list(
    environ: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    job(monkeypatch, idle)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(runtime, "_kept", [])
    handle = runtime.handler("overdue_sweep")
    one = handle(SCHEDULED, Invocation())
    event = {"Records": [{"body": json.dumps(SCHEDULED)}]}
    assert handle(event, Invocation()) == [one]
    (kept,) = runtime._kept
    kept.close()


def test_variables_may_lie_in_a_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "ap-east-1")
    with mock_aws():
        made = boto3.client("secretsmanager").create_secret(
            Name="lizheng/dev", SecretString=json.dumps({"MONGODB_URI": "hidden", "PORT": "1"})
        )
        monkeypatch.setenv("SECRETS_ARN", made["ARN"])
        monkeypatch.setenv("PORT", "2")
        found = runtime._environment()
    assert (found["MONGODB_URI"], found["PORT"]) == ("hidden", "2")


def test_a_container_that_cannot_be_opened_keeps_no_client(
    environ: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    close_client, closed = mongo.close, []

    async def close(client: mongo.Client) -> None:
        closed.append(client)
        await close_client(client)

    monkeypatch.setattr(mongo, "close", close)
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    somewhere = {"POST": "aws", "PUBLIC_URL": "https://letters.example"}
    container = Container({**environ, **somewhere}, lambda: MONDAY)
    for _ in range(2):
        with pytest.raises(NoRegionError):
            container.handle("overdue_sweep", SCHEDULED, Invocation())
    assert len(closed) == 2
    container.close()
