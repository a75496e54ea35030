"""The delivery on a real database: who is told, once, when, and what becomes of refusals."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from pymongo.errors import AutoReconnect, OperationFailure

from domain.delivery import RETRY_AFTER
from domain.media import Medium
from domain.runs import RunState
from domain.words import Channel, Role
from services.functions.messages import Message
from services.functions.posting import MOST_FAILURES, Refused, answered
from services.office import Office
from services.undelivered import retry_notice
from storage import mongo
from storage.notices import NoticedCase
from storage.pages import Page
from tests.services.functions.delivering import (
    BUSY,
    UNKNOWN,
    Letterbox,
    delivered,
    refuses,
    states,
    waits_until,
)
from tests.services.offices import DISTRICT, MONDAY, TO_CALLBACK, documents, person, sent, walked

pytestmark = pytest.mark.ring("test")

SOON = MONDAY + timedelta(minutes=1)
HOUR_LATER = MONDAY + timedelta(hours=1)
OPS = person(Role.OPS)
PHONE = "+8613800138000"


async def test_the_writer_is_told_that_the_letter_is_there(
    office: Office, database: mongo.Database
) -> None:
    submitted = await sent(office)
    post = Letterbox()
    entry = await delivered(office, post, SOON)
    assert (entry.state, entry.counts.seen, entry.counts.changed) == (RunState.SUCCEEDED, 1, 1)
    [message] = post.taken
    assert (message.medium, message.to) == (Medium.SMS, PHONE)
    assert submitted.case.number in message.text
    assert submitted.query_code not in message.text
    assert submitted.case.letter.body not in message.text
    assert message.id == f"{submitted.case.id}-1-writer"
    assert await states(database, "state", "sent_at", "medium", "message") == {
        message.id: ("SENT", SOON, "SMS", message.id)
    }
    assert await waits_until(database) == {None}
    assert not await office.notices.has_due(SOON + timedelta(days=1))


async def test_a_second_run_sends_nothing_and_changes_nothing(
    office: Office, database: mongo.Database
) -> None:
    await walked(office, (await sent(office)).case, TO_CALLBACK)
    post = Letterbox()
    await delivered(office, post, HOUR_LATER)
    before = await documents(database)
    entry = await delivered(office, post, HOUR_LATER + timedelta(minutes=1))
    assert (entry.counts.seen, entry.counts.changed) == (0, 0)
    assert await documents(database) == before
    assert [message.about for message in post.taken] == ["SUBMISSION", "APPROVE_REPLY"]
    assert len({message.id for message in post.taken}) == 2


async def test_a_unit_is_told_by_mail_and_a_short_reply_goes_out_whole(office: Office) -> None:
    case = await walked(office, (await sent(office)).case, "ACCEPT REVIEW")
    post = Letterbox()
    await delivered(office, post, HOUR_LATER)
    mail = next(message for message in post.taken if message.medium is Medium.EMAIL)
    assert (mail.to, mail.about) == (DISTRICT, "REVIEW")
    to_callback = "SIGN_FOR RECORD_CONTACT SUBMIT_REPLY APPROVE_REPLY"
    case = await walked(office, case, to_callback)
    await delivered(office, post, HOUR_LATER + timedelta(minutes=1))
    assert case.reply
    assert case.reply.text in post.by_id()[f"{case.id}-7-writer"].text


async def test_two_runs_at_once_have_the_effects_of_one(
    office: Office, database: mongo.Database
) -> None:
    for number in range(5):
        await sent(office, f"letter {number}")
    post = Letterbox()
    entries = await asyncio.gather(
        delivered(office, post, SOON), delivered(office, post, SOON + timedelta(minutes=1))
    )
    assert sorted(entry.state for entry in entries) == [RunState.SKIPPED, RunState.SUCCEEDED]
    assert len(post.taken) == len(post.by_id()) == 5
    assert set((await states(database)).values()) == {"SENT"}


async def test_a_case_that_cannot_be_written_fails_alone(
    office: Office, database: mongo.Database
) -> None:
    for number in range(3):
        await sent(office, f"letter {number}")
    # Of the three, which are all marked at one moment, the database takes one.
    await database["cases"].create_index("notices.sent_at", unique=True, sparse=True)
    entry = await delivered(office, Letterbox(), SOON)
    assert (entry.state, entry.counts.changed) == (RunState.SUCCEEDED, 1)
    assert entry.counts.problems == 2
    assert sorted((await states(database)).values()) == ["QUEUED", "QUEUED", "SENT"]
    assert await office.notices.has_due(SOON), "the others are met again"


async def test_more_cases_than_a_page_are_gone_through_whatever_becomes_of_the_first(
    office: Office, database: mongo.Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.functions.deliver_notices.PAGE", 3)
    monkeypatch.setattr("services.functions.deliver_notices.AT_ONCE", 2)
    cases = [(await sent(office, f"letter {number}")).case for number in range(8)]
    bad = {f"{case.id}-1-writer" for case in sorted(cases, key=lambda case: case.id)[:3]}
    post = Letterbox(lambda message: BUSY if message.id in bad else None)
    entry = await delivered(office, post, SOON)
    assert (entry.counts.seen, entry.counts.changed, entry.counts.failed) == (8, 5, 3)
    assert {key for key, state in (await states(database)).items() if state == "QUEUED"} == bad


# Refusals


async def test_what_is_refused_for_now_is_tried_again_ever_later_and_then_given_up(
    office: Office, database: mongo.Database
) -> None:
    case = (await sent(office)).case
    [key] = await states(database)
    post = Letterbox(refuses(Medium.SMS))
    now = SOON
    for failed, wait in enumerate(RETRY_AFTER, 1):
        entry = await delivered(office, post, now)
        assert entry.counts.errors == (f"{case.number}: busy",)
        assert (await states(database, "state", "attempts", "error"))[key] == (
            "QUEUED",
            failed,
            "busy",
        )
        assert await waits_until(database) == {now + wait}
        assert (await delivered(office, post, now + wait - timedelta(seconds=1))).counts.seen == 0
        now += wait
    assert (await delivered(office, post, now)).counts.errors == (f"{case.number}: given up: busy",)
    assert await waits_until(database) == {None}
    [given_up] = (await office.undelivered.page(Page(first=10))).items
    assert (given_up.id, given_up.number, given_up.attempts) == (key, case.number, 8)
    assert (given_up.given_up_at, given_up.error, given_up.medium) == (now, "busy", Medium.SMS)


async def test_what_is_refused_for_good_is_given_up_at_once_and_ops_can_have_it_tried_again(
    office: Office, database: mongo.Database
) -> None:
    case = (await sent(office)).case
    await delivered(office, Letterbox(refuses(Medium.SMS, UNKNOWN)), SOON)
    [key] = await states(database)
    assert await states(database) == {key: "GIVEN_UP"}
    later = SOON + timedelta(days=3)
    retried = await retry_notice(office, key, OPS, later)
    assert (retried.id, retried.number) == (key, case.number)
    assert (await office.undelivered.page(Page(first=10))).items == ()
    assert [what for _, what, _, _ in await office.audit.of_case(case.id)] == ["RETRY_NOTICE"]
    post = Letterbox()
    await delivered(office, post, later)
    assert [message.id for message in post.taken] == [key]
    assert await states(database, "state", "attempts") == {key: ("SENT", 0)}


async def test_after_some_failures_in_a_row_a_medium_is_left_alone_until_the_next_run(
    office: Office, database: mongo.Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.functions.deliver_notices.AT_ONCE", 1)
    for number in range(9):
        await sent(office, f"letter {number}")
    await walked(
        office, (await sent(office, "last", phone=None, channel=Channel.WEB)).case, "ACCEPT REVIEW"
    )
    post = Letterbox(refuses(Medium.SMS))
    entry = await delivered(office, post, HOUR_LATER)
    assert post.tried == MOST_FAILURES + 1
    assert (entry.counts.failed, entry.counts.skipped) == (MOST_FAILURES, 4)
    assert post.to(Medium.EMAIL) == [DISTRICT], "another medium goes on"
    post.answer = lambda _: None
    await delivered(office, post, HOUR_LATER + timedelta(minutes=2))
    assert set((await states(database)).values()) == {"SENT"}
    assert len(post.taken) == len(post.by_id()) == 10


async def test_a_post_that_breaks_is_a_refusal_of_that_message_alone(
    office: Office, database: mongo.Database
) -> None:
    first, second = [(await sent(office, f"letter {number}")).case for number in range(2)]

    def breaks(message: Message) -> Refused | None:
        if message.id.startswith(first.id):
            raise ZeroDivisionError(PHONE)
        return None

    entry = await delivered(office, Letterbox(breaks), SOON)
    assert entry.counts.errors == (f"{first.number}: the post failed: ZeroDivisionError",)
    assert (await states(database))[f"{second.id}-1-writer"] == "SENT"


async def test_a_case_that_cannot_be_read_is_told_and_holds_up_nobody(
    office: Office, database: mongo.Database
) -> None:
    broken, whole = [(await sent(office, f"letter {number}")).case for number in range(2)]
    await database["cases"].update_one({"_id": broken.id}, {"$set": {"stage": "NOWHERE"}})
    post = Letterbox()
    entry = await delivered(office, post, SOON)
    assert entry.counts.errors == (f"{broken.number}: cannot be read: KeyError",)
    assert entry.state is RunState.SUCCEEDED
    assert [message.id for message in post.taken] == [f"{whole.id}-1-writer"]
    assert (await delivered(office, post, SOON + timedelta(seconds=30))).counts.seen == 0


@pytest.mark.parametrize(
    "damage",
    [
        {"notices": "none"},
        {"notices": {}},
        {"notices.0.about": "?"},
        {"notices.0.attempts": "one"},
        {"notices.0.queued_at": "yesterday"},
        {"notices.0.next_at": 7},
        {"notices.0.id": 7},
    ],
)
async def test_notices_that_cannot_be_read_are_put_aside_and_not_looked_at_every_minute(
    office: Office, database: mongo.Database, damage: dict[str, object]
) -> None:
    broken = (await sent(office)).case
    await database["cases"].update_one({"_id": broken.id}, {"$set": damage})
    post = Letterbox()
    entry = await delivered(office, post, SOON)
    assert (entry.state, entry.counts.problems, post.tried) == (RunState.SUCCEEDED, 1, 0)
    assert not await office.notices.has_due(SOON + timedelta(minutes=1))
    assert [one.problem.number async for one in office.problem_cases.all()] == [broken.number]
    await database["cases"].update_one(
        {"_id": broken.id}, {"$set": {"notices": [], "notify_at": SOON}}
    )
    await delivered(office, post, SOON + timedelta(minutes=10))
    assert [one async for one in office.problem_cases.all()] == []


async def test_a_notice_without_a_count_of_attempts_goes_out_once(
    office: Office, database: mongo.Database
) -> None:
    case = (await sent(office)).case
    await database["cases"].update_one({"_id": case.id}, {"$unset": {"notices.0.attempts": ""}})
    post = Letterbox()
    for minute in range(3):
        await delivered(office, post, SOON + timedelta(minutes=minute))
    assert post.tried == 1


async def test_an_unreachable_writer_is_left_out_with_the_reason(
    office: Office, database: mongo.Database
) -> None:
    case = (await sent(office, phone=None, channel=Channel.WECHAT)).case
    post = Letterbox()
    entry = await delivered(office, post, SOON)
    assert (entry.counts.changed, post.tried) == (1, 0)
    assert await states(database, "state", "error") == {
        f"{case.id}-1-writer": ("LEFT_OUT", "no way to reach the writer")
    }


# What happens meanwhile


async def marked_as_sent(
    office: Office, database: mongo.Database, read: Sequence[NoticedCase], now: datetime
) -> None:
    """What was due when the cases were read has been sent by now."""
    marked = [
        (one, [answered(each, Medium.SMS, each.notice.id, None, now) for each in one.due(now)])
        for one in read
    ]
    async with mongo.transaction(database.client) as session:
        await office.notices.save(marked, session)


async def test_a_notice_that_comes_while_others_are_sent_is_not_lost(
    office: Office, database: mongo.Database
) -> None:
    case = (await sent(office)).case
    read = await office.notices.page(SOON, None, 10)
    await walked(office, case, "ACCEPT REVIEW")
    await marked_as_sent(office, database, read, SOON)
    assert sorted((await states(database)).values()) == ["QUEUED", "SENT"]
    post = Letterbox()
    await delivered(office, post, HOUR_LATER)
    assert (post.to(Medium.EMAIL), post.to(Medium.SMS)) == ([DISTRICT], [])
    assert await waits_until(database) == {None}


async def test_a_notice_that_ops_have_tried_again_meanwhile_is_not_lost(
    office: Office, database: mongo.Database
) -> None:
    case = (await sent(office)).case
    await delivered(office, Letterbox(refuses(Medium.SMS, UNKNOWN)), SOON)
    await walked(office, case, "ACCEPT REVIEW")
    read = await office.notices.page(HOUR_LATER, None, 10)
    await retry_notice(office, f"{case.id}-1-writer", OPS, HOUR_LATER)
    await marked_as_sent(office, database, read, HOUR_LATER)
    post = Letterbox()
    await delivered(office, post, HOUR_LATER)
    assert (post.to(Medium.EMAIL), post.to(Medium.SMS)) == ([], [PHONE])


async def test_a_case_with_nothing_due_is_looked_at_once(
    office: Office, database: mongo.Database
) -> None:
    await sent(office)
    await delivered(office, Letterbox(), SOON)
    await database["cases"].update_one({}, {"$set": {"notify_at": MONDAY}})
    entry = await delivered(office, Letterbox(), SOON + timedelta(minutes=1))
    assert entry.counts.seen == 0
    assert await waits_until(database) == {None}


# Dry, and out of time


async def test_a_dry_run_says_what_it_would_send_and_sends_nothing(
    office: Office, database: mongo.Database
) -> None:
    case = await walked(office, (await sent(office)).case, "ACCEPT REVIEW")
    before = await documents(database)
    post = Letterbox()
    entry = await delivered(office, post, HOUR_LATER, label="dry")
    assert [tuple(one) for one in entry.changes] == [
        (case.number, "SEND SMS SUBMISSION"),
        (case.number, "SEND EMAIL REVIEW"),
    ]
    assert post.tried == 0
    assert await documents(database) == before


async def test_a_run_out_of_time_is_continued_and_sends_nothing_twice(
    office: Office, database: mongo.Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.functions.deliver_notices.AT_ONCE", 2)
    for number in range(5):
        await sent(office, f"letter {number}")
    post = Letterbox()
    entry = await delivered(office, post, SOON, is_stopping=lambda: len(post.taken) >= 2)
    assert (entry.state, len(post.taken)) == (RunState.PARTIAL, 2)
    entry = await delivered(office, post, SOON)
    assert entry.state is RunState.SUCCEEDED
    assert entry.counts.changed == 5
    assert len(post.taken) == len(post.by_id()) == 5
    assert set((await states(database)).values()) == {"SENT"}


@pytest.mark.parametrize(
    "outage", [AutoReconnect("connection closed"), OperationFailure("out of space", 14031)]
)
async def test_when_the_database_goes_away_in_the_middle_the_next_run_completes(
    office: Office, database: mongo.Database, outage: Exception
) -> None:
    for number in range(3):
        await sent(office, f"letter {number}")
    post = Letterbox()

    def away(message: Message) -> Refused | None:
        if len(post.taken) == 1:
            raise outage
        return None

    post.answer = away
    entry = await delivered(office, post, SOON)
    assert entry.state is RunState.FAILED
    assert "the database was out of reach or could not write" in (entry.error or "")
    post.answer = lambda _: None
    entry = await delivered(office, post, SOON + timedelta(minutes=1))
    assert (entry.state, entry.counts.changed) == (RunState.SUCCEEDED, 3)
    assert len(post.by_id()) == 3
    assert set((await states(database)).values()) == {"SENT"}
