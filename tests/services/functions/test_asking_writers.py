"""Survey messages: never at night, one a day to a telephone, none that nobody needs any more."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from domain.actors import ANONYMOUS
from domain.case import Case
from domain.media import Medium
from domain.notices import Audience, Notice, Occasion
from domain.runs import Trigger
from domain.words import Stage
from domain.workflow import Action
from services.office import Office
from services.process import Act, Proof, act_as_writer
from storage import mongo
from tests.services.functions.delivering import (
    PAGES,
    Letterbox,
    delivered,
    queued,
    refuses,
    settle,
    states,
    survey,
    waits_until,
)
from tests.services.functions.jobs import Clock
from tests.services.offices import TO_CALLBACK, at, sent, walked

pytestmark = pytest.mark.ring("test")

TUESDAY = at("2017-03-07 10:00")


async def answered(office: Office, database: mongo.Database, name: str, **changed: Any) -> Case:
    """A case whose reply went out, and whose writer is to be asked on Tuesday."""
    case = await walked(office, (await sent(office, name, **changed)).case, TO_CALLBACK)
    await settle(office, at("2017-03-06 12:00"))
    await queued(office, database, survey(case, TUESDAY))
    return case


async def test_the_question_has_the_link_of_this_reply_and_says_how_to_answer(
    office: Office, database: mongo.Database
) -> None:
    case = await answered(office, database, "one")
    post = Letterbox()
    await delivered(office, post, TUESDAY)
    [message] = post.taken
    link = f"{PAGES}/survey/{office.access.survey_token(case.id, 1)}"
    assert (message.medium, message.data["link"]) == (Medium.SMS, link)
    assert link in message.text
    assert "1至5" in message.text


@pytest.mark.parametrize(
    ("when", "next_at"),
    [
        ("2017-03-07 20:59", None),
        ("2017-03-07 21:00", "2017-03-08 08:00"),
        ("2017-03-08 00:30", "2017-03-08 08:00"),
        ("2017-03-08 07:59", "2017-03-08 08:00"),
        ("2017-03-08 08:00", None),
    ],
)
async def test_nobody_is_asked_at_night(
    office: Office, database: mongo.Database, when: str, next_at: str | None
) -> None:
    await answered(office, database, "one")
    post = Letterbox()
    entry = await delivered(office, post, at(when))
    assert len(post.taken) == (next_at is None)
    assert entry.counts.failed == 0
    assert await waits_until(database) == {at(next_at) if next_at else None}


EVENING, NIGHT = at("2017-03-07 20:59"), at("2017-03-08 02:00")


@pytest.mark.ring("all")
@pytest.mark.parametrize("trigger", [Trigger.SCHEDULE, Trigger.CHANGE])
async def test_a_run_that_comes_late_asks_nobody_at_night_either(
    office: Office, database: mongo.Database, trigger: Trigger
) -> None:
    await answered(office, database, "one")
    post = Letterbox()
    await delivered(office, post, EVENING, trigger=trigger, clock=Clock(NIGHT))
    assert post.taken == []
    assert await waits_until(database) == {at("2017-03-08 08:00")}


@pytest.mark.ring("all")
@pytest.mark.parametrize("trigger", Trigger)
async def test_nor_does_one_that_is_gone_on_with_at_night(
    office: Office, database: mongo.Database, trigger: Trigger
) -> None:
    await answered(office, database, "one")
    post = Letterbox()
    stopped = await delivered(office, post, EVENING, trigger=trigger, is_stopping=lambda: True)
    assert stopped.is_to_be_continued
    await delivered(office, post, EVENING, trigger=trigger, clock=Clock(NIGHT))
    assert post.taken == []


async def test_the_day_of_a_telephone_is_the_one_on_which_it_rings(
    office: Office, database: mongo.Database
) -> None:
    for number in range(2):
        await answered(office, database, f"letter {number}")
    post = Letterbox()
    morning = at("2017-03-08 09:00")
    for moment in (EVENING, morning):
        await delivered(office, post, moment, trigger=Trigger.SCHEDULE, clock=Clock(morning))
    assert len(post.taken) == 1


async def test_somebody_who_asks_for_a_run_of_an_earlier_time_gets_that_time(
    office: Office, database: mongo.Database
) -> None:
    await answered(office, database, "one")
    post = Letterbox()
    await delivered(office, post, EVENING, trigger=Trigger.OPS, clock=Clock(NIGHT))
    assert len(post.taken) == 1


async def test_other_messages_go_out_at_night_too(office: Office) -> None:
    await sent(office, when=at("2017-03-06 23:00"))
    post = Letterbox()
    await delivered(office, post, at("2017-03-06 23:01"))
    assert [message.about for message in post.taken] == ["SUBMISSION"]


async def test_one_telephone_is_asked_once_a_day_however_many_cases_it_has(
    office: Office, database: mongo.Database
) -> None:
    for number in range(3):
        await answered(office, database, f"letter {number}")
    other = await answered(office, database, "another writer", phone="13900139000")
    post = Letterbox()
    for day in range(4):
        await delivered(office, post, TUESDAY + timedelta(days=day))
        assert len(post.taken) == min(2 + day, 4)
    assert post.to(Medium.SMS).count("+8613900139000") == 1
    assert len(post.by_id()) == 4
    assert f"{other.id}-survey-1" in post.by_id()


@pytest.mark.ring("all")
async def test_a_question_that_was_refused_keeps_its_day(
    office: Office, database: mongo.Database
) -> None:
    first = await answered(office, database, "one")
    second = await answered(office, database, "two")
    await delivered(office, Letterbox(refuses(Medium.SMS)), TUESDAY)
    [tried] = [one for one, error in (await states(database, "error")).items() if error == "busy"]
    post = Letterbox()
    await delivered(office, post, TUESDAY + timedelta(minutes=1))
    assert [message.id for message in post.taken] == [tried]
    assert tried.partition("-")[0] in (first.id, second.id)


async def test_nobody_is_asked_who_has_answered(office: Office, database: mongo.Database) -> None:
    submitted = await sent(office)
    case = await walked(office, submitted.case, TO_CALLBACK)
    await queued(office, database, survey(case, TUESDAY))
    proof = Proof(number=case.number, query_code=submitted.query_code)
    answer = Act(Action.ANSWER_SURVEY, {"resolved": True, "satisfaction": 5})
    await act_as_writer(office, proof, answer, ANONYMOUS, case.updated_at)
    post = Letterbox()
    await delivered(office, post, TUESDAY)
    assert "SURVEY" not in {message.about for message in post.taken}
    state = (await states(database, "state", "error"))[f"{case.id}-survey-1"]
    assert state == ("LEFT_OUT", "the survey is over")


async def test_a_question_about_a_reply_that_was_replaced_is_left_out(
    office: Office, database: mongo.Database
) -> None:
    submitted = await sent(office)
    case = await walked(office, submitted.case, TO_CALLBACK)
    await queued(office, database, survey(case, case.updated_at))
    proof = Proof(number=case.number, query_code=submitted.query_code)
    answer = Act(Action.ANSWER_SURVEY, {"resolved": False, "satisfaction": 1, "reason": "没有解决"})
    case = await act_as_writer(office, proof, answer, ANONYMOUS, case.updated_at)
    assert case.stage is Stage.HANDLING
    case = await walked(office, case, "SUBMIT_REPLY APPROVE_REPLY")
    reminder = Notice(f"{case.id}-r2", Audience.WRITER, Occasion.SURVEY_REMINDER, case.updated_at)
    await queued(office, database, reminder)
    post = Letterbox()
    await delivered(office, post, TUESDAY)
    asked = [message for message in post.taken if "survey" in message.data.get("link", "")]
    assert [message.id for message in asked] == [reminder.id]
    assert asked[0].data["link"].endswith(office.access.survey_token(case.id, 2))
    assert (await states(database))[f"{case.id}-survey-1"] == "LEFT_OUT"


@pytest.mark.ring("all")
async def test_a_claim_is_the_same_notices_again_and_nobody_elses(
    office: Office, database: mongo.Database
) -> None:
    contact, day = office.access.contact("+8613800138000"), TUESDAY.date()
    assert "138" not in contact

    async def claim(notice: str, moment: datetime = TUESDAY) -> bool:
        async with mongo.transaction(database.client) as session:
            return await office.contacts.claim(contact, moment.date(), notice, session)

    assert [await claim("a"), await claim("b"), await claim("a")] == [True, False, True]
    assert await claim("b", TUESDAY + timedelta(days=1))
    assert await office.contacts.holder(contact, day) == "a"
