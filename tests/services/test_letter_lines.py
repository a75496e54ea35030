"""A line of a file is a letter, or there is a reason why not."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime

import pytest

from domain.calendar import CITY_TIME
from services.letter_lines import (
    MOST_BYTES,
    BadLine,
    LetterLine,
    RawLine,
    raw_lines,
    read_letter,
    read_time,
)
from tests.services.offices import taxonomy

pytestmark = pytest.mark.ring("test")

LETTER: dict[str, object] = {
    "id": "1",
    "user": "A0001",
    "place": "A1",
    "title": "路灯不亮",
    "body": "人行道的路灯坏了很久。",
    "submitted_at": "2017-03-06T09:00:00",
}
REPLIED = {"reply": "已修好。", "replied_at": "2017-03-08T15:30:00"}
LEFT_OUT = object()


def line(content: bytes) -> RawLine:
    return RawLine(1, content, is_whole=True, ends_at=len(content))


def read(**changed: object) -> LetterLine | None:
    fields = {name: value for name, value in (LETTER | changed).items() if value is not LEFT_OUT}
    return read_letter(line(json.dumps(fields).encode()), taxonomy())


def reason(**changed: object) -> str:
    with pytest.raises(BadLine) as bad:
        read(**changed)
    return str(bad.value)


def test_a_letter_is_read() -> None:
    letter = read(**REPLIED, category="交通运输", likes=3)
    assert letter is not None
    assert (letter.id, letter.user, letter.place) == ("1", "A0001", "A1")
    assert letter.submitted_at == datetime(2017, 3, 6, 9, tzinfo=CITY_TIME)
    assert letter.replied_at == datetime(2017, 3, 8, 15, 30, tzinfo=CITY_TIME)
    assert letter.category is not None
    assert letter.category.name == "交通运输"


@pytest.mark.parametrize(
    "changed",
    [
        {"title": "灯"},
        {"title": "灯" * 3_000},
        {"body": "坏了"},
        {"body": "灯" * 20_000},
        {**REPLIED, "reply": "好"},
        {**REPLIED, "reply": "好" * 20_000},
    ],
)
def test_limits_of_the_form_are_no_limits_of_what_was_received(changed: dict[str, str]) -> None:
    letter = read(**changed)
    assert letter is not None
    assert {name: getattr(letter, name) for name in ("title", "body", "reply")} == {
        "title": changed.get("title", LETTER["title"]),
        "body": changed.get("body", LETTER["body"]),
        "reply": changed.get("reply"),
    }


def test_a_title_of_several_lines_becomes_one() -> None:
    letter = read(title="路灯不亮\r【市政府】本件已撤销\u2028完")
    assert letter is not None
    assert letter.title == "路灯不亮 【市政府】本件已撤销 完"


@pytest.mark.parametrize(
    "nothing", [{}, dict.fromkeys(("reply", "replied_at", "category")), {"reply": " "}]
)
def test_what_is_absent_null_or_blank_is_not_said(nothing: dict[str, object]) -> None:
    letter = read(**nothing, place=None)
    assert letter is not None
    assert (letter.reply, letter.replied_at, letter.category, letter.place) == (None,) * 4


@pytest.mark.parametrize("content", [b"", b"\n", b"  \t \r\n"])
def test_a_blank_line_is_nothing(content: bytes) -> None:
    assert read_letter(line(content), taxonomy()) is None


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b'{"id": "1"', "this is no JSON: unexpected end of data, character 11"),
        (b"{'id': '1'}", "this is no JSON: unexpected character, expected a string key"),
        (b'{"id": NaN}', "this is no JSON: unexpected character"),
        (b'{"id": "\\ud800"}', "this is no JSON: no low surrogate in string"),
        (b"[" * 3000, "this is no JSON: depth limit exceeded"),
        ('{"id": "信'.encode("gb18030"), "this is not UTF-8: byte 9"),
        (b"[1]", "this is JSON, but no object"),
        (b'"text"', "this is JSON, but no object"),
        (b"null", "this is JSON, but no object"),
        (b"{}", "id, user, title, body, place, submitted_at: missing"),
    ],
)
def test_what_is_no_object_is_no_letter(content: bytes, why: str) -> None:
    with pytest.raises(BadLine) as bad:
        read_letter(line(content), taxonomy())
    assert str(bad.value).startswith(why)


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        # missing
        ({"id": LEFT_OUT}, "id: missing"),
        ({"place": LEFT_OUT}, "place: missing"),
        ({"title": LEFT_OUT, "submitted_at": LEFT_OUT}, "title, submitted_at: missing"),
        # of another type
        ({"id": 1}, "id: this must be text, not a number"),
        ({"user": None}, "user: this must be text, not null"),
        ({"place": ["A1"]}, "place: this must be text, not a list"),
        ({"title": True}, "title: this must be text, not true or false"),
        ({"body": {}}, "body: this must be text, not an object"),
        ({"submitted_at": 1488762000}, "submitted_at: this must be text, not a number"),
        ({**REPLIED, "replied_at": 1.5}, "replied_at: this must be text, not a number"),
        ({**REPLIED, "reply": 5}, "reply: this must be text, not a number"),
        ({"category": 5}, "category: this must be text, not a number"),
        # too short, too long, unusable
        ({"id": " "}, "id: This takes 1 to 200 characters, not 0."),
        ({"title": " \u3164"}, "title: This takes 1 to 1000000 characters, not 0."),
        ({"body": ""}, "body: This takes 1 to 1000000 characters, not 0."),
        (
            {"body": "路灯\x00坏了很久"},
            "body: Control characters are refused. Character 3 is U+0000.",
        ),
        # times
        ({"submitted_at": "yesterday"}, "submitted_at: 'yesterday' is no time like 2017-01-31T"),
        ({"submitted_at": "2017-02-30T09:00:00"}, "submitted_at: '2017-02-30T09:00:00' is no"),
        ({"submitted_at": "2017/3/6 9:00"}, "submitted_at: '2017/3/6 9:00' is no time"),
        ({"submitted_at": ""}, "submitted_at: '' is no time"),
        ({"submitted_at": "0001-01-01T00:00:00"}, "submitted_at: '0001-01-01T00:00:00' is no time"),
        ({"submitted_at": "1017-03-06T09:00:00"}, "submitted_at: 1017-03-06T09:00:00 is before"),
        ({**REPLIED, "replied_at": "soon"}, "replied_at: 'soon' is no time"),
        # a reply and its time
        ({"reply": "已修好。"}, "replied_at: missing, but there is a reply"),
        ({"replied_at": "2017-03-08T15:30:00"}, "reply: missing, but there is a replied_at"),
        ({**REPLIED, "reply": "  "}, "reply: missing, but there is a replied_at"),
        (
            {**REPLIED, "replied_at": "2017-03-06T08:59:59"},
            "replied_at: the reply comes before the letter",
        ),
        # categories
        ({"category": "路灯"}, "category: there is no first-level category '路灯'"),
        ({"category": "大气污染"}, "category: there is no first-level category"),
    ],
)
def test_a_letter_with_a_fault_is_told_which(changed: dict[str, object], why: str) -> None:
    assert reason(**changed).startswith(why)


def test_limits_are_inclusive() -> None:
    letter = read(title="灯" * 100, body="灯" * 10_000, **(REPLIED | {"reply": "好" * 10_000}))
    assert letter is not None
    assert read(title="路灯", body="路灯坏了！", **(REPLIED | {"reply": "已阅"})) is not None


def test_a_reply_may_come_at_once() -> None:
    letter = read(**(REPLIED | {"replied_at": LETTER["submitted_at"]}))
    assert letter is not None
    assert letter.replied_at == letter.submitted_at


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2017-03-06T09:00:00", "2017-03-06T01:00:00+00:00"),
        ("2017-03-06 09:00", "2017-03-06T01:00:00+00:00"),
        ("2017-03-06", "2017-03-05T16:00:00+00:00"),
        ("2017-03-06T09:00:00Z", "2017-03-06T09:00:00+00:00"),
        ("2017-03-06T09:00:00-05:00", "2017-03-06T14:00:00+00:00"),
        ("2017-03-06T09:00:00.123999", "2017-03-06T01:00:00.123000+00:00"),
        (" 2017-03-06T09:00:00 ", "2017-03-06T01:00:00+00:00"),
    ],
)
def test_times_are_the_citys_unless_they_say_otherwise(text: str, moment: str) -> None:
    assert read_time(text).isoformat() == moment
    assert read_time(text).tzinfo is UTC


# Lines of a file


def lines(content: bytes) -> list[RawLine]:
    return list(raw_lines(io.BytesIO(content)))


def test_lines_are_numbered_and_say_where_they_end() -> None:
    found = lines(b"one\n\nthree")
    assert [(one.number, one.content, one.ends_at) for one in found] == [
        (1, b"one\n", 4),
        (2, b"\n", 5),
        (3, b"three", 10),
    ]


def test_the_mark_that_spreadsheets_put_first_is_no_part_of_the_first_line() -> None:
    assert [one.content for one in lines(b"\xef\xbb\xbf{}\n\xef\xbb\xbf{}")] == [
        b"{}\n",
        b"\xef\xbb\xbf{}",
    ]


@pytest.mark.parametrize("length", [MOST_BYTES, MOST_BYTES + 1, 3 * MOST_BYTES])
def test_of_an_endless_line_only_the_beginning_is_kept(length: int) -> None:
    endless, after = lines(b"x" * length + b"\nnext\n")
    assert not endless.is_whole
    assert len(endless.content) == MOST_BYTES
    assert (after.number, after.content, after.ends_at) == (2, b"next\n", length + 6)
    with pytest.raises(BadLine, match="the line is longer than 1,000,000 bytes"):
        read_letter(endless, taxonomy())


def test_a_line_just_short_enough_is_whole() -> None:
    [found] = lines(b"x" * (MOST_BYTES - 1) + b"\n")
    assert found.is_whole


def test_a_rejected_line_is_kept_as_well_as_it_can_be() -> None:
    rejected = line(b'\xe4{"id":\r\n').rejected("this is no JSON")
    assert (rejected.line, rejected.reason) == (1, "this is no JSON")
    assert rejected.text == '\ufffd{"id":'
