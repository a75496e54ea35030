"""Submitting over HTTP: once however often it is sent, and found by its words afterwards."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from domain.words import Role
from tests.api.actions import DISTRICT, mailbox_id
from tests.api.clients import Client, Town, letter_input

pytestmark = pytest.mark.ring("test")

SEARCH = """query($search: String!) { cases(filter: {search: $search}, first: 100) {
    totalCount edges { node { number title } } } }"""
SIMILAR = """query($number: String!) { case(number: $number) {
    similarCases(first: 100) { totalCount edges { node { number title } } } } }"""


async def _found(town: Town, search: str) -> set[str]:
    listed = (await town.person(Role.INTAKE).ask(SEARCH, search=search))["cases"]
    assert listed["totalCount"] == len(listed["edges"])
    return {edge["node"]["number"] for edge in listed["edges"]}


async def test_the_same_request_again_is_answered_the_same(town: Town) -> None:
    letter = letter_input(title="公园路灯整夜不亮")
    first = await town.citizen.do("submitLetter", **letter)
    again = await town.citizen.do("submitLetter", **letter)
    assert first["errors"] == []
    assert again == first
    assert await _found(town, "公园路灯") == {first["case"]["number"]}


async def test_it_is_answered_the_same_after_the_case_moved_on(town: Town) -> None:
    letter = letter_input()
    first = await town.citizen.do("submitLetter", **letter)
    accepted = await town.person(Role.INTAKE).do("acceptCase", caseId=first["case"]["id"])
    assert accepted["errors"] == []
    again = await town.citizen.do("submitLetter", **letter)
    assert again["queryCode"] == first["queryCode"]
    assert again["case"]["number"] == first["case"]["number"]
    assert again["case"]["stage"] == "REVIEW"


async def test_twenty_at_once_with_one_key_are_one_letter(town: Town) -> None:
    letter = letter_input(title="地铁站口积水严重")
    answers = await asyncio.gather(*(town.citizen.do("submitLetter", **letter) for _ in range(20)))
    assert all(one["errors"] == [] for one in answers)
    assert len({(one["case"]["number"], one["queryCode"]) for one in answers}) == 1
    assert await _found(town, "地铁站口积水") == {answers[0]["case"]["number"]}


async def test_another_letter_under_the_same_key_is_a_duplicate(town: Town) -> None:
    letter = letter_input()
    first = await town.citizen.do("submitLetter", **letter)
    changes: tuple[dict[str, Any], ...] = (
        {"title": "另一封信"},
        {"mailboxId": mailbox_id(f"{DISTRICT}/HEAD")},
        {"kind": "PRAISE"},
        {"channel": "WEB"},
        {"writer": {"name": "李四"}},
        {"place": {"address": "春熙路"}},
        {"consentToPublish": True},
    )
    for changed in changes:
        payload = await town.citizen.do("submitLetter", **{**letter, **changed})
        assert (payload["case"], payload["queryCode"]) == (None, None)
        (error,) = payload["errors"]
        assert (error["code"], error["field"]) == ("DUPLICATE", "idempotencyKey"), changed
    assert (await town.citizen.do("submitLetter", **letter)) == first


async def test_of_two_letters_racing_for_a_key_one_is_a_duplicate(town: Town) -> None:
    letter = letter_input()
    answers = await asyncio.gather(
        *(town.citizen.do("submitLetter", **{**letter, "title": f"第{n}封信"}) for n in range(10))
    )
    codes = sorted(str([error["code"] for error in one["errors"]]) for one in answers)
    assert codes == ["['DUPLICATE']"] * 9 + ["[]"]


async def test_a_key_belongs_to_its_account_and_lasts_a_day(town: Town) -> None:
    letter = letter_input()
    li, zhao = (town.person(Role.CITIZEN, subject=name) for name in ("li", "zhao"))
    numbers = [
        (await one.do("submitLetter", **letter))["case"]["number"]
        for one in (li, zhao, town.citizen)
    ]
    assert len(set(numbers)) == 3
    town.clock.later = timedelta(hours=25)
    later = await li.do("submitLetter", **letter)
    assert later["case"]["number"] not in numbers


async def test_a_refused_letter_does_not_use_up_its_key(town: Town) -> None:
    letter = letter_input()
    refused = await town.citizen.do("submitLetter", **{**letter, "title": "短"})
    assert refused["errors"][0]["field"] == "title"
    assert (await town.citizen.do("submitLetter", **letter))["errors"] == []


async def test_ten_people_may_write_the_same_words(town: Town) -> None:
    title = "建设北路施工噪声扰民"
    letters = [await town.letter(title=title) for _ in range(10)]
    assert len({letter.number for letter in letters}) == 10
    assert len({letter.code for letter in letters}) == 10
    assert await _found(town, title) == {letter.number for letter in letters}
    first = letters[0]
    case = (await town.person(Role.INTAKE).ask(SIMILAR, number=first.number))["case"]
    similar = [edge["node"]["number"] for edge in case["similarCases"]["edges"]]
    assert set(similar[:9]) == {letter.number for letter in letters[1:]}


async def test_a_letter_is_found_by_words_of_title_body_and_place(town: Town) -> None:
    letter = await town.letter(
        title="广场舞音响太吵",
        body="每晚八点至十点，Bose音响开到最大，影响学生复习。",
        place={"address": "高新区天府三街"},
    )
    for search in ("广场舞", "音响 复习", "天府三街", "bose", "ＢＯＳＥ", "学生", letter.number):
        assert await _found(town, search) == {letter.number}, search
    assert letter.number in await _found(town, letter.number[:8])
    for search in ("广场 公交", "高新区天府四街", "。", letter.number[:7]):
        assert letter.number not in await _found(town, search), search


async def test_similar_cases_are_about_the_same_and_still_open(town: Town) -> None:
    matter: dict[str, Any] = {
        "title": "二环路高架桥下垃圾成堆",
        "place": {"address": "二环路东五段"},
    }
    new, same, closed = [await town.letter(**matter) for _ in range(3)]
    near = await town.letter(title="二环路高架桥下垃圾无人清理")
    other = await town.letter(title="小学入学政策咨询")
    await town.walk(closed, "REJECT")
    case = (await town.person(Role.INTAKE).ask(SIMILAR, number=new.number))["case"]
    similar = [edge["node"]["number"] for edge in case["similarCases"]["edges"]]
    assert similar == [same.number, near.number]
    assert other.number not in similar


async def test_a_joined_letters_writer_gets_the_main_cases_reply_and_nothing_else(
    town: Town,
) -> None:
    main = await town.letter(title="主件：河道污染", body="只有主件的来信人知道的内容。")
    joined = await town.letter(title="并件：河道污染", body="并件来信人写的内容。")
    done = await town.person(Role.INTAKE).do("joinCase", caseId=joined.id, mainCaseId=main.id)
    assert done["case"]["stage"] == "CONCLUSION"
    before = await _tracked(town.citizen, joined.proof)
    assert (before["outcome"], before["reply"]) == ("MERGED", None)
    await town.walk(main, "ACCEPT REVIEW SIGN_FOR RECORD_CONTACT SUBMIT_REPLY")
    assert (await _tracked(town.citizen, joined.proof))["reply"] is None
    await town.walk(main, "APPROVE_REPLY")
    after = await _tracked(town.citizen, joined.proof)
    assert after["reply"]["text"] == "油烟净化设施已安装。"
    assert {**after, "reply": None} == before
    assert main.number not in str(after)
    assert "主件" not in str(after)


async def _tracked(reader: Client, proof: dict[str, str]) -> dict[str, Any]:
    document = """query($number: String!, $queryCode: String!) {
        trackedCase(number: $number, queryCode: $queryCode) {
            number title body stage outcome version updatedAt availableActions
            mailbox { id } responsibleUnit { id } writer { name }
            timeline { action by note } reply { text sentAt } survey { state } } }"""
    case: dict[str, Any] = (await reader.ask(document, **proof))["trackedCase"]
    return case
