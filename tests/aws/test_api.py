"""The packaged API in Lambda's runtime loop, asked as an HTTP API asks it."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from api.tokens import DevelopmentIssuer
from domain.words import Role
from services.office import Office
from tests.aws.cloud import Stack
from tests.aws.conftest import Start
from tests.services.offices import sent

pytestmark = [pytest.mark.aws, pytest.mark.slow]
RESPONSE_JSON = "application/graphql-response+json"
STATUS = """query ($number: String!, $queryCode: String!) {
  trackedCase(number: $number, queryCode: $queryCode) { number title stage }
}"""


OPS = """mutation {
  rescheduleFunction(input: { name: "overdue_sweep", schedule: "5 * * * *" }) { errors { code } }
  pauseFunction(input: { name: "overdue_sweep" }) { function { enabled } errors { code } }
}"""


def request(
    body: dict[str, Any] | None, path: str = "/graphql", accept: str = RESPONSE_JSON, **more: str
) -> dict[str, Any]:
    """An event of an HTTP API, payload format 2.0; ``more`` are headers."""
    method = "GET" if body is None else "POST"
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": "",
        "headers": {
            "accept": accept,
            "content-type": "application/json",
            "host": "lizheng.example.org",
            "x-forwarded-proto": "https",
            "x-forwarded-port": "443",
            **more,
        },
        "requestContext": {
            "http": {"method": method, "path": path, "sourceIp": "203.0.113.9"},
            "stage": "$default",
        },
        "body": None if body is None else json.dumps(body),
        "isBase64Encoded": False,
    }


async def test_a_query_is_answered_cold_and_warm(office: Office, start: Start) -> None:
    letter = await sent(office)
    number = letter.case.number
    asked = request(
        {"query": STATUS, "variables": {"number": number, "queryCode": letter.query_code}}
    )
    container = start("api")
    for reply in (container.invoke(asked), container.invoke(asked)):
        assert not reply.is_error, container.said()
        assert reply.payload["statusCode"] == 200
        assert reply.payload["headers"]["content-type"].startswith(RESPONSE_JSON)
        assert reply.payload["isBase64Encoded"] is False
        found = json.loads(reply.payload["body"])["data"]["trackedCase"]
        assert found == {"number": number, "title": letter.case.letter.title, "stage": "ACCEPTANCE"}


async def test_readiness_is_told_and_a_stream_is_refused_with_words(
    office: Office, start: Start
) -> None:
    container = start("api")
    ready = container.invoke(request(None, "/readyz", "*/*"))
    assert (ready.payload["statusCode"], json.loads(ready.payload["body"])) == (
        200,
        {"status": "ok"},
    )

    follow = {"query": "subscription { caseChanged { number } }"}
    stream = container.invoke(request(follow, accept="text/event-stream"))
    assert stream.payload["statusCode"] == 406
    (error,) = json.loads(stream.payload["body"])["errors"]
    assert error["extensions"]["code"] == "NOT_ACCEPTABLE"
    assert "不提供订阅" in error["message"]
    plain = container.invoke(request(follow))
    assert plain.payload["statusCode"] == 400


async def test_ops_move_and_pause_the_schedule_that_was_deployed(
    office: Office, start: Start, stack: Stack
) -> None:
    seed = b"t" * 32
    container = start(
        "api",
        ENVIRONMENT="development",  # where tokens can be signed
        LIZHENG_TOKEN_KEY=base64.b64encode(seed).decode(),
    )
    moment = datetime.now(UTC) - timedelta(seconds=1)
    token = DevelopmentIssuer(seed).issue("the-ops", (Role.OPS,), None, moment)
    reply = container.invoke(request({"query": OPS}, authorization=f"Bearer {token}"))
    answer = json.loads(reply.payload["body"])
    assert answer["data"] == {
        "rescheduleFunction": {"errors": []},
        "pauseFunction": {"function": {"enabled": False}, "errors": []},
    }, (answer, container.said())
    schedule = stack.cloud.client("scheduler").get_schedule(
        GroupName="lizheng-dev", Name="lizheng-dev-overdue_sweep"
    )
    assert (schedule["State"], schedule["ScheduleExpression"]) == ("DISABLED", "cron(5 * * * ? *)")
    assert json.loads(schedule["Target"]["Input"]) == {
        "scheduledFor": "<aws.scheduler.scheduled-time>"
    }
    assert "DeadLetterConfig" in schedule["Target"]
