"""What is told from outside of the ways by which people outside come in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

from infra.outside.accounts import AccountSettings
from infra.outside.attachments import AttachmentSettings
from infra.outside.channels import ChannelSettings


@dataclass(frozen=True)
class OutsideSettings:
    """Of accounts, partners, attachments and the channels of messages."""

    accounts: AccountSettings = field(default_factory=AccountSettings)
    attachments: AttachmentSettings = field(default_factory=AttachmentSettings)
    channels: ChannelSettings = field(default_factory=ChannelSettings)

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Self:
        """Reads the variables; raises ``ValueError``, which names the one that is wrong."""
        return cls(
            accounts=AccountSettings.from_environment(environ),
            attachments=AttachmentSettings.from_environment(environ),
            channels=ChannelSettings.from_environment(environ),
        )
