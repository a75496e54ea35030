"""A letter by WeChat is told of, answered and asked about in WeChat, over its real protocol."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

import pytest

from domain.case import Case
from domain.media import Medium
from domain.words import Stage
from infra.post.outbox import OutboxPost
from infra.post.switchboard import Switchboard, switchboard
from infra.post.told import PostSettings
from services.conversations.handling import answer_message
from services.functions.satisfaction_callback import satisfaction_callback
from services.office import Office
from storage import mongo
from tests.infra.post.answering import answering
from tests.infra.post.official_account import ACCOUNT, WeChat
from tests.services.conversations.writing import (
    OPENID,
    Proof,
    by_wechat,
    letter_by_wechat,
    said,
)
from tests.services.functions.delivering import Letterbox, delivered, refuses
from tests.services.functions.jobs import carried_out
from tests.services.offices import CLERK, MONDAY, TO_CALLBACK, documents, sms_quota, walked

pytestmark = pytest.mark.ring("all")

HOUR = timedelta(hours=1)
TUESDAY = MONDAY + timedelta(days=1)
ANSWERED = "SUBMIT_REPLY APPROVE_REPLY"


@pytest.fixture
def wechat() -> WeChat:
    return WeChat()


@pytest.fixture
def url(wechat: WeChat) -> Iterator[str]:
    with answering(wechat) as server:
        yield server.url


@pytest.fixture
async def post(office: Office, url: str) -> AsyncIterator[Switchboard]:
    """As the settings put it together: WeChat's own, and the outbox for all else."""
    told = PostSettings(
        wechat_app_id=ACCOUNT.app_id,
        wechat_secret=ACCOUNT.secret,
        wechat_template=ACCOUNT.template,
        wechat_url=url,
    )
    one = switchboard(
        told, OutboxPost(office.outbox, lambda: MONDAY), lambda: MONDAY, sms_quota(office)
    )
    yield one
    await one.close()


@dataclass
class Round:
    """An office whose functions run."""

    office: Office
    post: Switchboard

    async def deliver(self, now: datetime) -> None:
        entry = await delivered(self.office, cast("Letterbox", self.post), now)
        assert entry.counts.errors == ()

    async def ask(self, now: datetime) -> None:
        await carried_out(self.office, satisfaction_callback, at=now)
        await self.deliver(now)


@pytest.fixture
def round_(office: Office, post: Switchboard) -> Round:
    return Round(office, post)


async def case_of(office: Office, proof: Proof) -> Case:
    case = await office.cases.by_number(proof.number, CLERK)
    assert case is not None
    return case


def to(wechat: WeChat, openid: str = OPENID) -> list[dict[str, Any]]:
    return [one for one in wechat.messages.values() if one["touser"] == openid]


@pytest.mark.ring("test")
async def test_receipt_reply_and_survey_come_to_the_follower_who_wrote(
    office: Office, round_: Round, wechat: WeChat
) -> None:
    proof = await letter_by_wechat(office, MONDAY)
    await round_.deliver(MONDAY)
    [receipt] = to(wechat)
    assert receipt["data"]["number"] == {"value": proof.number}
    assert proof.code not in str(receipt)
    case = await walked(office, await case_of(office, proof), TO_CALLBACK)
    assert case.reply
    await round_.deliver(MONDAY + HOUR)
    assert case.reply.text in to(wechat)[-1]["data"]["text"]["value"]
    await round_.ask(MONDAY + 2 * HOUR)
    token = office.access.survey_token(case.id, 1)
    assert to(wechat)[-1]["url"].endswith(f"/survey/{token}")
    assert len(to(wechat)) == len(wechat.messages) == 3
    assert not await office.outbox.newest(10), "nothing to a telephone"


async def answered_and_asked(office: Office, round_: Round) -> Proof:
    proof = await letter_by_wechat(office, MONDAY)
    await walked(office, await case_of(office, proof), TO_CALLBACK)
    await round_.ask(MONDAY + HOUR)
    return proof


@pytest.mark.ring("test")
async def test_a_figure_sent_back_answers_the_survey_once(office: Office, round_: Round) -> None:
    proof = await answered_and_asked(office, round_)
    figure = by_wechat("５")
    now = MONDAY + 2 * HOUR
    first = await answer_message(office, figure, now)
    assert "感谢" in first
    case = await case_of(office, proof)
    assert case.stage is Stage.CONCLUSION
    assert case.history[-1].details["satisfaction"] == 5
    assert await answer_message(office, figure, now) == first
    assert await case_of(office, proof) == case
    assert "感谢" not in await said(office, "1", now), "it is over"
    assert await case_of(office, proof) == case


async def test_the_survey_is_answered_with_number_and_code_too(
    office: Office, round_: Round
) -> None:
    proof = await answered_and_asked(office, round_)
    rating = f"评价 {proof.number} {proof.code} 4"
    assert "感谢" in await said(office, rating, MONDAY + 2 * HOUR)
    assert (await case_of(office, proof)).stage is Stage.CONCLUSION


async def test_a_figure_is_for_the_survey_that_was_asked_last(
    office: Office, round_: Round
) -> None:
    proof = await answered_and_asked(office, round_)
    now = MONDAY + 2 * HOUR
    unhappy = by_wechat("1")
    assert "感谢" in await answer_message(office, unhappy, now)
    assert (await case_of(office, proof)).stage is Stage.HANDLING
    await walked(office, await case_of(office, proof), ANSWERED)
    await round_.ask(TUESDAY + HOUR)
    assert "感谢" in await answer_message(office, unhappy, TUESDAY + 2 * HOUR), "an old repeat"
    assert (await case_of(office, proof)).stage is Stage.CALLBACK
    assert "感谢" in await said(office, "4", TUESDAY + 2 * HOUR)
    assert (await case_of(office, proof)).stage is Stage.CONCLUSION


