"""A keyed hash is another one for every other text."""

from __future__ import annotations

import hashlib
import hmac

import pytest

from services.access import Access

pytestmark = pytest.mark.ring("test")
OURS = Access(b"a" * 32)


def test_no_two_texts_have_one_hash_not_even_with_halves_of_characters() -> None:
    texts = ["?", "\ud800", "\udcff", "\udfff", "\ufffd", "？", "", "\ud800\udc00", "\U00010000"]
    assert len({OURS.digest(text) for text in texts}) == len(texts)
    assert OURS.digest("a", "b") != OURS.digest("ab") != OURS.digest("a", "b", "")


def test_what_was_stored_is_found_again() -> None:
    sent = "3:key4:信箱一号"
    assert (
        OURS.digest("key", "信箱一号")
        == hmac.new(b"a" * 32, sent.encode(), hashlib.sha256).digest()
    )


@pytest.mark.parametrize("token", ["", "?", "\ud800", "\udcff" * 24, "é" * 24, "A" * 10_000])
def test_nonsense_is_no_survey_token(token: str) -> None:
    assert not OURS.is_survey_token(token, "case", 1)
    assert OURS.is_survey_token(OURS.survey_token("case", 1), "case", 1)
    assert OURS.token_key(token) != OURS.token_key(OURS.survey_token("case", 1))
