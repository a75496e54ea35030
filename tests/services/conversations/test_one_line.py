"""A whole letter, or a question about one, in a single text message."""

from __future__ import annotations

import pytest

from domain.letters import Letter
from domain.proofs import RECEIPT
from services.conversations.handling import answer_message
from services.office import Office
from storage import mongo
from tests.services.conversations.writing import LINE, Proof, by_sms, by_wechat, proof_in
from tests.services.offices import CLERK, MONDAY, documents

pytestmark = pytest.mark.ring("test")

LONG = "小区门口的路灯坏了很久没有人来修" * 8


async def told(office: Office, text: str) -> str:
    return await answer_message(office, by_sms(text), MONDAY)


async def letter_of(office: Office, text: str) -> Letter:
    case = await office.cases.by_number(proof_in(await told(office, text)).number, CLERK)
    assert case is not None
    return case.letter


@pytest.mark.parametrize(
    ("text", "title", "body"),
    [
        ("写信 水费多收1.5元怎么退。请核实一下", "水费多收1.5元怎么退", "请核实一下"),
        ("写信 ①房产证20㎡", "①房产证20㎡", "①房产证20㎡"),
        (f"写信 {LONG}。请修", f"{LONG[:99]}…", f"{LONG}。请修"),
        ("写信 路灯不亮\x0b人民路上坏了三天", "路灯不亮", "人民路上坏了三天"),
    ],
)
async def test_a_letter_is_stored_as_it_was_written(
    office: Office, text: str, title: str, body: str
) -> None:
    letter = await letter_of(office, text)
    assert (letter.title, letter.body) == (title, body)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("写信 灯泡", "正文：长度须为5至10000个字。"),
        ("写信 路灯\x07坏了三天", "标题：含有不可用的控制字符：第3个字（U+0007）。"),
        ("write a b", "Letter: This takes 5 to 10000 characters, not 2."),
    ],
)
async def test_a_letter_that_is_refused_is_told_of_what_and_why(
    office: Office, database: mongo.Database, text: str, answer: str
) -> None:
    assert await told(office, text) == answer
    assert await documents(database) == []


SHAPES = (
    "查询 编号 {number} 查询码 {code}",
    "查询 {number}，{code}",
    "查询：{number},{code}",
    "status number {number}\ncode {code}",
    f"查询 {RECEIPT.zh}",
    RECEIPT.zh,
    RECEIPT.en,
    "{number} {code}",
)


@pytest.fixture
async def proof(office: Office) -> Proof:
    return proof_in(await told(office, LINE))


async def test_our_own_messages_pasted_back_are_understood(office: Office, proof: Proof) -> None:
    for shape in SHAPES:
        text = shape.format(number=proof.number, code=proof.code)
        for message in (by_sms(text), by_wechat(text)):
            answer = await answer_message(office, message, MONDAY)
            assert proof.number in answer, shape
            assert "受理" in answer or "Acceptance" in answer


async def test_within_a_letter_a_receipt_is_its_words(office: Office, proof: Proof) -> None:
    receipt = RECEIPT.zh.format(number=proof.number, code=proof.code)
    for text in ("写信", "1", "上次的信没有答复"):
        await answer_message(office, by_wechat(text), MONDAY)
    assert "姓名" in await answer_message(office, by_wechat(receipt), MONDAY)


@pytest.mark.parametrize("given", ["编号", "20261201-000089-0", "水费"])
async def test_what_is_no_number_shuts_nobody_out(office: Office, proof: Proof, given: str) -> None:
    wrong = f"查询 {given} {proof.code}"
    for place in range(office.guessing.limits.by_number + 1):
        await answer_message(office, by_sms(wrong, f"+86138800012{place:02}"), MONDAY)
    right = f"查询 {proof.number} {proof.code}"
    assert proof.number in await answer_message(office, by_sms(right), MONDAY)
    again = await answer_message(office, by_sms(wrong, "+8613880009999"), MONDAY)
    assert again in ("编号与查询码不符。", "请在一行内发送：查询 编号 查询码")
