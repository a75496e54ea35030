"""Which adapter takes which medium; what has none lies in the outbox, once and unreadable."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from infra.post.outbox import OutboxPost
from infra.post.switchboard import switchboard
from infra.post.told import PostSettings
from services.functions.messages import Medium
from services.office import Office
from settings import Settings, SettingsError
from storage import mongo
from storage.pages import Page
from tests.infra.moto import CREDENTIALS
from tests.infra.post.answering import Asked, Says, answering, says_json
from tests.infra.post.messages import PHONE, SMS, TEXT, message
from tests.services.offices import documents, sms_quota

pytestmark = pytest.mark.ring("test")

NOW = datetime(2017, 3, 6, 1, tzinfo=UTC)
AWS = {"POST": "aws", "PUBLIC_URL": "https://letters.example/"}
MAIL = {"UNIT_MAIL_DOMAIN": "units.example.org", "MAIL_SENDER": "letters@example.org"}
WECHAT = {"WECHAT_APP_ID": "wx", "WECHAT_SECRET": "s", "WECHAT_TEMPLATE": "t"}


async def test_locally_everything_lies_in_the_outbox_once(
    office: Office, database: mongo.Database
) -> None:
    outbox = OutboxPost(office.outbox, lambda: NOW)
    post = switchboard(PostSettings(), outbox, lambda: NOW, sms_quota(office))
    for _ in range(2):
        assert await post.send(SMS) is None
    assert await post.send(message(Medium.EMAIL, "5101", id="another")) is None
    page = await office.outbox.page(Page(first=10))
    assert {one.id for one in page.items} == {SMS.id, "another"}
    assert page.total == 2
    found = next(one for one in await office.outbox.newest(10) if one.id == SMS.id)
    assert (found.to, found.text, found.medium, found.sent_at) == (PHONE, TEXT, "SMS", NOW)
    stored = repr(await documents(database, "outbox"))
    assert PHONE not in stored
    assert TEXT not in stored


async def test_on_aws_each_medium_has_its_adapter_and_units_without_mail_the_outbox(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def aws(asked: Asked) -> Says:
        if asked.path.startswith("/v2/"):
            return says_json(MessageId="1")
        return Says(400, b"<ErrorResponse><Error><Code>Throttling</Code></Error></ErrorResponse>")

    outbox = OutboxPost(office.outbox, lambda: NOW)
    with answering(aws) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
        for name, value in CREDENTIALS.items():
            monkeypatch.setenv(name.upper().replace("REGION_NAME", "AWS_DEFAULT_REGION"), value)
        post = switchboard(
            PostSettings.from_environment(AWS | MAIL), outbox, lambda: NOW, sms_quota(office)
        )
        refusal = await post.send(SMS)
        assert refusal is not None
        assert refusal.reason == "AWS: Throttling"
        assert await post.send(message(Medium.EMAIL, "5101")) is None
        assert [one.path for one in server.asked] == ["/", "/v2/email/outbound-emails"]
        assert await office.outbox.newest(10) == []
        post = switchboard(
            PostSettings.from_environment(AWS), outbox, lambda: NOW, sms_quota(office)
        )
        assert await post.send(message(Medium.EMAIL, "5101")) is None
        assert [one.medium for one in await office.outbox.newest(10)] == ["EMAIL"]


async def test_wechat_has_an_adapter_where_an_account_is_known(office: Office) -> None:
    with answering(lambda _: says_json(errcode=-1)) as server:
        told = PostSettings.from_environment(WECHAT | {"WECHAT_URL": server.url})
        post = switchboard(
            told, OutboxPost(office.outbox, lambda: NOW), lambda: NOW, sms_quota(office)
        )
        refusal = await post.send(message(Medium.WECHAT, "openid"))
        assert refusal is not None
        assert refusal.reason == "WeChat: -1"
        await post.close()


def test_what_the_post_is_told_is_read_from_the_environment() -> None:
    told = PostSettings.from_environment({**AWS, **MAIL, **WECHAT, "PORT": "8123"})
    assert (told.kind, told.public_url) == ("aws", "https://letters.example")
    assert (told.unit_mail_domain, told.mail_sender) == (
        "units.example.org",
        "letters@example.org",
    )
    assert "'s'" not in repr(told)
    assert PostSettings.from_environment({"PORT": "8123"}).public_url == "http://127.0.0.1:8123"
    assert PostSettings.from_environment({}) == PostSettings()


@pytest.mark.parametrize(
    ("environ", "complaint"),
    [
        ({"POST": "pigeon"}, "POST must be one of outbox, aws, not 'pigeon'"),
        ({"POST": "aws"}, "PUBLIC_URL must be set with POST"),
        ({"PUBLIC_URL": "http://letters.example"}, "PUBLIC_URL must begin with https://"),
        ({"PUBLIC_URL": "https://["}, "PUBLIC_URL must begin with https://"),
        ({"UNIT_MAIL_DOMAIN": "units.example.org"}, "MAIL_SENDER must be set"),
        ({**MAIL, "UNIT_MAIL_DOMAIN": "a b"}, "UNIT_MAIL_DOMAIN must be a domain"),
        ({"WECHAT_APP_ID": "wx"}, "WECHAT_SECRET must be set with WECHAT_APP_ID"),
        ({**WECHAT, "WECHAT_URL": "ftp://x"}, "WECHAT_URL must begin with https://"),
    ],
)
def test_what_cannot_be_is_refused_with_the_variables_name(
    environ: Mapping[str, str], complaint: str, tmp_path: object
) -> None:
    with pytest.raises(SettingsError, match="^" + complaint.replace("(", r"\(")):
        Settings.from_environment({"DATA_DIR": str(tmp_path), **environ})
