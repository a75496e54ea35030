"""A figure sent back answers the survey that was asked last, once, whoever delivers it twice."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from domain.case import Case
from domain.refusals import ActionNotAllowed, Duplicate, InvalidInput, NotFound
from domain.words import Stage
from services.functions.satisfaction_callback import satisfaction_callback
from services.office import Office
from services.replies_by_message import ShortMessage, answer_by_message, read_figure
from storage import mongo
from storage.incoming import Incoming
from tests.services.functions.jobs import carried_out
from tests.services.offices import TO_CALLBACK, at, documents, sent, walked

pytestmark = pytest.mark.ring("test")

MONDAY = at("2017-03-06 09:30")
PHONE = "+8613800138000"


async def asked(office: Office, *days: str, phone: str = "13800138000") -> list[Case]:
    """Letters of one telephone, each answered and asked about on its day at 09:30."""
    cases = []
    for day in days:
        when = at(f"{day} 08:30")
        case = (await sent(office, f"letter {day} {phone}", when=when, phone=phone)).case
        cases.append(await walked(office, case, TO_CALLBACK))
        await carried_out(office, satisfaction_callback, at=at(f"{day} 09:30"))
    return cases


def message(text: str, name: str = "one", phone: str = PHONE) -> ShortMessage:
    return ShortMessage(name, phone, text)


@pytest.mark.parametrize("text", ["4", " 4 ", "４", "４　", "\n4\r\n", "4\u200a"])
def test_a_figure_is_a_figure_however_it_is_typed(text: str) -> None:
    assert read_figure(text) == 4


@pytest.mark.parametrize(
    "text", ["", "0", "6", "11", "4.5", "四", "满意吗", "-4", "4 5", "yes 5", "TD"]
)
def test_anything_else_is_refused_with_what_to_send(text: str) -> None:
    with pytest.raises(InvalidInput, match="one figure"):
        read_figure(text)


@pytest.mark.parametrize(
    ("figure", "resolved", "stage"),
    [
        ("非常满意", True, Stage.CONCLUSION),
        ("1", False, Stage.HANDLING),
        ("2", False, Stage.HANDLING),
        ("3", True, Stage.CONCLUSION),
        ("5", True, Stage.CONCLUSION),
    ],
)
async def test_the_figure_is_the_satisfaction(
    office: Office, figure: str, resolved: bool, stage: Stage
) -> None:
    await asked(office, "2017-03-06")
    case = await answer_by_message(office, message(figure), MONDAY + timedelta(hours=1))
    assert case.stage is stage
    answer = case.history[-1]
    satisfaction = read_figure(figure)
    assert (answer.details["resolved"], answer.details["satisfaction"]) == (resolved, satisfaction)
    assert (answer.role, answer.subject) == ("CITIZEN", None)


async def test_it_answers_the_survey_that_was_asked_last(office: Office) -> None:
    first, second = await asked(office, "2017-03-06", "2017-03-07")
    now = at("2017-03-07 12:00")
    assert (await answer_by_message(office, message("5"), now)).id == second.id
    later = message("5", "two")
    assert (await answer_by_message(office, later, now)).id == first.id, "the one still open"
    with pytest.raises(NotFound, match="No survey"):
        await answer_by_message(office, message("5", "three"), now)


async def test_a_case_that_cannot_be_read_does_not_keep_the_others_from_being_answered(
    office: Office, database: mongo.Database
) -> None:
    first, second = await asked(office, "2017-03-06", "2017-03-07")
    await database["cases"].update_one({"_id": first.id}, {"$set": {"stage": "NOWHERE"}})
    answered = await answer_by_message(office, message("5"), at("2017-03-07 12:00"))
    assert answered.id == second.id


async def test_delivered_twice_it_answers_once(office: Office, database: mongo.Database) -> None:
    first, second = await asked(office, "2017-03-06", "2017-03-07")
    now = at("2017-03-07 12:00")
    answers = [await answer_by_message(office, message("5"), now) for _ in range(3)]
    assert {case.id for case in answers} == {second.id}
    stages = {one["_id"]: one["stage"] for one in await documents(database)}
    assert stages == {first.id: "CALLBACK", second.id: "CONCLUSION"}


async def test_delivered_twice_at_once_it_answers_once(
    office: Office, database: mongo.Database
) -> None:
    await asked(office, "2017-03-06", "2017-03-07")
    now = at("2017-03-07 12:00")
    tries = (answer_by_message(office, message("5"), now) for _ in range(4))
    await asyncio.gather(*tries, return_exceptions=True)
    await answer_by_message(office, message("5"), now)
    stages = sorted(one["stage"] for one in await documents(database))
    assert stages == ["CALLBACK", "CONCLUSION"]


async def test_what_was_decided_and_not_done_is_done_by_the_next_delivery(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    [case] = await asked(office, "2017-03-06")
    now = at("2017-03-06 12:00")

    async def killed(*given: object) -> None:
        raise ConnectionResetError

    monkeypatch.setattr(type(office.cases), "save", killed)
    with pytest.raises(ConnectionResetError):
        await answer_by_message(office, message("5"), now)
    monkeypatch.undo()
    await asked(office, "2017-03-07")
    done = await answer_by_message(office, message("5"), at("2017-03-07 12:00"))
    assert (done.id, done.stage) == (case.id, Stage.CONCLUSION)


async def test_another_content_under_the_same_id_is_refused(office: Office) -> None:
    await asked(office, "2017-03-06")
    await answer_by_message(office, message("5"), MONDAY)
    with pytest.raises(Duplicate):
        await answer_by_message(office, message("1"), MONDAY)


@pytest.mark.parametrize("phone", ["+8613900139000", "13900139000"])
async def test_a_telephone_that_was_not_asked_is_told_so(office: Office, phone: str) -> None:
    await asked(office, "2017-03-06")
    with pytest.raises(NotFound, match="No survey of this telephone number"):
        await answer_by_message(office, message("5", phone=phone), MONDAY)


async def test_before_the_question_there_is_nothing_to_answer(office: Office) -> None:
    await walked(office, (await sent(office)).case, TO_CALLBACK)
    with pytest.raises(NotFound, match="No survey"):
        await answer_by_message(office, message("5"), MONDAY)


async def test_an_answer_that_comes_too_late_is_told_so(office: Office) -> None:
    await asked(office, "2017-03-06")
    await carried_out(office, satisfaction_callback, at=at("2017-03-14 00:10"))
    with pytest.raises(NotFound, match="No survey"):
        await answer_by_message(office, message("5"), at("2017-03-14 09:00"))


@pytest.mark.parametrize("name", ["", "x" * 129])
async def test_a_message_has_an_id(office: Office, name: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        await answer_by_message(office, message("5", name), MONDAY)
    assert refused.value.field == "messageId"


async def test_a_number_that_is_none_is_named(office: Office) -> None:
    with pytest.raises(InvalidInput) as refused:
        await answer_by_message(office, message("5", phone="12"), MONDAY)
    assert refused.value.field == "phone"


async def test_neither_number_nor_text_is_kept(office: Office, database: mongo.Database) -> None:
    await asked(office, "2017-03-06")
    await answer_by_message(office, message("5"), MONDAY)
    [kept] = await documents(database, "incoming")
    assert "13800138000" not in str(kept)
    assert set(kept) == {"_id", "fingerprint", "case_id", "round", "at"}


async def test_an_answer_refused_by_the_process_says_why(office: Office) -> None:
    [case] = await asked(office, "2017-03-06")
    killed = message("5")
    key = office.access.digest("message", killed.id).hex()
    content = office.access.digest("message content", PHONE, "5").hex()
    await office.incoming.keep(Incoming(key, content, case.id, 1))
    await carried_out(office, satisfaction_callback, at=at("2017-03-14 00:10"))
    with pytest.raises(ActionNotAllowed):
        await answer_by_message(office, killed, at("2017-03-14 09:00"))
