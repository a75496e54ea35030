"""Text that comes in: what is stored of it, what shows nothing, and what cannot be stored."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.asks import WordsAsked
from domain.refusals import InvalidInput
from domain.text import fold_for_matching, is_blank, mend_text, read_text

pytestmark = pytest.mark.ring("test")

SEPARATORS = ("\r", "\r\n", "\n", *"\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029")
MISLEADING = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\u2060\ufeff\u00ad"
CONTROLS = [chr(code) for code in (*range(9), *range(14, 28), 31, *range(127, 160)) if code != 133]
BLANK = "\u3164\u2800\u115f\u1160\uffa0\u180e\u200b\u200c\u200d\u2060\ufeff\u034f\u17b4\ufffc\u2065"


@pytest.mark.parametrize("separator", SEPARATORS)
def test_a_line_separator_is_a_line_break_and_in_one_line_refused(separator: str) -> None:
    forged = f"路灯不亮{separator}【市政府】本件已撤销"
    assert read_text("body", forged, one_line=False) == "路灯不亮\n【市政府】本件已撤销"
    with pytest.raises(InvalidInput) as refused:
        read_text("title", forged, one_line=True)
    assert refused.value.field == "title"
    assert refused.value.text == (
        "只能为一行：第5个字是换行符。",
        "This takes one line. Character 5 is a line break.",
    )


@pytest.mark.parametrize("sign", MISLEADING)
@pytest.mark.parametrize("one_line", [True, False])
def test_what_misleads_and_shows_nothing_is_left_out(sign: str, one_line: bool) -> None:
    assert read_text("title", f"1{sign}38{sign}", one_line=one_line) == "138"


@pytest.mark.parametrize("sign", CONTROLS)
@pytest.mark.parametrize("one_line", [True, False])
def test_a_control_character_is_refused_and_named(sign: str, one_line: bool) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_text("name", f"王{sign}明", one_line=one_line)
    assert refused.value.field == "name"
    for words in refused.value.text:
        assert f"U+{ord(sign):04X}" in words
        assert "2" in words


@pytest.mark.parametrize("sign", ["\ud800", "\ufffe", "\U0001ffff", "\ufdd0"])
def test_what_is_no_character_is_refused(sign: str) -> None:
    with pytest.raises(InvalidInput, match="no whole character"):
        read_text("name", f"王{sign}明", one_line=True)


@pytest.mark.parametrize("text", [*BLANK, BLANK, "\u3164 \u2800", "\u0301", "\u20dd\u0300", ""])
def test_what_shows_nothing_is_blank_and_no_text_at_all(text: str) -> None:
    assert is_blank(text)
    with pytest.raises(InvalidInput, match="not 0"):
        WordsAsked(1, 50, one_line=True).read("name", text)


@pytest.mark.parametrize(
    "text",
    [
        "①房产证20㎡，½杯，№5",  # forms that a fold would change
        "ﬁ Å e\u0301 豈",  # nor is anything composed or decomposed
        "👨\u200d👩\u200d👧 ❤\ufe0f",  # emoji that are joined
        "葛\U000e0100城",  # a variant of a sign, as names have it
        "བོད་ཡིག ئۇيغۇر\u200cچە",  # scripts that need joiners and marks
        "　　尊敬的领导",
        "\ue000",  # private use: rare names in old fonts
    ],
)
def test_all_that_shows_stays_as_it_was_written(text: str) -> None:
    assert read_text("body", f"x{text}x", one_line=False) == f"x{text}x"


def test_a_tab_is_white_space_in_one_line() -> None:
    assert read_text("title", "路灯\t不亮", one_line=True) == "路灯 不亮"
    assert read_text("body", "路灯\t不亮", one_line=False) == "路灯\t不亮"


@given(st.text(st.characters(), max_size=20))
def test_one_line_is_one_line_and_reading_again_changes_nothing(text: str) -> None:
    for one_line in (True, False):
        try:
            read = read_text("field", text, one_line=one_line)
        except InvalidInput:
            continue
        assert read.encode().decode() == read
        assert len(read.splitlines()) <= 1 or not one_line
        assert {unicodedata.category(sign) for sign in read} & {"Cc", "Zl", "Zp"} <= {"Cc"}
        assert read_text("field", read, one_line=one_line) == read


@given(st.text(st.characters(codec="utf-8"), max_size=20))
def test_only_what_shows_nothing_is_ever_left_out(text: str) -> None:
    mended = iter(mend_text(text))
    left = [sign for sign in text if not is_blank(sign)]
    assert all(any(sign == one for one in mended) for sign in left)


@pytest.mark.parametrize(
    ("typed", "same"),
    [("ＡＢＣ１２３", "abc123"), ("城\u200b管", "城管"), ("Straße", "STRASSE"), ("①", "1")],
)
def test_what_reads_the_same_matches(typed: str, same: str) -> None:
    assert fold_for_matching(typed) == fold_for_matching(same)
