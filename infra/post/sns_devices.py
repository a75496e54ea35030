"""Devices as endpoints of Amazon SNS: made for an app's token, given up when nobody uses it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Mapping
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

_THERE_ALREADY = re.compile(r"Endpoint (arn:\S+) already exists")


class SnsDevices:
    """Endpoints of SNS platform applications, by platform. SNS knows a token only once."""

    def __init__(self, client: Any, applications: Mapping[str, str]) -> None:
        self._client, self._applications = client, dict(applications)

    async def address(self, platform: str, token: str) -> str | None:
        """The ARN of the token's endpoint, which is enabled; None for a token that is none."""
        application = self._applications.get(platform)
        if application is None:
            return None
        try:
            made = await _called(
                self._client.create_platform_endpoint,
                PlatformApplicationArn=application,
                Token=token,
            )
            arn = str(made["EndpointArn"])
        except ClientError as error:
            there = _told(error)
            if there is None:
                return None
            arn = there
        # One that was disabled, because its app was gone for a while, is used again.
        enabled = {"Enabled": "true", "Token": token}
        await _called(self._client.set_endpoint_attributes, EndpointArn=arn, Attributes=enabled)
        return arn

    async def forget(self, address: str) -> None:
        """Removes the endpoint; one that is gone, or cannot be reached, is no harm."""
        try:
            await _called(self._client.delete_endpoint, EndpointArn=address)
        except (ClientError, BotoCoreError):
            return


async def _called(operation: Callable[..., Any], **given: Any) -> Any:
    return await asyncio.to_thread(operation, **given)


def _told(error: ClientError) -> str | None:
    """The endpoint that has the token, though with other attributes; None for a bad token."""
    told = error.response.get("Error", {})
    if there := _THERE_ALREADY.search(str(told.get("Message", ""))):
        return there[1]
    if told.get("Code") in ("InvalidParameter", "InvalidParameterException"):
        return None
    raise error