async def test_a_figure_of_who_was_asked_nothing_gets_the_menu(
    office: Office, round_: Round
) -> None:
    proof = await answered_and_asked(office, round_)
    other = await said(office, "5", MONDAY + 2 * HOUR, "oAnother0000000000000000001")
    assert "群众来信平台" in other
    assert (await case_of(office, proof)).stage is Stage.CALLBACK


@pytest.mark.ring("test")
async def test_in_the_middle_of_a_letter_a_figure_is_a_word_of_it(
    office: Office, round_: Round
) -> None:
    proof = await answered_and_asked(office, round_)
    await said(office, "写信", MONDAY + 2 * HOUR)
    assert "标题" in await said(office, "1", MONDAY + 2 * HOUR), "a mailbox was chosen"
    assert (await case_of(office, proof)).stage is Stage.CALLBACK


async def test_a_figure_for_a_list_that_was_forgotten_meanwhile_rates_nobody(
    office: Office, round_: Round
) -> None:
    proof = await answered_and_asked(office, round_)
    now = MONDAY + 2 * HOUR
    await said(office, "写信", now)
    assert "群众来信平台" in await said(office, "1", now + HOUR)
    assert (await case_of(office, proof)).stage is Stage.CALLBACK
    assert "感谢" in await said(office, "5", now + HOUR)
    assert (await case_of(office, proof)).stage is Stage.CONCLUSION


async def test_a_rating_that_was_cut_off_before_its_answer_is_thanked_for_with_the_next_message(
    office: Office, database: mongo.Database, round_: Round
) -> None:
    await answered_and_asked(office, round_)
    await said(office, "5", MONDAY + 2 * HOUR)
    [before] = await documents(database)
    moved = (await documents(database, "conversations"))[0]["moves"][-1]["message"]
    await database["received_messages"].update_one({"_id": moved}, {"$set": {"answer": None}})
    assert "感谢" in await said(office, "帮助", MONDAY + 2 * HOUR)
    assert await documents(database) == [before]


async def test_of_two_letters_only_one_is_asked_about_on_a_day(
    office: Office, round_: Round, wechat: WeChat
) -> None:
    for _ in range(2):
        proof = await letter_by_wechat(office, MONDAY)
        await walked(office, await case_of(office, proof), TO_CALLBACK)
    await round_.ask(MONDAY + HOUR)
    assert len(to(wechat)) == 5, "two receipts, two replies, one question"
    surveys = [one for one in to(wechat) if "/survey/" in one.get("url", "")]
    assert len(surveys) == 1
    await round_.deliver(TUESDAY)
    surveys = [one for one in to(wechat) if "/survey/" in one.get("url", "")]
    assert len(surveys) == 2


async def test_with_a_telephone_it_is_still_wechat(office: Office, wechat: WeChat) -> None:
    await letter_by_wechat(office, MONDAY, phone="13880001234")
    letterbox = Letterbox()
    await delivered(office, letterbox, MONDAY)
    assert letterbox.to(Medium.WECHAT) == [OPENID]
    assert letterbox.to(Medium.SMS) == []


@pytest.mark.ring("test")
@pytest.mark.parametrize("code", [40003, 43004, 43101])
async def test_who_left_the_account_is_told_by_sms(
    office: Office, database: mongo.Database, round_: Round, wechat: WeChat, code: int
) -> None:
    await letter_by_wechat(office, MONDAY, phone="13880001234")
    wechat.codes = [code]
    await round_.deliver(MONDAY)
    [told] = await office.outbox.newest(10)
    assert (told.medium, told.to) == (str(Medium.SMS), "+8613880001234")
    [notice] = (await documents(database))[0]["notices"]
    assert (notice["state"], notice["medium"]) == ("SENT", "SMS")


async def test_while_wechat_is_busy_nothing_goes_by_sms(office: Office, wechat: WeChat) -> None:
    await letter_by_wechat(office, MONDAY, phone="13880001234")
    letterbox = Letterbox(refuses(Medium.WECHAT))
    entry = await delivered(office, letterbox, MONDAY)
    assert (entry.counts.failed, letterbox.taken) == (1, [])


async def test_who_left_it_and_gave_no_number_is_given_up(
    office: Office, database: mongo.Database, post: Switchboard, wechat: WeChat
) -> None:
    await letter_by_wechat(office, MONDAY)
    wechat.codes = [43004]
    await delivered(office, cast("Letterbox", post), MONDAY)
    [notice] = (await documents(database))[0]["notices"]
    assert notice["state"] == "GIVEN_UP"


async def test_a_letter_from_before_there_were_openids_is_told_of_by_sms(
    office: Office, database: mongo.Database
) -> None:
    proof = await letter_by_wechat(office, MONDAY, phone="13880001234")
    await database["cases"].update_one({}, {"$unset": {"writer.openid": ""}})
    case = await case_of(office, proof)
    writer = (await office.cases.writers_of([case.id]))[case.id]
    assert (writer.phone, writer.openid) == ("+8613880001234", None)
    letterbox = Letterbox()
    await delivered(office, letterbox, MONDAY)
    assert letterbox.to(Medium.SMS) == ["+8613880001234"]


async def test_without_any_address_nobody_is_asked_and_nothing_fails(
    office: Office, database: mongo.Database, round_: Round, wechat: WeChat
) -> None:
    proof = await letter_by_wechat(office, MONDAY)
    await database["cases"].update_one({}, {"$unset": {"writer.openid": ""}})
    await walked(office, await case_of(office, proof), TO_CALLBACK)
    await round_.ask(MONDAY + HOUR)
    assert wechat.messages == {}
    case = await case_of(office, proof)
    assert case.current_asking is None or not case.current_asking.asked
