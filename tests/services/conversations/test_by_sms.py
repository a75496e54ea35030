"""A text message that nobody was done with is taken up: one letter, one answer, soon after."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from domain.media import Medium
from domain.runs import RunEntry, Trigger
from services.conversations.by_sms import NEXT_TRY_AFTER, TAKEN_UP_AFTER, answer_sms
from services.conversations.handling import Received, key_of
from services.functions.messages import Message, Refusal
from services.functions.satisfaction_callback import satisfaction_callback
from services.functions.table import FUNCTIONS
from services.office import Office
from storage import mongo
from tests.services.conversations.writing import LINE, PHONE, Proof, by_sms, proof_in
from tests.services.functions.delivering import BUSY, UNKNOWN, Letterbox, delivered, refuses
from tests.services.functions.jobs import Clock, carried_out
from tests.services.offices import CLERK, MONDAY, TO_CALLBACK, documents, walked

pytestmark = pytest.mark.ring("test")

SOON = MONDAY + TAKEN_UP_AFTER
LATER = SOON + NEXT_TRY_AFTER


class Killed(BaseException):
    """The process ends here: nothing that follows is done."""


async def killing(_: Message) -> Refusal | None:
    raise Killed


async def cut_off_while_answering(
    office: Office, message: Received, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It ends right after the message is recorded."""

    async def killed(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr("services.conversations.handling._in_one_line", killed)
        with pytest.raises(Killed):
            await answer_sms(office, message, MONDAY, Letterbox().send)


async def cut_off_while_sending(office: Office, message: Received) -> None:
    """It ends when the letter is in and the answer is not out."""
    with pytest.raises(Killed):
        await answer_sms(office, message, MONDAY, killing)


def answers(post: Letterbox) -> list[Message]:
    return [one for one in post.taken if one.about == "CONVERSATION"]


async def letters(database: mongo.Database) -> int:
    return len(await documents(database))


async def run(office: Office, post: Letterbox, at: datetime = SOON) -> RunEntry:
    return await delivered(office, post, at)


@pytest.mark.ring("all")
async def test_cut_off_before_the_letter_was_there_it_is_there_soon(
    office: Office, database: mongo.Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = by_sms(LINE)
    await cut_off_while_answering(office, message, monkeypatch)
    assert await letters(database) == 0
    post = Letterbox()
    await run(office, post)
    [answer] = answers(post)
    proof = proof_in(answer.text)
    assert (answer.medium, answer.to) == (Medium.SMS, PHONE)
    case = await office.cases.by_number(proof.number, CLERK)
    assert case is not None
    writer = (await office.cases.writers_of([case.id]))[case.id]
    assert (writer.phone, case.letter.body) == (PHONE, "人民路上的路灯坏了三天。")


@pytest.mark.ring("all")
async def test_cut_off_before_the_answer_was_out_the_same_answer_goes_out(
    office: Office, database: mongo.Database
) -> None:
    await cut_off_while_sending(office, by_sms(LINE))
    [case] = await documents(database)
    post = Letterbox()
    await run(office, post)
    assert await letters(database) == 1
    [answer] = answers(post)
    assert case["number"] in answer.text


@pytest.mark.ring("all")
@pytest.mark.parametrize("takes_up_first", [True, False])
async def test_a_repeat_of_the_provider_s_and_the_taking_up_are_one_letter_and_one_answer(
    office: Office, database: mongo.Database, takes_up_first: bool
) -> None:
    message, post = by_sms(LINE), Letterbox()
    await cut_off_while_sending(office, message)
    if takes_up_first:
        await run(office, post)
    assert await answer_sms(office, message, SOON, post.send) is None
    if not takes_up_first:
        await run(office, post)
    assert await letters(database) == 1
    assert len(answers(post)) == 1


@pytest.mark.ring("all")
async def test_it_is_taken_up_once_and_forgotten(office: Office, database: mongo.Database) -> None:
    await cut_off_while_sending(office, by_sms(LINE))
    post = Letterbox()
    for minutes in range(3):
        await run(office, post, SOON + timedelta(minutes=minutes))
    assert len(answers(post)) == 1
    [kept] = await documents(database, "received_messages")
    assert {"left", "content", "due_at"}.isdisjoint(kept)


async def test_what_was_answered_is_not_left(office: Office) -> None:
    post = Letterbox()
    assert await answer_sms(office, by_sms(LINE), MONDAY, post.send) is None
    await run(office, post, SOON + timedelta(days=1))
    assert len(answers(post)) == 1


async def test_it_waits_until_its_request_is_long_over(office: Office) -> None:
    await cut_off_while_sending(office, by_sms(LINE))
    post = Letterbox()
    await run(office, post, SOON - timedelta(seconds=1))
    assert answers(post) == []
    news = FUNCTIONS["deliver_notices"].has_news
    assert news is not None
    assert not await office.outside.conversations.has_left(SOON - timedelta(seconds=1))
    assert await news(office, SOON)


@pytest.mark.ring("all")
async def test_while_the_post_takes_nothing_it_waits_on(
    office: Office, database: mongo.Database
) -> None:
    await cut_off_while_sending(office, by_sms(LINE))
    busy = Letterbox(refuses(Medium.SMS, BUSY))
    entry = await run(office, busy)
    assert "SMS: busy" in entry.counts.errors
    post = Letterbox()
    await run(office, post, SOON + timedelta(minutes=1))
    assert answers(post) == []
    await run(office, post, LATER)
    assert len(answers(post)) == 1
    assert await letters(database) == 1


async def test_a_telephone_that_there_is_not_is_tried_once(office: Office) -> None:
    await cut_off_while_sending(office, by_sms(LINE))
    nobody = Letterbox(refuses(Medium.SMS, UNKNOWN))
    await run(office, nobody)
    assert not await office.outside.conversations.has_left(LATER)


async def test_one_that_cannot_be_read_does_not_hold_up_the_others(
    office: Office, database: mongo.Database
) -> None:
    broken, whole = by_sms(LINE), by_sms(LINE)
    for message in (broken, whole):
        await cut_off_while_sending(office, message)
    await database["received_messages"].update_one(
        {"_id": key_of(office, broken)}, {"$set": {"content": b"no ciphertext"}}
    )
    post = Letterbox()
    entry = await run(office, post)
    assert [one for one in entry.counts.errors if one.startswith("SMS: ")]
    assert len(answers(post)) == 1
    assert await office.outside.conversations.has_left(LATER)


async def test_a_run_of_an_earlier_time_and_a_dry_one_take_nothing_up(office: Office) -> None:
    await cut_off_while_sending(office, by_sms(LINE))
    post = Letterbox()
    await delivered(office, post, SOON, trigger=Trigger.OPS, label="dry")
    hours_later = Clock(SOON + timedelta(hours=5))
    await delivered(office, post, SOON, trigger=Trigger.OPS, clock=hours_later)
    assert answers(post) == []
    assert await office.outside.conversations.has_left(SOON)


async def test_nothing_of_it_lies_in_clear(office: Office, database: mongo.Database) -> None:
    await cut_off_while_sending(office, by_sms(LINE))
    lying = repr(await documents(database, "received_messages"))
    for secret in (PHONE, "路灯", "人民路"):
        assert secret not in lying


# The survey


async def answered_letter(office: Office, post: Letterbox) -> Proof:
    """A letter in one line, answered and asked about."""
    await answer_sms(office, by_sms(LINE), MONDAY, post.send)
    proof = proof_in(answers(post)[-1].text)
    case = await office.cases.by_number(proof.number, CLERK)
    assert case is not None
    await walked(office, case, TO_CALLBACK)
    await carried_out(office, satisfaction_callback, at=MONDAY + timedelta(hours=1))
    await run(office, post, MONDAY + timedelta(hours=1))
    return proof


@pytest.mark.parametrize(("figure", "stage"), [("5", "CONCLUSION"), ("１", "HANDLING")])
async def test_the_survey_comes_and_is_answered_by_sms(
    office: Office, database: mongo.Database, figure: str, stage: str
) -> None:
    post = Letterbox()
    await answered_letter(office, post)
    assert "/survey/" in post.taken[-1].text
    message = by_sms(figure)
    for _ in range(2):
        now = MONDAY + timedelta(hours=2)
        assert await answer_sms(office, message, now, post.send) is None
    thanks = [one.text for one in answers(post)][1:]
    assert thanks == ["感谢您的评价。"]
    [case] = await documents(database)
    assert case["stage"] == stage
