"""What strangers call JSON is decoded, or refused with one kind of error."""

from __future__ import annotations

from json import JSONDecodeError

import pytest

from api.strict_json import decode

MOST_DEPTH = 1_024
pytestmark = pytest.mark.ring("test")


@pytest.mark.parametrize(
    "text", ['{"a": [1, 2.5, "油烟", "\\ud83d\\ude00", null, true]}', "[]", "1"]
)
def test_json_is_decoded_from_text_and_bytes(text: str) -> None:
    assert decode(text) == decode(text.encode())


def test_it_may_be_as_deep_as_anybody_nests_and_no_deeper() -> None:
    for begin, end in (("[", "]"), ('{"a":', "}")):
        deepest = begin * MOST_DEPTH + "1" + end * MOST_DEPTH
        assert decode(deepest)
        with pytest.raises(JSONDecodeError):
            decode(begin + deepest + end)


@pytest.mark.parametrize(
    "text",
    [
        *("", "{", "nul", "'a'", "[1,]", "NaN", "-Infinity", '{"a": 1} x'),
        *('"\\ud800"', '"\\udc00\\ud800"', '{"\\ud800": 1}', '"\ud800"'),
        *("[" * 100_000, '{"a":' * 100_000, "[" * 100_000 + "]" * 100_000),
    ],
    ids=lambda text: text[:9].encode("ascii", "backslashreplace").decode(),
)
def test_everything_else_is_refused_alike(text: str) -> None:
    with pytest.raises(JSONDecodeError):
        decode(text)
    with pytest.raises(JSONDecodeError):
        decode(text.encode("utf-8", "surrogatepass"))


def test_bytes_that_are_no_utf_8_are_refused() -> None:
    for data in (b'"\xff"', b'"\xed\xa0\x80"', "[]".encode("utf-16")):
        with pytest.raises(JSONDecodeError):
            decode(data)
