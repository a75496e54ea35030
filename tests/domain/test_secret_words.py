"""Secrets in words are marked where they are put in, and stay so whatever becomes of the words."""

from __future__ import annotations

import pytest

from domain.secret_words import find_secrets, mark_secret, mask_secrets, reveal_secrets

pytestmark = pytest.mark.ring("test")

WORDS = f"编号 1，查询码 {mark_secret('7HKD')}，口令 {mark_secret('芝麻')}"


def test_the_receiver_reads_them_and_nobody_else() -> None:
    assert reveal_secrets(WORDS) == "编号 1，查询码 7HKD，口令 芝麻"
    assert mask_secrets(WORDS) == "编号 1，查询码 …，口令 …"
    assert find_secrets(WORDS) == ("7HKD", "芝麻")


@pytest.mark.parametrize("most", range(len(WORDS)))
def test_words_that_are_cut_within_a_secret_show_nothing_of_it(most: int) -> None:
    masked = mask_secrets(WORDS[:most])
    assert "7" not in masked
    assert "芝" not in masked
    assert masked == reveal_secrets(masked)


def test_words_without_a_secret_are_left_as_they_are() -> None:
    assert mask_secrets("路灯不亮") == reveal_secrets("路灯不亮") == "路灯不亮"
    assert find_secrets("路灯不亮") == ()
