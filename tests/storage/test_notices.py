"""Notices across cases: found by their time, and marked only while they are what was read."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.media import Medium
from domain.notices import Audience, Notice, Occasion
from domain.secret_words import mark_secret
from domain.workflow import Action
from infra.post.outbox import OutboxPost
from services.functions.messages import Message
from services.office import Office
from storage import mongo
from storage.digests import Digest
from storage.notices import NoticedCase
from storage.outbox import Posted
from storage.pages import Page
from storage.undelivered import Undelivered
from storage.waiting_notices import Mark, NoticeState, read_about
from tests.services.offices import MONDAY, documents, sent, walked

pytestmark = [pytest.mark.ring("test"), pytest.mark.drivers]

NOW = MONDAY + timedelta(hours=1)


async def saved(
    office: Office, database: mongo.Database, one: NoticedCase, *marks: Mark
) -> list[mongo.Document]:
    """What lies in the case of its notices, after these marks."""
    async with mongo.transaction(database.client) as session:
        await office.notices.save([(one, marks)], session)
    [document] = await documents(database)
    return list(document["notices"])


async def test_pages_go_on_after_the_last_case_even_among_equal_moments(office: Office) -> None:
    cases = [(await sent(office, f"letter {number}")).case for number in range(7)]
    assert await office.notices.page(MONDAY - timedelta(seconds=1), None, 3) == []
    assert not await office.notices.has_due(MONDAY - timedelta(seconds=1))
    assert await office.notices.has_due(MONDAY)
    seen: list[NoticedCase] = []
    while page := await office.notices.page(NOW, seen[-1].place if seen else None, 3):
        seen += page
    assert [one.id for one in seen] == sorted(case.id for case in cases)
    assert {one.writer.phone for one in seen if one.writer} == {"+8613800138000"}


async def test_a_notice_that_was_marked_meanwhile_is_not_marked_again(
    office: Office, database: mongo.Database
) -> None:
    await sent(office)
    [one] = await office.notices.page(NOW, None, 10)
    [waiting] = one.due(NOW)
    later = NOW + timedelta(minutes=5)
    failed = Mark(waiting, NoticeState.QUEUED, NOW, 1, later, "busy", Medium.SMS)
    sent_mark = Mark(waiting, NoticeState.SENT, NOW, 0, message="m")
    [notice] = await saved(office, database, one, failed)
    assert (notice["attempts"], notice["next_at"], notice["error"]) == (1, later, "busy")
    [notice] = await saved(office, database, one, sent_mark)
    assert notice["state"] == "QUEUED", "it was read before it failed"
    [one] = await office.notices.page(later, None, 10)
    assert [each.attempts for each in one.due(later)] == [1]
    assert one.due(later - timedelta(milliseconds=1)) == []


async def test_what_still_waits_settles_when_the_case_is_looked_at_next(
    office: Office, database: mongo.Database
) -> None:
    case = (await sent(office)).case
    tomorrow = NOW + timedelta(days=1)
    survey = Notice(f"{case.id}-s", Audience.WRITER, Occasion.SURVEY, NOW, not_before=tomorrow)
    async with mongo.transaction(database.client) as session:
        await office.notices.queue([(case.id, survey)], session)
        await office.notices.queue([(case.id, survey)], session)
    [one] = await office.notices.page(NOW, None, 10)
    assert len(one.notices) == 2, "the same notice is queued once"
    [waiting] = one.due(NOW)
    await saved(office, database, one, Mark(waiting, NoticeState.SENT, NOW))
    [document] = await documents(database)
    assert document["notify_at"] == tomorrow
    [one] = await office.notices.page(tomorrow, None, 10)
    [waiting] = one.due(tomorrow)
    await saved(office, database, one, Mark(waiting, NoticeState.LEFT_OUT, NOW, error="x"))
    [document] = await documents(database)
    assert "notify_at" not in document
    assert (
        await office.notices.of_case(case.id)
        == one.marked([Mark(waiting, NoticeState.LEFT_OUT, NOW)]).notices
    )


async def test_nothing_is_queued_in_what_is_left_of_an_archived_case(
    office: Office, database: mongo.Database
) -> None:
    case = (await sent(office)).case
    await database["cases"].update_one({"_id": case.id}, {"$set": {"tombstone": True}})
    notice = Notice(f"{case.id}-s", Audience.WRITER, Action.APPROVE_REPLY, NOW)
    async with mongo.transaction(database.client) as session:
        await office.notices.queue([(case.id, notice)], session)
    assert len(await office.notices.of_case(case.id)) == 1


async def test_joined_letters_are_found_page_by_page(office: Office) -> None:
    main = (await sent(office, "main")).case
    for number in range(3):
        await walked(office, (await sent(office, str(number))).case, "JOIN", main_case=main.id)
    first = await office.notices.joined_to(main.id, None, 2)
    rest = await office.notices.joined_to(main.id, first[-1], 2)
    assert len({*first, *rest}) == 3
    assert await office.notices.with_joined([main.id, *first]) == {main.id}


def undelivered(number: int) -> Undelivered:
    return Undelivered(
        id=f"notice {number}",
        case_id="case",
        number="20170306-000001-4",
        audience=Audience.WRITER,
        about=None if number % 2 else Occasion.SURVEY,
        medium=None if number % 2 else Medium.SMS,
        attempts=number,
        error="busy",
        queued_at=MONDAY,
        given_up_at=NOW + timedelta(minutes=number),
    )


async def test_what_was_given_up_is_listed_oldest_first_until_it_is_removed(
    office: Office, database: mongo.Database
) -> None:
    put = [undelivered(number) for number in range(4)]
    async with mongo.transaction(database.client) as session:
        await office.undelivered.put(list(reversed(put)), session)
        await office.undelivered.put(put[:1], session)
    first = await office.undelivered.page(Page(first=3))
    assert (list(first.items), first.total) == (put[:3], 4)
    rest = await office.undelivered.page(Page(first=3, after=first.cursors[-1]))
    assert list(rest.items) == put[3:]
    await office.undelivered.remove("notice 0")
    assert [one.id async for one in office.undelivered.all()] == [one.id for one in put[1:]]
    assert await office.undelivered.by_id("notice 0") is None


async def test_a_digest_is_frozen_once_and_found_by_what_it_tells(
    office: Office, database: mongo.Database
) -> None:
    day = MONDAY.date()
    first = Digest("5101", day, "subject", "text", ("a", "b"), NOW)
    async with mongo.transaction(database.client) as session:
        await office.digests.freeze([first], session)
        await office.digests.freeze([Digest("5101", day, "s", "other", ("c",), NOW)], session)
    assert await office.digests.holding(["b", "x"]) == [first]
    assert await office.digests.holding(["c"]) == []
    assert await office.digests.existing([first.id, "digest-5101-2017-03-07"]) == {first.id}
    async with mongo.transaction(database.client) as session:
        await office.digests.sent([first.id], NOW, session)
    [found] = await office.digests.holding(["a"])
    assert found.sent_at == NOW


@pytest.mark.parametrize(
    ("medium", "to", "shown"),
    [("SMS", "+8613800138000", "**********8000"), ("EMAIL", "510104-SYD", "510104-SYD")],
)
def test_a_message_is_masked_for_those_who_may_not_read_it(
    medium: str, to: str, shown: str
) -> None:
    text = "请打开 https://letters.example/survey/abc_DEF-123 评价"
    masked = Posted("m", medium, "SURVEY", to, "subject", text, False, NOW).masked()
    assert masked.to == shown
    assert masked.text == "请打开 https://letters.example/survey/… 评价"


@pytest.mark.parametrize(
    ("about", "text", "shown"),
    [
        (
            "CONVERSATION",
            "来信已收到。编号 20170306-000001-3，查询码 7HKD-XXXX-4679-ACDE，请妥善保存",
            "来信已收到。编号 20170306-000001-3，查询码 …，请妥善保存",
        ),
        ("SIGN_IN", "登录验证码123456，5分钟内有效", "登录验证码…，5分钟内有效"),
    ],
)
def test_secrets_that_were_never_listed_are_known_by_their_shape(
    about: str, text: str, shown: str
) -> None:
    old = Posted("m", "SMS", about, "+8613800138000", None, text, False, NOW)
    assert old.masked().text == shown


async def test_secrets_that_are_listed_are_masked_whatever_they_look_like(
    office: Office, database: mongo.Database
) -> None:
    words = f"口令是{mark_secret('芝麻 开门')}，别告诉人。"
    message = Message("m", Medium.SMS, "+8613800138000", words)
    await OutboxPost(office.outbox, lambda: NOW).send(message)
    [posted] = await office.outbox.newest(1)
    assert posted.text == "口令是芝麻 开门，别告诉人。"
    assert posted.masked().text == "口令是…，别告诉人。"
    [kept] = [one async for one in database["outbox"].find()]
    assert "芝麻" not in repr(kept)


def test_what_a_notice_is_about_is_read_back() -> None:
    assert read_about(None) is None
    assert read_about("OVERDUE") is Occasion.OVERDUE
    assert read_about("REJECT") is Action.REJECT
