"""Letters do not change, and names and numbers are masked."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.letters import masked_name, masked_phone
from tests.domain.office import LETTER

pytestmark = pytest.mark.ring("test")


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        (None, None),
        ("", None),
        ("张", "张*"),  # even one sign says that something is hidden
        ("张三", "张*"),
        ("张小三", "张**"),
        ("欧阳小三", "欧***"),
        ("Ann", "A**"),
    ],
)
def test_of_a_name_the_first_sign_is_shown(name: str | None, masked: str | None) -> None:
    assert masked_name(name) == masked


@pytest.mark.parametrize(
    ("phone", "masked"),
    [
        (None, None),
        ("", None),
        ("+8613800138000", "**********8000"),
        ("+862886740000", "*********0000"),
    ],
)
def test_of_a_telephone_number_the_last_four_digits_are_shown(
    phone: str | None, masked: str | None
) -> None:
    assert masked_phone(phone) == masked


@given(st.from_regex(r"\+[1-9][0-9]{7,14}", fullmatch=True))
def test_a_masked_number_is_as_long_and_says_four_digits(phone: str) -> None:
    masked = masked_phone(phone)
    assert masked is not None
    assert len(masked) == len(phone)
    assert masked.strip("*") == phone[-4:]


def test_a_letter_never_changes() -> None:
    with pytest.raises(FrozenInstanceError):
        LETTER.body = "别的内容"  # type: ignore[misc]
