"""Messages to be sent."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from services.functions.messages import Medium, Message

PHONE = "+8613800138000"
TEXT = "【网络理政】您的来信（编号20170306-000001-4）已有答复。"
SMS = Message(
    id="5f3c-7-writer",
    medium=Medium.SMS,
    to=PHONE,
    text=TEXT,
    subject="来信20170306-000001-4",
    about="APPROVE_REPLY",
    data={"number": "20170306-000001-4"},
)


def message(medium: Medium, to: str, **changed: Any) -> Message:
    """The usual one over another medium."""
    return replace(SMS, medium=medium, to=to, **changed)
