"""Numbers that survive being read over the phone, and codes that nobody guesses."""

from __future__ import annotations

import math
from datetime import date
from itertools import combinations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from domain.numbers import (
    CODE_ALPHABET,
    CODE_LENGTH,
    case_number,
    check_digit,
    looks_like_query_code,
    read_case_number,
    read_query_code,
    spaced_code,
)

pytestmark = pytest.mark.ring("test")

DAY = date(2017, 3, 6)
DIGITS = "0123456789"
days = st.dates(date(1000, 1, 1), date(9999, 12, 31))
serials = st.integers(1, 99_999_999)


@pytest.mark.parametrize(
    ("day", "serial", "number"),
    [
        (date(2017, 3, 6), 1, "20170306-000001-4"),
        (date(2017, 3, 6), 2, "20170306-000002-3"),
        (date(2017, 1, 31), 6796, "20170131-006796-3"),
        (date(2017, 3, 6), 999_999, "20170306-999999-6"),
        (date(2017, 3, 6), 1_000_000, "20170306-1000000-3"),  # a serial past six digits grows
    ],
)
def test_a_number_is_the_day_the_serial_and_a_check_digit(
    day: date, serial: int, number: str
) -> None:
    assert case_number(day, serial) == number


def test_the_check_digit_is_damms() -> None:
    assert check_digit("572") == "4", "the example of Damm's thesis"
    assert check_digit("5724") == "0"


def test_serials_start_at_one() -> None:
    with pytest.raises(ValueError, match="starts at 1"):
        case_number(DAY, 0)


def test_every_single_wrong_digit_is_caught() -> None:
    # Damm's check works place by place, so that one number with every interim digit will do;
    # four hundred make sure.
    for serial in range(1, 400):
        digits = case_number(DAY, serial).replace("-", "")
        for place, right in enumerate(digits):
            for wrong in set(DIGITS) - {right}:
                assert read_case_number(digits[:place] + wrong + digits[place + 1 :]) is None


def test_every_swap_of_neighbours_is_caught() -> None:
    for serial in range(1, 4000, 7):
        digits = case_number(DAY, serial).replace("-", "")
        for place in range(len(digits) - 1):
            one, other = digits[place], digits[place + 1]
            if one != other:
                swapped = digits[:place] + other + one + digits[place + 2 :]
                assert read_case_number(swapped) is None, (digits, swapped)


def test_the_table_behind_the_check_catches_both_kinds_from_every_state() -> None:
    # Exhaustive: from each of the ten interim digits, two different digits never lead to the same
    # one, and two neighbours never to the same one swapped.
    for state in map(str, range(10)):
        prefix = _reaching(state)
        assert len({check_digit(prefix + digit) for digit in DIGITS}) == 10
        for one, other in combinations(DIGITS, 2):
            assert check_digit(prefix + one + other) != check_digit(prefix + other + one)


def _reaching(state: str) -> str:
    """Digits after which the check stands at ``state``."""
    return next(digits for digits in map(str, range(100)) if check_digit(digits) == state)


@given(days, serials)
@example(date(2017, 3, 6), 1_000_000)
def test_a_number_is_read_as_it_was_made(day: date, serial: int) -> None:
    number = case_number(day, serial)
    assert read_case_number(number) == number


@pytest.mark.parametrize(
    "typed",
    [
        "20170306-000001-4",
        "201703060000014",
        " 20170306 000001 4 ",
        "2017 0306 0000 014",
        "２０１７０３０６－０００００１－４",
        "２０１７０３０６　０００００１　４",  # full width, with ideographic spaces
        "20170306-000001－４",
    ],
)
def test_full_width_digits_spaces_and_missing_hyphens_are_forgiven(typed: str) -> None:
    assert read_case_number(typed) == "20170306-000001-4"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "-",
        "20170306-000001",  # the check digit is missing
        "20170306-000001-5",  # wrong
        "20170306-00001-4",  # a digit is missing
        "2017030600000140000",  # too long
        "20170306-00000l-4",  # a letter
        "二〇一七〇三〇六",
        "٢٠١٧٠٣٠٦٠٠٠٠٠١٤",  # digits, but not ours
    ],
)
def test_what_cannot_be_a_number_is_not_read_as_one(typed: str) -> None:
    assert read_case_number(typed) is None


@given(st.text(max_size=40))
def test_reading_never_fails(typed: str) -> None:
    number = read_case_number(typed)
    assert number is None or read_case_number(number) == number
    assert not set("- \u3000") & set(read_query_code(typed))


def test_a_query_code_has_at_least_64_bits() -> None:
    assert len(set(CODE_ALPHABET)) == len(CODE_ALPHABET)
    assert CODE_LENGTH * math.log2(len(CODE_ALPHABET)) >= 64


@pytest.mark.parametrize("alike", ["0ODQ", "1IL", "2Z", "5S", "6G", "8B", "UV", "VY", "CG"])
def test_no_two_signs_of_a_code_look_alike(alike: str) -> None:
    assert len(set(alike) & set(CODE_ALPHABET)) <= 1


@given(st.text(CODE_ALPHABET, min_size=CODE_LENGTH, max_size=CODE_LENGTH))
def test_a_printed_code_is_read_as_it_was_made(signs: str) -> None:
    printed = spaced_code(signs)
    assert [len(group) for group in printed.split("-")] == [4, 4, 4, 4]
    assert read_query_code(printed) == signs
    assert read_query_code(f" {printed.lower().replace('-', ' ')} ") == signs


def test_a_code_in_full_width_is_forgiven() -> None:
    assert read_query_code("ａｃｄｅ－３４６７　ＡＣＤＥ 3467") == "ACDE3467ACDE3467"


@pytest.mark.parametrize(
    ("text", "looks_so"),
    [
        ("34AC-79DE-FHJK-LMNP", True),
        ("34ac 79de fhjk lmnp", True),
        ("34AC79DEFHJKLMNP", True),
        ("　３４ＡＣ－７９ＤＥ－ＦＨＪＫ－ＬＭＮＰ", True),
        ("34Ac79DeFhJkLmNp", False),
        ("34AC-79DE-FHJK-LMN", False),
        ("34AC-79DE-FHJK-LMNB", False),
        ("34AC79-DEFHJK-LMNP", False),
        ("20261201-000089-3", False),
        ("Q2FzZToyMDI2MTIwMQ==", False),
        ("油烟扰民", False),
        ("", False),
    ],
)
def test_a_code_is_known_by_its_looks(text: str, looks_so: bool) -> None:
    assert looks_like_query_code(text) is looks_so
