"""SMS, app notifications and mail over AWS's own client, against AWS on this machine."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs

import boto3
import pytest

from infra.post.aws import CONFIG, SesPost, SnsPost
from infra.post.taking import Refusal
from services.functions.messages import Medium
from tests.infra.moto import CREDENTIALS, free_port
from tests.infra.post.answering import Says, answering
from tests.infra.post.messages import PHONE, SMS, TEXT, message

pytestmark = pytest.mark.ring("test")

SENDER = "letters@example.org"
DOMAIN = "units.example.org"
ERROR = """<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code>
<Message>about +8613800138000</Message></Error><RequestId>1</RequestId></ErrorResponse>"""


def client(name: str, url: str) -> Any:
    return boto3.client(name, endpoint_url=url, config=CONFIG, **CREDENTIALS)


@pytest.fixture
def sns(moto_server: str) -> Iterator[Any]:
    client_ = client("sns", moto_server)
    yield client_
    client_.close()


@pytest.fixture
def ses(moto_server: str) -> Iterator[Any]:
    client_ = client("sesv2", moto_server)
    yield client_
    client_.close()


def sent_by(client_: Any) -> list[Any]:
    """The bodies of what the client sends from now on."""
    bodies: list[Any] = []
    client_.meta.events.register("before-send", lambda request, **_: bodies.append(request.body))
    return bodies


async def test_a_text_message_goes_to_its_number_with_its_id(sns: Any) -> None:
    bodies = sent_by(sns)
    assert await SnsPost(sns).send(SMS) is None
    [body] = [parse_qs(one) for one in bodies]
    assert body["PhoneNumber"] == [PHONE]
    assert body["Message"] == [TEXT]
    names = {value[0]: key for key, value in body.items() if key.endswith("Name")}
    of_id = names["message_id"].replace("Name", "Value.StringValue")
    assert body[of_id] == [SMS.id]


async def test_a_notification_goes_to_its_device_and_not_to_one_that_was_taken_away(
    sns: Any,
) -> None:
    app = sns.create_platform_application(Name="app", Platform="GCM", Attributes={})
    device = sns.create_platform_endpoint(
        PlatformApplicationArn=app["PlatformApplicationArn"], Token="t"
    )["EndpointArn"]
    assert await SnsPost(sns).send(message(Medium.PUSH, device)) is None
    sns.set_endpoint_attributes(EndpointArn=device, Attributes={"Enabled": "false"})
    refusal = await SnsPost(sns).send(message(Medium.PUSH, device))
    assert refusal == Refusal("AWS: EndpointDisabled", permanent=True)


@pytest.mark.parametrize(
    ("status", "code", "permanent"),
    [
        (400, "Throttling", False),
        (400, "ThrottledException", False),
        (500, "InternalError", False),
        (503, "ServiceUnavailable", False),
        (403, "AuthorizationError", False),  # somebody repairs that
        (403, "ExpiredToken", False),
        (400, "OptedOut", True),
        (400, "InvalidParameter", True),  # no such number
    ],
)
async def test_what_passes_is_told_from_what_does_not(
    status: int, code: str, permanent: bool
) -> None:
    error = ERROR.format(code=code).encode()
    with answering(lambda _: Says(status, error, {"Content-Type": "text/xml"})) as server:
        sns = client("sns", server.url)
        refusal = await SnsPost(sns).send(SMS)
        assert refusal == Refusal(f"AWS: {code}", permanent=permanent)
        assert len(server.asked) == 1, "it is tried again later, not here"
        sns.close()


async def test_where_nobody_answers_it_is_tried_again_later() -> None:
    sns = client("sns", f"http://127.0.0.1:{free_port()}")
    refusal = await SnsPost(sns).send(SMS)
    assert refusal == Refusal("AWS: EndpointConnectionError", permanent=False)
    sns.close()


async def test_mail_goes_to_the_units_code_at_the_domain_with_its_id(ses: Any) -> None:
    ses.create_email_identity(EmailIdentity=SENDER)
    bodies = sent_by(ses)
    mail = message(Medium.EMAIL, "510104-SYD", id="digest-510104-SYD-2017-03-07")
    assert await SesPost(ses, SENDER, DOMAIN).send(mail) is None
    [body] = map(json.loads, bodies)
    simple = body["Content"]["Simple"]
    assert body["Destination"]["ToAddresses"] == [f"510104-SYD@{DOMAIN}"]
    assert simple["Headers"] == [{"Name": "X-Message-Id", "Value": mail.id}]
    assert body["EmailTags"] == [{"Name": "message_id", "Value": mail.id}]
    assert (simple["Subject"]["Data"], simple["Body"]["Text"]["Data"]) == (mail.subject, TEXT)


async def test_mail_that_is_refused_says_so_without_an_address(ses: Any) -> None:
    post = SesPost(ses, "nobody@elsewhere.example", DOMAIN)
    refusal = await post.send(message(Medium.EMAIL, "5101"))
    assert refusal is not None
    assert not refusal.permanent  # a sender that is not verified yet: all mail would be given up
    assert "@" not in refusal.reason
