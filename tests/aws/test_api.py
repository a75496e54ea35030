"""The packaged API in Lambda's runtime loop, asked as an HTTP API asks it."""

from __future__ import annotations

import base64
import io
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from PIL import Image

from api.tokens import DevelopmentIssuer
from domain.words import Role
from infra.local_lambda import LocalLambda
from services.office import Office
from tests.api.files import GPS, REQUEST, path_of, picture
from tests.aws.cloud import Stack
from tests.aws.conftest import Start
from tests.services.offices import sent

pytestmark = [pytest.mark.ring("all"), pytest.mark.aws]
RESPONSE_JSON = "application/graphql-response+json"
STATUS = """query ($number: String!, $queryCode: String!) {
  trackedCase(number: $number, queryCode: $queryCode) { number title stage }
}"""

MAILBOX = "{ mailboxes(first: 1) { edges { node { id } } } }"
SUBMIT = """mutation ($input: SubmitLetterInput!) {
  submitLetter(input: $input) {
    case { number } queryCode errors { code field message }
  }
}"""
FILES = """query ($number: String!, $queryCode: String!) {
  trackedCase(number: $number, queryCode: $queryCode) { attachments { fileName url thumbnailUrl } }
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


def asked(container: LocalLambda, query: str, **variables: Any) -> dict[str, Any]:
    """The data of an answer."""
    reply = container.invoke(request({"query": query, "variables": variables}))
    assert not reply.is_error, container.said()
    answer = json.loads(reply.payload["body"])
    assert "errors" not in answer, answer
    data: dict[str, Any] = answer["data"]
    return data


async def test_a_photograph_goes_by_the_signed_form_to_the_bucket_that_was_deployed(
    office: Office, start: Start, stack: Stack
) -> None:
    container, body = start("api"), picture()
    upload = asked(container, REQUEST, input=announced(len(body)))["requestUpload"]["upload"]
    bucket = stack.physical["AttachmentsBucket"]
    assert bucket in upload["url"]
    fields = {one["name"]: one["value"] for one in upload["fields"]}
    signed = json.loads(base64.b64decode(fields["policy"]))["conditions"]  # moto looks away
    assert ["content-length-range", 1, len(body)] in signed
    for named in ({"bucket": bucket}, {"key": fields["key"]}, {"Content-Type": "image/jpeg"}):
        assert named in signed
    assert posted(upload["url"], fields, body) == 204

    mailbox = asked(container, MAILBOX)["mailboxes"]["edges"][0]["node"]["id"]
    letter = {
        "mailboxId": mailbox,
        "kind": "COMPLAINT",
        "title": "油烟扰民",
        "body": "楼下餐馆排放油烟，晚上无法开窗。",
        "writer": {"name": "李写信", "phone": "+8613800000001"},
        "channel": "APP",
        "idempotencyKey": "with a photograph",
        "attachments": [upload["id"]],
    }
    payload = asked(container, SUBMIT, input=letter)["submitLetter"]
    assert payload["errors"] == []
    s3 = stack.cloud.client("s3")
    held = {one["Key"] for one in s3.list_objects_v2(Bucket=bucket)["Contents"]}
    folder = f"attachments/{upload['id']}"
    assert held >= {f"{folder}/original", f"{folder}/shown", f"{folder}/thumbnail"}

    found = asked(
        container, FILES, number=payload["case"]["number"], queryCode=payload["queryCode"]
    )
    (file,) = found["trackedCase"]["attachments"]
    assert file["fileName"] == "油烟.jpg"
    for address in (file["url"], file["thumbnailUrl"]):
        shown = container.invoke(request(None, path_of(address), "*/*"))
        assert shown.payload["statusCode"] in (302, 303, 307)
        with Image.open(io.BytesIO(fetched(shown.payload["headers"]["location"]))) as opened:
            assert opened.format == "JPEG"
            assert not opened.getexif().get_ifd(GPS)


def announced(size: int) -> dict[str, Any]:
    """What a client says of a photograph."""
    return {
        "fileName": "油烟.jpg",
        "contentType": "image/jpeg",
        "size": size,
        "idempotencyKey": "a photograph",
    }


def posted(url: str, fields: dict[str, str], body: bytes) -> int:
    """The status of a form that is sent with this file."""
    files = {"file": ("x.jpg", body, fields["Content-Type"])}
    return httpx.post(url, data=fields, files=files, trust_env=False).status_code


def fetched(address: str) -> bytes:
    """What an address of the bucket's leads to."""
    return httpx.get(address, trust_env=False).raise_for_status().content
