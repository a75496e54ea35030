"""Where devices are reached: Amazon SNS, or the outbox on one machine."""

from __future__ import annotations

import hashlib
from functools import cached_property
from typing import TYPE_CHECKING

from infra.outside.accounts import AccountSettings
from infra.post.told import PostSettings

if TYPE_CHECKING:
    from infra.post.sns_devices import SnsDevices


class LocalDevices:
    """Every token is a device; its messages lie in the outbox."""

    async def address(self, platform: str, token: str) -> str | None:
        """A name for it that does not tell the token."""
        return f"local:{platform}:{hashlib.sha256(token.encode()).hexdigest()[:16]}"

    async def forget(self, address: str) -> None:
        """There is nothing to forget."""


class CloudDevices:
    """Amazon's, reached when they are first needed: most containers never do."""

    def __init__(self, accounts: AccountSettings) -> None:
        self._accounts = accounts

    async def address(self, platform: str, token: str) -> str | None:
        """The ARN of the token's endpoint; None for a token that is none."""
        return await self.sns.address(platform, token)

    async def forget(self, address: str) -> None:
        """Removes the endpoint."""
        await self.sns.forget(address)

    @cached_property
    def sns(self) -> SnsDevices:
        """Endpoints of the applications that the settings name."""
        return _sns_devices(self._accounts)


def device_post(post: PostSettings, accounts: AccountSettings) -> LocalDevices | CloudDevices:
    """As the settings say: with ``POST=aws`` the applications that are named."""
    return CloudDevices(accounts) if post.kind == "aws" else LocalDevices()


def _sns_devices(accounts: AccountSettings) -> SnsDevices:
    import boto3

    from infra.post.aws import CONFIG
    from infra.post.sns_devices import SnsDevices

    named = {"APNS": accounts.apns, "FCM": accounts.fcm}
    applications = {platform: arn for platform, arn in named.items() if arn is not None}
    return SnsDevices(boto3.client("sns", config=CONFIG), applications)
