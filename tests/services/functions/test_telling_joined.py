"""The writers of letters that were joined to a case get its reply, each for themselves."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from domain.actors import ANONYMOUS, SYSTEM, Actor
from domain.case import Case
from domain.media import Medium
from domain.notices import notices_since
from domain.rulebook import Moment
from domain.runs import RunState
from domain.words import Channel, Outcome, Stage
from domain.workflow import Action
from services.functions.satisfaction_callback import satisfaction_callback
from services.office import Office
from storage import mongo
from tests.services.functions.delivering import (
    Letterbox,
    delivered,
    refuses,
    settle,
    states,
    waits_until,
)
from tests.services.functions.jobs import carried_out
from tests.services.offices import SUPERVISOR, TO_CALLBACK, at, sent, walked

pytestmark = pytest.mark.ring("test")

NOON = at("2017-03-06 12:00")
LATER = at("2017-03-06 12:01")


async def joined(office: Office, main: Case, name: str, **changed: Any) -> Case:
    case = (await sent(office, name, **changed)).case
    return await walked(office, case, "JOIN", main_case=main.id)


async def reread(office: Office, case: Case) -> Case:
    found = await office.cases.by_id(case.id, SYSTEM)
    assert found is not None
    return found


async def taken(office: Office, case: Case, actor: Actor, action: Action, **values: object) -> Case:
    before = await reread(office, case)
    moment = Moment(actor, before.updated_at + timedelta(minutes=1), office.rulebook)
    after = before.take(action, moment, values)
    await office.cases.save(before, after, notices_since(after, before.version))
    return after


async def judged(office: Office, case: Case, *, satisfied: bool) -> Case:
    said = {"resolved": satisfied, "satisfaction": 5 if satisfied else 1}
    return await taken(office, case, ANONYMOUS, Action.ANSWER_SURVEY, **said)


async def appealed_in_vain(office: Office, case: Case) -> None:
    await taken(office, case, ANONYMOUS, Action.APPEAL, reason="问题依然存在")
    await taken(office, case, SUPERVISOR, Action.DECIDE_APPEAL, granted=False, reason="维持")


@pytest.fixture
async def campaign(office: Office) -> tuple[Case, list[Case]]:
    """A case that three letters were joined to, answered; what came before was delivered."""
    main = (await sent(office, "main", phone="13900139000")).case
    others = [
        await joined(office, main, f"letter {number}", phone=f"1380013800{number}")
        for number in range(2)
    ]
    others.append(await joined(office, main, "no telephone", phone=None, channel=Channel.WEB))
    await settle(office, at("2017-03-06 09:30"))
    return await walked(office, main, TO_CALLBACK), others


async def test_each_is_told_the_reply_under_their_own_number(
    office: Office, database: mongo.Database, campaign: tuple[Case, list[Case]]
) -> None:
    main, others = campaign
    post = Letterbox()
    await delivered(office, post, NOON)
    await delivered(office, post, LATER)
    assert main.reply
    for case in others[:2]:
        message = post.by_id()[f"{case.id}-3-writer"]
        assert case.number in message.text
        assert main.reply.text in message.text
        assert main.number not in message.text
    assert (await states(database))[f"{main.id}-7-joined"] == "SENT"
    assert f"{others[2].id}-3-writer" not in await states(database), "nobody is to be reached"
    assert await waits_until(database) == {None}
    assert len(post.taken) == len(post.by_id())


async def test_one_that_is_refused_is_tried_again_alone(
    office: Office, database: mongo.Database, campaign: tuple[Case, list[Case]]
) -> None:
    _, [first, second, _] = campaign
    key = f"{first.id}-3-writer"
    post = Letterbox()
    busy = refuses(Medium.SMS)
    post.answer = lambda message: busy(message) if message.id == key else None
    await delivered(office, post, NOON)
    await delivered(office, post, LATER)
    assert (await states(database))[key] == "QUEUED"
    post.answer = lambda _: None
    await delivered(office, post, at("2017-03-06 12:10"))
    assert (await states(database))[key] == "SENT"
    assert [m.id for m in post.taken].count(f"{second.id}-3-writer") == 1


async def test_out_of_time_in_the_middle_it_goes_on_and_queues_nothing_twice(
    office: Office,
    database: mongo.Database,
    campaign: tuple[Case, list[Case]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    main, others = campaign
    monkeypatch.setattr("services.functions.telling_joined.PAGE", 1)
    looks = iter([False, False, *[True] * 100])
    post = Letterbox()
    entry = await delivered(office, post, NOON, is_stopping=lambda: next(looks))
    assert entry.state is RunState.PARTIAL
    assert (await states(database))[f"{main.id}-7-joined"] == "QUEUED"
    await delivered(office, post, NOON)
    await delivered(office, post, LATER)
    for case in others:
        found = await office.cases.by_id(case.id, SYSTEM)
        assert found is not None
        assert len(found.since(None, Action.ANSWER_JOINED)) == 1
    assert len(post.taken) == len(post.by_id())


async def test_a_letter_that_is_joined_after_the_reply_gets_it_at_once(office: Office) -> None:
    main = await walked(office, (await sent(office, "main")).case, TO_CALLBACK)
    late = await joined(office, main, "late", when=at("2017-03-06 11:00"))
    post = Letterbox()
    await delivered(office, post, NOON)
    assert main.reply
    assert main.reply.text in post.by_id()[f"{late.id}-3-writer"].text
    assert f"{late.id}-2-writer" not in post.by_id(), "the reply says that it was joined"


async def test_what_was_joined_to_a_letter_that_was_joined_itself_is_told_too(
    office: Office, database: mongo.Database
) -> None:
    main = (await sent(office, "main")).case
    middle = (await sent(office, "middle")).case
    last = await joined(office, middle, "last")
    middle = await walked(office, middle, "JOIN", main_case=main.id)
    main = await walked(office, main, TO_CALLBACK)
    post = Letterbox()
    for minute in range(4):
        await delivered(office, post, at(f"2017-03-06 12:0{minute}"))
    assert main.reply
    key = f"{last.id}-3-writer"
    assert main.reply.text in post.by_id()[key].text
    assert last.number in post.by_id()[key].text
    assert await waits_until(database) == {None}


async def test_a_joined_writer_may_judge_the_reply_and_contradict_it(
    office: Office, campaign: tuple[Case, list[Case]]
) -> None:
    """Both run from the reply that they got, however long ago the joining was."""
    _, [first, *_] = campaign
    await delivered(office, Letterbox(), NOON)
    entry = await carried_out(office, satisfaction_callback, at=LATER)
    assert entry.counts.changed == 3, "the main case's writer, and two of three that were joined"
    post = Letterbox()
    await delivered(office, post, LATER + timedelta(days=1))
    assert "满意" in post.by_id()[f"{first.id}-survey-1-1"].text
    joined_on = first.updated_at
    first = await judged(office, first, satisfied=False)
    assert (first.stage, first.outcome) == (Stage.CONCLUSION, Outcome.MERGED)
    assert first.survey_answer is not None
    before = Moment(ANONYMOUS, joined_on, office.rulebook)
    assert Action.APPEAL in first.available_actions(replace(before, now=at("2017-03-21 23:59")))
    assert Action.APPEAL not in first.available_actions(replace(before, now=at("2017-03-22")))


async def test_a_second_reply_is_passed_on_and_can_be_judged_again(
    office: Office, campaign: tuple[Case, list[Case]]
) -> None:
    main, [first, *_] = campaign
    await delivered(office, Letterbox(), NOON)
    await judged(office, first, satisfied=True)
    await appealed_in_vain(office, first)
    await judged(office, main, satisfied=False)
    main = await walked(office, await reread(office, main), "SUBMIT_REPLY APPROVE_REPLY")
    post = Letterbox()
    for minute in range(2):
        await delivered(office, post, main.updated_at + timedelta(minutes=minute))
    first = await reread(office, first)
    assert (first.main_replies, first.replies_released) == (2, 2)
    offered = first.available_actions(Moment(ANONYMOUS, first.updated_at, office.rulebook))
    assert {Action.ANSWER_SURVEY, Action.APPEAL} <= set(offered)


async def test_what_its_writer_says_of_the_joining_takes_nothing_from_what_follows(
    office: Office,
) -> None:
    main = (await sent(office, "main")).case
    case = await joined(office, main, "late")
    await appealed_in_vain(office, case)
    await walked(office, main, TO_CALLBACK)
    await delivered(office, Letterbox(), NOON)
    case = await reread(office, case)
    offered = case.available_actions(Moment(ANONYMOUS, LATER, office.rulebook))
    assert Action.APPEAL in offered


async def test_nobody_was_joined(office: Office, database: mongo.Database) -> None:
    case = await walked(office, (await sent(office)).case, TO_CALLBACK)
    await delivered(office, Letterbox(), NOON)
    assert (await states(database, "state", "error"))[f"{case.id}-7-joined"] == (
        "LEFT_OUT",
        "no letters were joined to it",
    )


async def test_a_main_case_that_cannot_be_read_holds_up_nobody_else(
    office: Office, database: mongo.Database
) -> None:
    main = (await sent(office, "main")).case
    late = await joined(office, main, "late")
    other = (await sent(office, "other")).case
    await database["cases"].update_one({"_id": main.id}, {"$set": {"stage": "NOWHERE"}})
    post = Letterbox()
    entry = await delivered(office, post, NOON)
    assert f"{late.number}: cannot be put into words, or handed on: KeyError" in entry.counts.errors
    assert f"{other.id}-1-writer" in post.by_id()
