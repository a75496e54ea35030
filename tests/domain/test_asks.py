"""What an action asks for: what is read, what is refused, and what history keeps of it."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.asks import (
    FLAG,
    MAIN_CASE,
    UNIT,
    Ask,
    Given,
    MainCase,
    MomentAsked,
    NumberAsked,
    OneOf,
    WordsAsked,
)
from domain.refusals import InvalidInput
from domain.text import mend_text
from domain.words import Outcome, Urgency
from tests.domain.office import DISTRICT, SMOKE, at

pytestmark = pytest.mark.ring("test")

WORDS = WordsAsked(2, 5)
NUMBER = NumberAsked(1, 5)
MOMENT = MomentAsked()
URGENCY = OneOf(tuple(Urgency))


@pytest.mark.parametrize(
    ("ask", "value", "read"),
    [
        (WORDS, "好的", "好的"),  # the least
        (WORDS, "一二三四五", "一二三四五"),  # the most
        (WORDS, "  好的\n", "好的"),  # white space around does not count
        (WORDS, "a\n\tb", "a\n\tb"),  # inside it stays
        (WORDS, "👍👍", "👍👍"),  # signs, not bytes
        (NUMBER, 1, 1),
        (NUMBER, 5, 5),
        (FLAG, False, False),
        (URGENCY, Urgency.URGENT, Urgency.URGENT),
        (URGENCY, "URGENT", Urgency.URGENT),
        (UNIT, DISTRICT, DISTRICT),
        (MOMENT, at("2017-03-06 09:00"), at("2017-03-06 09:00")),
    ],
)
def test_a_value_is_read(ask: Ask, value: object, read: object) -> None:
    found = ask.read("field", value)
    assert (found, type(found)) == (read, type(read))


@pytest.mark.parametrize(
    ("ask", "value"),
    [
        (WORDS, ""),
        (WORDS, "一"),  # too short
        (WORDS, " 一 "),  # too short without the white space
        (WORDS, "一二三四五六"),  # too long
        (WORDS, 12),  # no words
        (WORDS, b"bytes"),
        (WORDS, "a\0b"),  # control characters
        (WORDS, "a\x1bb"),
        (WORDS, "ab\ud800"),  # half a character: nobody can store it
        (WORDS, "\udfffab"),
        (NUMBER, 0),
        (NUMBER, 6),
        (NUMBER, True),  # not a number of anything
        (NUMBER, "3"),
        (NUMBER, 3.0),
        (FLAG, 1),
        (FLAG, "true"),
        (URGENCY, "SLOW"),
        (URGENCY, "urgent"),
        (URGENCY, Outcome.RESOLVED),
        (URGENCY, ["URGENT"]),
        (UNIT, DISTRICT.code),  # whoever asks has looked it up
        (UNIT, SMOKE),
        (MAIN_CASE, "one"),
        (MOMENT, "2017-03-06T09:00:00+08:00"),
        (MOMENT, datetime(2017, 3, 6, 9)),  # noqa: DTZ001 - it says no zone
        (MOMENT, at("2017-03-06 09:00").date()),
    ],
)
def test_a_value_that_cannot_be_used_is_refused_and_its_field_named(
    ask: Ask, value: object
) -> None:
    with pytest.raises(InvalidInput) as refused:
        ask.read("field", value)
    assert refused.value.field == "field"
    assert refused.value.text.zh
    assert refused.value.text.en


@given(st.text(st.characters(), max_size=8))
def test_words_that_were_read_can_be_stored(text: str) -> None:
    try:
        read = WORDS.read("field", text)
    except InvalidInput:
        return
    assert json.dumps(read, ensure_ascii=False).encode()
    assert read == mend_text(text).strip()
    assert 2 <= len(read) <= 5


def test_a_moment_is_read_in_whole_milliseconds() -> None:
    exact = datetime(2017, 3, 6, 1, 0, 0, 123_999, tzinfo=UTC)
    assert MOMENT.read("until", exact) == exact.replace(microsecond=123_000)


ASKS: dict[str, Ask] = {
    "reason": WORDS,
    "granted": FLAG,
    "advice": WordsAsked(1, 9, required=False),
}


def test_what_is_missing_is_named() -> None:
    for values in ({"granted": True}, {"granted": True, "reason": None}):
        with pytest.raises(InvalidInput) as refused:
            Given.read(ASKS, values)
        assert refused.value.field == "reason"


def test_what_may_be_missing_is_left_out() -> None:
    given_values = Given.read(ASKS, {"reason": "好的", "granted": False, "advice": None})
    assert given_values.recorded() == {"reason": "好的", "granted": False}


def test_what_was_not_asked_for_is_refused() -> None:
    with pytest.raises(InvalidInput) as refused:
        Given.read(ASKS, {"reason": "好的", "granted": True, "stage": "ARCHIVE"})
    assert refused.value.field == "stage"


def test_history_keeps_ids_and_plain_values() -> None:
    until = at("2017-03-08")
    values = {
        "unit": DISTRICT,
        "category": SMOKE,
        "main_case": MainCase("main", None),
        "urgency": Urgency.URGENT,
        "until": until,
        "reached": True,
        "days": 3,
    }
    recorded = Given(values).recorded()
    assert recorded == {
        "unit": "510104",
        "category": "01-02",
        "main_case": "main",
        "urgency": "URGENT",
        "until": until,
        "reached": True,
        "days": 3,
    }
    assert type(recorded["urgency"]) is str, "a word is stored as plain text"


def test_what_was_given_is_read_by_name_and_kind() -> None:
    found = Given({"unit": DISTRICT, "urgency": Urgency.URGENT, "granted": True})
    assert (found.unit("unit"), found.category("category")) == (DISTRICT, None)
    assert (found.flag("granted"), found.flag("correct")) == (True, False)
    assert found.get("urgency", Urgency) is Urgency.URGENT
    assert found.get("urgency", Outcome) is None
