"""What an account's owner gets besides the message that went the way the letter came."""

from __future__ import annotations

from domain.messages import SIGNED
from domain.refusals import Text


def pointer(number: str) -> Text:
    """That there is something to read, and nothing of it: lock screens are read by others."""
    return Text(
        f"{SIGNED.zh}您的来信（编号{number}）有新消息，请登录查看。",
        f"{SIGNED.en}There is news of your letter {number}: sign in to read it.",
    )
