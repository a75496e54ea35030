"""What is suggested to those who work on a case: a category, and what a reply seems to lack."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio

from domain.agreement import Compared
from domain.training import Counts, Example, names_of
from domain.words import Role
from storage import mongo
from storage.category_models import TrainedModel
from tests.api.actions import TO_CALLBACK, TO_FEEDBACK, TO_HANDLING
from tests.api.clients import Client, Letter, Town

pytestmark = pytest.mark.ring("test")

CASE = """query($number: String!) { case(number: $number) {
    category { name } suggestedCategory { category { id name } confidence words }
    replyWarnings { code text } } }"""
MINE = """query($number: String!, $queryCode: String!) {
    trackedCase(number: $number, queryCode: $queryCode) { number FIELD { __typename } } }"""
AGREEMENT = "{ suggestionAgreement { agreed compared value since } }"
SAID = (("01", "餐馆油烟", "楼下餐馆的油烟排到窗前"), ("02", "小学补课", "老师要学生交钱补课"))


@pytest_asyncio.fixture(scope="module", loop_scope="module", autouse=True)
async def trained(town: Town) -> AsyncIterator[TrainedModel]:
    """A model that clerks agreed with on three of four letters."""
    counts = Counts(names_of(await town.office.directory.categories()))
    for number in range(10):
        for category, title, body in SAID:
            counts.add(Example.of(f"{number}/{category}", category, title, body))
    now = town.clock().replace(microsecond=0)
    compared = (Compared(now - timedelta(days=1), now, 3, 4),)
    model = TrainedModel(now, 20, 20, 1.0, 1.0, compared, counts.model(0.05))
    async with mongo.transaction(town.database.client) as session:
        await town.office.category_models.save(model, session)
    yield model


async def seen(town: Town, letter: Letter, by: Client | None = None) -> dict[str, Any]:
    reader = by or town.person(Role.REVIEWER)
    found: dict[str, Any] = (await reader.ask(CASE, number=letter.number))["case"]
    return found


async def test_a_new_letter_has_a_suggestion_with_its_reason(town: Town) -> None:
    letter = await town.letter(title="餐馆油烟扰民", body="楼下餐馆油烟太大。")
    case = await seen(town, letter)
    found = case["suggestedCategory"]
    assert case["category"] is None
    assert found["category"]["name"] in ("城乡建设", "Construction")
    assert 0.5 < found["confidence"] <= 1
    assert "油烟" in found["words"][0]


async def test_a_reviewed_one_has_none(town: Town) -> None:
    case = await seen(town, await town.walked(TO_HANDLING))
    assert case["category"] is not None
    assert case["suggestedCategory"] is None


@pytest.mark.parametrize("field", ["suggestedCategory", "replyWarnings"])
async def test_its_writer_is_not_told(town: Town, field: str) -> None:
    letter = await town.letter()
    answer = await town.citizen.send(MINE.replace("FIELD", field), **letter.proof)
    assert answer.code == "FORBIDDEN"
    assert answer.data["trackedCase"] == {"number": letter.number, field: None}


async def test_agreement_is_for_those_who_work_on_cases(town: Town, trained: TrainedModel) -> None:
    found = (await town.person(Role.INTAKE).ask(AGREEMENT))["suggestionAgreement"]
    assert (found["agreed"], found["compared"], found["value"]) == (3, 4, 0.75)
    assert datetime.fromisoformat(found["since"]) == trained.compared[0].since
    assert (await town.citizen.send(AGREEMENT)).code == "UNAUTHENTICATED"
    writer = town.person(Role.CITIZEN, subject="li")
    assert (await writer.send(AGREEMENT)).code == "FORBIDDEN"
    assert (await town.person(Role.OPS).send(AGREEMENT)).code == "FORBIDDEN"


async def test_an_approver_is_told_what_the_waiting_reply_lacks(town: Town) -> None:
    letter = await town.walked(TO_FEEDBACK)
    warnings = (await seen(town, letter, town.person(Role.APPROVER)))["replyWarnings"]
    assert "NO_CONTACT" in {one["code"] for one in warnings}
    assert all(one["text"] for one in warnings)


async def test_no_reply_waits_before_and_after(town: Town) -> None:
    for walk in (TO_HANDLING, TO_CALLBACK):
        assert (await seen(town, await town.walked(walk)))["replyWarnings"] == []
