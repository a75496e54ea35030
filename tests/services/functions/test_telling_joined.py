"""The writers of letters that were joined to a case get its reply, each for themselves."""

from __future__ import annotations

from typing import Any

import pytest

from domain.case import Case
from domain.media import Medium
from domain.runs import RunState
from domain.words import Channel
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
from tests.services.offices import TO_CALLBACK, at, sent, walked

pytestmark = pytest.mark.ring("test")

NOON = at("2017-03-06 12:00")
LATER = at("2017-03-06 12:01")


async def joined(office: Office, main: Case, name: str, **changed: Any) -> Case:
    case = (await sent(office, name, **changed)).case
    return await walked(office, case, "JOIN", main_case=main.id)


@pytest.fixture
async def campaign(office: Office) -> tuple[Case, list[Case]]:
    """A case that three letters were joined to, answered; what came before was delivered."""
    main = (await sent(office, "main", phone="13900139000")).case
    others = [await joined(office, main, f"letter {number}") for number in range(2)]
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
        message = post.by_id()[f"{main.id}-7-joined-{case.id}"]
        assert case.number in message.text
        assert main.reply.text in message.text
        assert main.number not in message.text
    assert (await states(database))[f"{main.id}-7-joined"] == "SENT"
    assert (await states(database))[f"{main.id}-7-joined-{others[2].id}"] == "LEFT_OUT"
    assert await waits_until(database) == {None}
    assert len(post.taken) == len(post.by_id())


async def test_one_that_is_refused_is_tried_again_alone(
    office: Office, database: mongo.Database, campaign: tuple[Case, list[Case]]
) -> None:
    main, [first, second, _] = campaign
    key = f"{main.id}-7-joined-{first.id}"
    post = Letterbox()
    busy = refuses(Medium.SMS)
    post.answer = lambda message: busy(message) if message.id == key else None
    await delivered(office, post, NOON)
    await delivered(office, post, LATER)
    assert (await states(database))[key] == "QUEUED"
    post.answer = lambda _: None
    await delivered(office, post, at("2017-03-06 12:10"))
    assert (await states(database))[key] == "SENT"
    assert [m.id for m in post.taken].count(f"{main.id}-7-joined-{second.id}") == 1


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
    told = [one for one in await states(database) if one.startswith(f"{main.id}-7-joined-")]
    assert sorted(told) == sorted(f"{main.id}-7-joined-{case.id}" for case in others)
    assert len(post.taken) == len(post.by_id())


async def test_a_letter_that_is_joined_after_the_reply_gets_it_at_once(office: Office) -> None:
    main = await walked(office, (await sent(office, "main")).case, TO_CALLBACK)
    late = await joined(office, main, "late", when=at("2017-03-06 11:00"))
    post = Letterbox()
    await delivered(office, post, NOON)
    assert main.reply
    assert main.reply.text in post.by_id()[f"{late.id}-2-writer"].text


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
    key = f"{main.id}-7-joined-{middle.id}-joined-{last.id}"
    assert main.reply.text in post.by_id()[key].text
    assert last.number in post.by_id()[key].text
    assert await waits_until(database) == {None}


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
    assert f"{late.number}: cannot be put into words: KeyError" in entry.counts.errors
    assert f"{other.id}-1-writer" in post.by_id()
