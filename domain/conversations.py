"""A letter written message by message: how far it is, and what a message asks for.

Nothing here knows which channel a message came by.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

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
    "菜单": Command.HELP,
    "help": Command.HELP,
    "写信": Command.WRITE,
    "write": Command.WRITE,
    "查询": Command.STATUS,
    "status": Command.STATUS,
    "评价": Command.RATE,
    "rate": Command.RATE,
    "取消": Command.CANCEL,
    "cancel": Command.CANCEL,
    "确认": Command.CONFIRM,
    "confirm": Command.CONFIRM,
    "跳过": Command.SKIP,
    "skip": Command.SKIP,
}


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
    """The command may be full width and stand right before what follows, as Chinese does."""
    plain = unicodedata.normalize("NFKC", text).strip()
    for word, command in _COMMANDS.items():
        after = plain[len(word) :]
        if not plain.lower().startswith(word):
            continue
        if word.isascii() and after[:1].isalnum():
            continue  # "helpless" asks for nothing
        return Asked(command, after.lstrip(" :,\n\t、"))
    return Asked(None, text.strip())


def language_of_message(text: str, before: str) -> str:
    """``"en"`` for English letters, ``"zh"`` for Chinese signs, else as ``before``."""
    if any("\u4e00" <= sign <= "\u9fff" for sign in text):
        return "zh"
    command = read_message(text).command
    return "en" if command is not None else before


def read_proof(text: str) -> tuple[str, str, str]:
    """Number, query code and what stands after them; empty where there is none.

    The query code may be in groups, with hyphens or with spaces.
    """
    number, _, after = text.strip().partition(" ")
    words = after.split()
    code: list[str] = []
    while words and sum(len(one.replace("-", "")) for one in code) < CODE_SIGNS:
        code.append(words.pop(0))
    return number, " ".join(code), " ".join(words)


CODE_SIGNS = 16


def read_short_letter(text: str) -> tuple[str, str]:
    """Title and body of a letter in one line: the first sentence is the title."""
    for place, sign in enumerate(text):
        if sign in "。.!?！？\n;；":
            title, body = text[:place].strip(), text[place + 1 :].strip()
            return title, body or title
    return text[:30].strip(), text.strip()
