"""What a survey that goes out over WeChat leaves behind: a figure sent back answers it."""

from __future__ import annotations

from domain.words import Channel
from services.conversations.keys import sender_key
from services.office import Office


async def keep_asked(office: Office, openid: str, case_id: str, round_: int) -> None:
    """This follower was asked last about this case's reply, the ``round_``-th that went out."""
    sender = sender_key(office.access, Channel.WECHAT, openid)
    await office.outside.conversations.keep_survey(sender, case_id, round_)
