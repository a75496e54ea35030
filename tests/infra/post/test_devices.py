"""Devices as endpoints of SNS platform applications, against AWS on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from infra.outside.accounts import AccountSettings
from infra.post.aws import CONFIG, SnsPost
from infra.post.devices import CloudDevices, LocalDevices, device_post
from infra.post.sns_devices import SnsDevices
from infra.post.told import PostSettings
from services.functions.messages import Medium, Message
from tests.infra.moto import CREDENTIALS

pytestmark = pytest.mark.ring("test")

TOKEN = "token-of-the-app"


@pytest.fixture
def sns(moto_server: str) -> Iterator[Any]:
    client = boto3.client("sns", endpoint_url=moto_server, config=CONFIG, **CREDENTIALS)
    yield client
    client.close()


@pytest.fixture
def application(sns: Any) -> str:
    made = sns.create_platform_application(
        Name="letters", Platform="GCM", Attributes={"PlatformCredential": "key"}
    )
    return str(made["PlatformApplicationArn"])


async def test_a_token_has_one_endpoint_that_messages_go_to(sns: Any, application: str) -> None:
    devices = SnsDevices(sns, {"FCM": application})
    address = await devices.address("FCM", f"{TOKEN}-1")
    assert address is not None
    assert await devices.address("FCM", f"{TOKEN}-1") == address
    message = Message("n-1", Medium.PUSH, address, "text")
    assert await SnsPost(sns).send(message) is None


async def test_a_disabled_endpoint_refuses_for_good_until_it_is_registered_again(
    sns: Any, application: str
) -> None:
    devices = SnsDevices(sns, {"FCM": application})
    address = await devices.address("FCM", f"{TOKEN}-2")
    assert address is not None
    sns.set_endpoint_attributes(EndpointArn=address, Attributes={"Enabled": "false"})
    message = Message("n-2", Medium.PUSH, address, "text")
    refusal = await SnsPost(sns).send(message)
    assert refusal is not None
    assert refusal.permanent
    assert await devices.address("FCM", f"{TOKEN}-2") == address
    assert await SnsPost(sns).send(message) is None


async def test_a_token_with_other_attributes_keeps_its_endpoint(sns: Any, application: str) -> None:
    made = sns.create_platform_endpoint(
        PlatformApplicationArn=application,
        Token=f"{TOKEN}-3",
        CustomUserData="somebody",
        Attributes={"Enabled": "false"},
    )
    devices = SnsDevices(sns, {"FCM": application})
    assert await devices.address("FCM", f"{TOKEN}-3") == made["EndpointArn"]


async def test_a_forgotten_endpoint_is_gone_and_may_be_forgotten_again(
    sns: Any, application: str
) -> None:
    devices = SnsDevices(sns, {"FCM": application})
    address = await devices.address("FCM", f"{TOKEN}-4")
    assert address is not None
    await devices.forget(address)
    await devices.forget(address)
    listed = sns.list_endpoints_by_platform_application(PlatformApplicationArn=application)
    assert address not in [one["EndpointArn"] for one in listed["Endpoints"]]


async def test_a_platform_without_an_application_has_no_devices(sns: Any) -> None:
    assert await SnsDevices(sns, {}).address("APNS", TOKEN) is None


async def test_on_one_machine_every_token_is_a_device_and_is_not_told() -> None:
    devices = device_post(PostSettings(), AccountSettings())
    assert isinstance(devices, LocalDevices)
    address = await devices.address("FCM", TOKEN)
    assert address is not None
    assert TOKEN not in address
    assert await devices.address("APNS", TOKEN) != address


def test_with_aws_the_named_applications_are_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_REGION", "ap-southeast-1")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "ap-southeast-1")
    arn = "arn:aws:sns:ap-southeast-1:123456789012:app/GCM/letters"
    told = AccountSettings.from_environment({"PUSH_FCM_APPLICATION": arn})
    devices = device_post(PostSettings(kind="aws"), told)
    assert isinstance(devices, CloudDevices)
    assert devices.sns._applications == {"FCM": arn}
