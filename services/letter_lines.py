"""One line of a file of letters, read and checked: a letter, or the reason why it is none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import BinaryIO

import orjson

from domain.asks import WordsAsked
from domain.calendar import CITY_TIME
from domain.categories import Category, Taxonomy
from domain.refusals import InvalidInput
from domain.text import is_blank
from services.letter_checks import ADDRESS

MOST_BYTES = 1_000_000
"""Of a line: the one limit of what was received, which is kept as it is."""
IDENTITY = WordsAsked(1, 200)
CATEGORY = WordsAsked(1, 100)
RECEIVED = WordsAsked(1, MOST_BYTES)
FIRST_DAY = date(1949, 10, 1)
MOST_KEPT = 20_000
"""Signs of a rejected line that are kept."""

_REQUIRED: Mapping[str, WordsAsked] = {
    "id": IDENTITY,
    "user": IDENTITY,
    "title": RECEIVED,
    "body": RECEIVED,
}


class BadLine(ValueError):
    """A line that is no letter; the message is the reason, for a person."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """A line that was not taken: its number (the first is 1), why, and what stood there."""

    line: int
    reason: str
    text: str


@dataclass(frozen=True, slots=True)
class LetterLine:
    """A letter as a file tells it. Times are in UTC and whole milliseconds.

    ``place`` is a code; ``reply`` and ``replied_at`` are both there or both None, and the reply
    is never before the letter.
    """

    id: str
    user: str
    place: str | None
    title: str
    body: str
    submitted_at: datetime
    reply: str | None
    replied_at: datetime | None
    category: Category | None


@dataclass(frozen=True, slots=True)
class RawLine:
    """The bytes of one line, at most ``MOST_BYTES`` of them, and where the next one begins."""

    number: int
    content: bytes
    is_whole: bool
    ends_at: int

    def rejected(self, reason: str) -> Rejected:
        text = self.content.decode("utf-8", "replace").rstrip("\r\n")
        return Rejected(self.number, reason, text[:MOST_KEPT])


def raw_lines(source: BinaryIO) -> Iterator[RawLine]:
    """The lines of a file, one after another; of an endless one only the beginning is kept."""
    number, position = 0, 0
    while content := source.readline(MOST_BYTES):
        number += 1
        position += len(content)
        is_whole = len(content) < MOST_BYTES or content.endswith(b"\n")
        rest = b"" if is_whole else content
        while rest and not rest.endswith(b"\n"):
            rest = source.readline(MOST_BYTES)
            position += len(rest)
        if number == 1:
            content = content.removeprefix(b"\xef\xbb\xbf")
        yield RawLine(number, content, is_whole, position)


def read_letter(line: RawLine, taxonomy: Taxonomy) -> LetterLine | None:
    """The letter on a line; None for a blank one. Raises ``BadLine``."""
    if not line.is_whole:
        raise BadLine(f"the line is longer than {MOST_BYTES:,} bytes")
    if not line.content.strip():
        return None
    fields = _object(line.content)
    missing = [name for name in (*_REQUIRED, "place", "submitted_at") if name not in fields]
    if missing:
        raise BadLine(f"{', '.join(missing)}: missing")
    words = {name: _words(fields, name, ask) for name, ask in _REQUIRED.items()}
    reply, replied_at = _optional(fields, "reply", RECEIVED), _optional_time(fields, "replied_at")
    letter = LetterLine(
        id=words["id"],
        user=words["user"],
        place=_optional(fields, "place", ADDRESS),
        title=" ".join(words["title"].splitlines()),
        body=words["body"],
        submitted_at=_time(fields, "submitted_at"),
        reply=reply,
        replied_at=replied_at,
        category=_category(fields, taxonomy),
    )
    _check_reply(letter)
    return letter


def read_time(text: str) -> datetime:
    """ISO 8601, Asia/Shanghai unless it says its offset; a date alone is its first moment.

    In UTC and whole milliseconds. Raises ``ValueError`` for anything else.
    """
    at = datetime.fromisoformat(text.strip())
    if at.utcoffset() is None:
        at = at.replace(tzinfo=CITY_TIME)
    try:
        at = at.astimezone(UTC)
    except OverflowError as error:
        raise ValueError(str(error)) from error
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


def _object(content: bytes) -> Mapping[str, object]:
    try:
        fields = orjson.loads(content.decode().strip())
    except UnicodeDecodeError as error:
        raise BadLine(f"this is not UTF-8: byte {error.start + 1}") from None
    except orjson.JSONDecodeError as error:
        raise BadLine(f"this is no JSON: {error.msg}, character {error.pos + 1}") from None
    if not isinstance(fields, dict):
        raise BadLine("this is JSON, but no object")
    return fields


def _words(fields: Mapping[str, object], name: str, ask: WordsAsked) -> str:
    value = fields[name]
    if not isinstance(value, str):
        raise BadLine(f"{name}: this must be text, not {_kind(value)}")
    try:
        return ask.read(name, value)
    except InvalidInput as refusal:
        raise BadLine(f"{name}: {refusal.text.en}") from None


def _optional(fields: Mapping[str, object], name: str, ask: WordsAsked) -> str | None:
    """An absent field, null and white space are the same: nothing is said."""
    value = fields.get(name)
    if value is None or (isinstance(value, str) and is_blank(value)):
        return None
    return _words(fields, name, ask)


def _time(fields: Mapping[str, object], name: str) -> datetime:
    value = fields[name]
    if not isinstance(value, str):
        raise BadLine(f"{name}: this must be text, not {_kind(value)}")
    try:
        at = read_time(value)
    except ValueError:
        raise BadLine(f"{name}: {value[:40]!r} is no time like 2017-01-31T09:30:00") from None
    if at.astimezone(CITY_TIME).date() < FIRST_DAY:
        raise BadLine(f"{name}: {value[:40]} is before {FIRST_DAY}")
    return at


def _optional_time(fields: Mapping[str, object], name: str) -> datetime | None:
    value = fields.get(name)
    return None if value is None or value == "" else _time(fields, name)


def _category(fields: Mapping[str, object], taxonomy: Taxonomy) -> Category | None:
    name = _optional(fields, "category", CATEGORY)
    found = None if name is None else taxonomy.find(name)
    if name is not None and found is None:
        raise BadLine(f"category: there is no first-level category {name!r}")
    return found


def _check_reply(letter: LetterLine) -> None:
    if letter.reply is None and letter.replied_at is None:
        return
    if letter.reply is None:
        raise BadLine("reply: missing, but there is a replied_at")
    if letter.replied_at is None:
        raise BadLine("replied_at: missing, but there is a reply")
    if letter.replied_at < letter.submitted_at:
        raise BadLine("replied_at: the reply comes before the letter")


def _kind(value: object) -> str:
    """What JSON calls it."""
    names = {bool: "true or false", dict: "an object", list: "a list", type(None): "null"}
    return names.get(type(value), "a number")
