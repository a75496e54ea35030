"""Number and query code are found in whatever people paste: our own messages above all."""

from __future__ import annotations

from datetime import date

import pytest

from domain.numbers import case_number, read_query_code
from domain.proofs import RECEIPT, find_proof

pytestmark = pytest.mark.ring("test")

NUMBER, CODE = case_number(date(2026, 12, 1), 89), "7HKD-XXXX-4679-ACDE"


def wide(text: str) -> str:
    return "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in text)


PASTED = [
    f"{NUMBER} {CODE}",
    f"编号 {NUMBER} 查询码 {CODE}",
    f"编号{NUMBER}查询码{CODE}",
    f"{NUMBER}，{CODE}",
    f"{NUMBER},{CODE}",
    f"编号：{NUMBER}\n查询码：{CODE}",
    f"（编号{NUMBER}）（{CODE}）",
    f"查询码 {CODE}，编号 {NUMBER}",
    f"number: {NUMBER}; query code: {CODE.lower()}",
    f"{NUMBER}——{CODE}",
    wide(f"{NUMBER},{CODE}"),
    f"{NUMBER.replace('-', '')} {CODE.replace('-', '')}",
    f"{NUMBER.replace('-', ' ')} {CODE.replace('-', ' ')}",
    f"{NUMBER[:8]}\n{NUMBER[8:]} {CODE[:10]}\n{CODE[10:]}",
    f"\u202a{NUMBER}\u202c {CODE[:3]}\u200b{CODE[3:]}",
    f"{NUMBER} 7HKDXXXX46 79ACDE",
]


@pytest.mark.parametrize("text", PASTED)
def test_both_are_found_in_whatever_shape(text: str) -> None:
    given = find_proof(text)
    assert (given.number, read_query_code(given.code)) == (NUMBER, read_query_code(CODE))
    assert given.rest == ""
    assert given.is_plain


@pytest.mark.parametrize("receipt", RECEIPT)
@pytest.mark.parametrize("said", ["5", "非常满意", ""])
def test_our_receipt_pasted_back_says_nothing_of_its_own(receipt: str, said: str) -> None:
    given = find_proof(f"{receipt.format(number=NUMBER, code=CODE)} {said}")
    assert (given.number, read_query_code(given.code)) == (NUMBER, read_query_code(CODE))
    assert given.rest == said


def test_a_telephone_number_before_them_is_neither() -> None:
    given = find_proof(f"13880001234 {NUMBER} {CODE} 4")
    assert (given.number, read_query_code(given.code)) == (NUMBER, read_query_code(CODE))


def test_what_is_mistyped_is_given_as_it_was_typed() -> None:
    wrong = find_proof(f"编号 20261201-000089-0 查询码 {CODE}")
    assert (wrong.number, wrong.is_plain) == ("20261201-000089-0", False)
    short = find_proof(f"{NUMBER} 7HKD")
    assert (short.number, short.code, short.is_plain) == (NUMBER, "7hkd", False)


@pytest.mark.parametrize(
    ("text", "number"), [("", ""), ("我的信怎么样了", ""), (NUMBER, NUMBER), ("-" * 5000, "")]
)
def test_what_is_not_given_is_empty(text: str, number: str) -> None:
    given = find_proof(text)
    assert (given.number, given.code) == (number, "")
