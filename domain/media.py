"""The media that messages travel by, and which of them reaches whom."""

from __future__ import annotations

from dataclasses import dataclass, field

from domain.words import Channel, Word


class Medium(Word):
    """What carries a message."""

    SMS = "SMS", "短信", "Text message"
    PUSH = "PUSH", "应用推送", "App notification"
    EMAIL = "EMAIL", "电子邮件", "E-mail"
    WECHAT = "WECHAT", "微信模板消息", "WeChat template message"


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where a writer can be reached: E.164, an openid, a device's address; None where not."""

    phone: str | None = field(default=None, repr=False)
    openid: str | None = field(default=None, repr=False)
    device: str | None = field(default=None, repr=False)


def route(channel: Channel, addresses: Addresses) -> tuple[Medium, str] | None:
    """By which medium and to which address an answer goes: the way the letter came.

    Where that way is not known it is the telephone; None when there is no way at all.
    """
    if channel is Channel.WECHAT and addresses.openid:
        return Medium.WECHAT, addresses.openid
    if channel is Channel.APP and addresses.device:
        return Medium.PUSH, addresses.device
    return (Medium.SMS, addresses.phone) if addresses.phone else None
