"""A letter written message by message: how far it is, and what a message asks for.

Nothing here knows which channel a message came by.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from domain.text import fold_for_matching

EXPIRES_AFTER = timedelta(minutes=30)
"""Without a message for so long, a letter that was begun is forgotten."""
LONGEST_ANSWER = 600
"""Signs of one answer: WeChat takes 2,048 bytes."""


class Step(StrEnum):
    """What the next message is taken for."""

    IDLE = "IDLE"
    MAILBOX = "MAILBOX"
    TITLE = "TITLE"
    BODY = "BODY"
    NAME = "NAME"
    PHONE = "PHONE"
    CONFIRM = "CONFIRM"


class Command(StrEnum):
    """What a message begins with that is not taken for a letter's words."""

    HELP = "HELP"
    WRITE = "WRITE"
    STATUS = "STATUS"
    RATE = "RATE"
    CANCEL = "CANCEL"
    CONFIRM = "CONFIRM"
    SKIP = "SKIP"


_COMMANDS: Mapping[str, Command] = {
    "帮助": Command.HELP,
    "幫助": Command.HELP,
    "菜单": Command.HELP,
    "help": Command.HELP,
    "写信": Command.WRITE,
    "寫信": Command.WRITE,
    "write": Command.WRITE,
    "查询": Command.STATUS,
    "查詢": Command.STATUS,
    "status": Command.STATUS,
    "评价": Command.RATE,
    "評價": Command.RATE,
    "rate": Command.RATE,
    "取消": Command.CANCEL,
    "cancel": Command.CANCEL,
    "确认": Command.CONFIRM,
    "確認": Command.CONFIRM,
    "confirm": Command.CONFIRM,
    "跳过": Command.SKIP,
    "跳過": Command.SKIP,
    "skip": Command.SKIP,
}
_BEFORE_COMMAND = "“\"'「『【[\ufeff\u200b\u200e\u202a\u202d"
_AFTER_COMMAND = "”\"'」』】]:：,，、。"


@dataclass(frozen=True, slots=True)
class Asked:
    """A message: its command, if it begins with one, and what stands after it."""

    command: Command | None
    rest: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Draft:
    """A letter as far as it was written. ``choices`` are codes of mailboxes that were listed."""

    step: Step = Step.IDLE
    language: str = "zh"
    mailbox: str = ""
    mailbox_name: str = ""
    title: str = field(default="", repr=False)
    body: str = field(default="", repr=False)
    name: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be done beside answering: WRITE, STATUS or RATE, and with which values."""

    command: Command
    values: Mapping[str, str] = field(repr=False)


def read_message(text: str) -> Asked:
    """The command may be full width, in quotes, and stand right before what follows.

    What follows is left as it was written.
    """
    start = _after(text, 0, _BEFORE_COMMAND)
    for word, command in _COMMANDS.items():
        end = _match(text, start, word)
        if end is None:
            continue
        if word.isascii() and text[end : end + 1].isalnum():
            continue  # "helpless" asks for nothing
        return Asked(command, text[_after(text, end, _AFTER_COMMAND) :].rstrip())
    return Asked(None, text.strip())


def _match(text: str, start: int, word: str) -> int | None:
    """Where ``word`` ends in ``text``, however it is typed; None where it does not stand."""
    read = ""
    for place in range(start, len(text)):
        read += fold_for_matching(text[place])
        if read == word:
            return place + 1
        if not word.startswith(read):
            return None
    return None


def _after(text: str, place: int, signs: str) -> int:
    while place < len(text) and (text[place].isspace() or text[place] in signs):
        place += 1
    return place


def language_of_message(text: str, before: str) -> str:
    """``"en"`` for English letters, ``"zh"`` for Chinese signs, else as ``before``."""
    if any("\u4e00" <= sign <= "\u9fff" for sign in text):
        return "zh"
    command = read_message(text).command
    return "en" if command is not None else before
