"""Why the house says no. Every refusal has a code, a field where it names one, and words.

::

    Refusal
    ├── InvalidInput        a value that cannot be used; names its field
    ├── NotFound            no such thing, or not for this reader
    ├── StaleCase           somebody changed the case first
    ├── ActionNotAllowed    the process has no such step here and now
    ├── Unauthenticated     nobody said who is asking
    ├── Forbidden           known, but not the one who may
    ├── TooManyAttempts     slow down
    ├── Duplicate           the idempotency key was used for something else
    ├── ChallengeRequired   a program may be writing: show some work first
    └── ChallengeFailed     the work shown is wrong, too old, or was shown before

A refusal is an answer, not a crash: services raise it, one place in ``resolvers/`` turns it
into a payload's ``errors``.
"""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar, NamedTuple


class Text(NamedTuple):
    """The same words in both languages."""

    zh: str
    en: str

    def spoken(self, language: str) -> str:
        """``language`` is ``"zh"`` or ``"en"``."""
        return self.zh if language == "zh" else self.en


class ErrorCode(StrEnum):
    INVALID_INPUT = "INVALID_INPUT"
    NOT_FOUND = "NOT_FOUND"
    STALE_CASE = "STALE_CASE"
    ACTION_NOT_ALLOWED = "ACTION_NOT_ALLOWED"
    UNAUTHENTICATED = "UNAUTHENTICATED"
    FORBIDDEN = "FORBIDDEN"
    TOO_MANY_ATTEMPTS = "TOO_MANY_ATTEMPTS"
    DUPLICATE = "DUPLICATE"
    CHALLENGE_REQUIRED = "CHALLENGE_REQUIRED"
    CHALLENGE_FAILED = "CHALLENGE_FAILED"


class Refusal(Exception):
    """The root: a code, words in both languages, and the path of a field where it names one."""

    code: ClassVar[ErrorCode]

    def __init__(self, zh: str, en: str, field: str | None = None) -> None:
        super().__init__(en)
        self.text = Text(zh, en)
        self.field = field


class InvalidInput(Refusal):
    code = ErrorCode.INVALID_INPUT


class NotFound(Refusal):
    code = ErrorCode.NOT_FOUND


class StaleCase(Refusal):
    code = ErrorCode.STALE_CASE

    def __init__(self) -> None:
        super().__init__(
            "该诉求件已被他人更新，请重新加载后再试。",
            "Somebody else changed this case first. Reload it and try again.",
            "version",
        )


class ActionNotAllowed(Refusal):
    code = ErrorCode.ACTION_NOT_ALLOWED


class Unauthenticated(Refusal):
    code = ErrorCode.UNAUTHENTICATED

    def __init__(self) -> None:
        super().__init__("请先登录。", "Sign in first.")


class Forbidden(Refusal):
    code = ErrorCode.FORBIDDEN


class TooManyAttempts(Refusal):
    """``retry_after``: seconds after which it is worth another try."""

    code = ErrorCode.TOO_MANY_ATTEMPTS

    def __init__(
        self,
        retry_after: int,
        zh: str = "操作过于频繁，请稍后再试。",
        en: str = "Too many attempts. Try again later.",
    ) -> None:
        super().__init__(zh, en)
        self.retry_after = retry_after


class Duplicate(Refusal):
    code = ErrorCode.DUPLICATE

    def __init__(self) -> None:
        super().__init__(
            "该幂等键已用于另一份内容。",
            "This idempotency key was already used for a different request.",
            "idempotencyKey",
        )


class ChallengeRequired(Refusal):
    code = ErrorCode.CHALLENGE_REQUIRED

    def __init__(self) -> None:
        super().__init__("请先完成防机器人验证。", "Solve a challenge first.")


class ChallengeFailed(Refusal):
    code = ErrorCode.CHALLENGE_FAILED

    def __init__(self) -> None:
        super().__init__(
            "防机器人验证未通过或已过期，请重试。",
            "The challenge was not solved, is too old or was used before. Try again.",
        )
