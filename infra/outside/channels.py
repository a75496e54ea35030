"""What the channels of messages are told from outside: WeChat's account, and the topic of SMS."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

_TOPIC = re.compile(r"arn:aws(?:-cn)?:sns:([a-z]{2}-[a-z]+-\d):\d{12}:[A-Za-z0-9_-]{1,256}")
_AES_KEY = re.compile(r"[A-Za-z0-9]{43}")
_TOKEN = re.compile(r"[A-Za-z0-9]{3,32}")
_LOOPBACK = re.compile(r"http://127\.0\.0\.1:\d{1,5}")


@dataclass(frozen=True)
class ChannelSettings:
    """A channel without its setting is not there: its address is a 404."""

    wechat_token: str | None = field(default=None, repr=False)
    wechat_app_id: str = ""
    wechat_aes_key: str | None = field(default=None, repr=False)
    """43 signs. With it only encrypted messages are taken."""
    sms_topic: str | None = None
    """ARN of the one SNS topic whose messages are taken."""
    sms_authority: str | None = None
    """An address of this machine that signing certificates may come from. Not in production."""

    @property
    def sms_host(self) -> str:
        """The host of the topic's region."""
        topic = self.sms_topic or ""
        region = topic.split(":")[3]
        china = ".cn" if topic.startswith("arn:aws-cn:") else ""
        return f"sns.{region}.amazonaws.com{china}"

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Self:
        """Reads the variables; raises ``ValueError``, which names the one that is wrong."""
        if environ.get("WECHAT_TOKEN") and not environ.get("WECHAT_APP_ID"):
            raise ValueError("WECHAT_APP_ID must be set with WECHAT_TOKEN")
        production = environ.get("ENVIRONMENT") == "production"
        if production and environ.get("WECHAT_TOKEN") and not environ.get("WECHAT_AES_KEY"):
            raise ValueError("WECHAT_AES_KEY must be set with WECHAT_TOKEN in production")
        authority = _matching(environ, "SMS_AUTHORITY", _LOOPBACK)
        if authority and production:
            raise ValueError("SMS_AUTHORITY is for development: it must not be set in production")
        return cls(
            wechat_token=_matching(environ, "WECHAT_TOKEN", _TOKEN),
            wechat_app_id=environ.get("WECHAT_APP_ID") or "",
            wechat_aes_key=_matching(environ, "WECHAT_AES_KEY", _AES_KEY),
            sms_topic=_matching(environ, "SMS_TOPIC", _TOPIC),
            sms_authority=authority,
        )


def _matching(environ: Mapping[str, str], name: str, pattern: re.Pattern[str]) -> str | None:
    """The value is not repeated in the message: it may be a secret."""
    value = environ.get(name) or None
    if value is not None and not pattern.fullmatch(value):
        raise ValueError(f"{name} does not have the shape that it must have")
    return value
