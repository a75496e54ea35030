"""Partners are told what becomes of their cases: signed, at least once, and not for ever."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import timedelta

import pytest
from standardwebhooks import Webhook as Verifier

from api.app import now
from domain.refusals import ActionNotAllowed
from domain.runs import RunState
from domain.webhooks import MOST_FAILURES, RETRY_AFTER, DeliveryState, Event
from infra.outside.webhooks import HttpCourier
from services.functions.table import FUNCTIONS
from services.office import Office
from services.partners.registering import revoke
from services.webhooks.subscribing import end, replay
from storage import mongo
from tests.services.offices import MONDAY, TO_CALLBACK, sent, walked
from tests.services.webhooks.hooks import (
    OPS,
    Receiver,
    log_of,
    partner_of,
    receiving,
    sent_through,
    subscribed,
    told,
)

pytestmark = pytest.mark.ring("test")

LATER = MONDAY + timedelta(hours=2)
DAY = timedelta(days=1)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as one:
        yield one


@pytest.fixture
async def courier() -> AsyncIterator[HttpCourier]:
    one = HttpCourier(loopback=True)
    yield one
    await one.close()


async def test_a_partner_is_told_of_stages_reply_and_conclusion_and_of_no_person(
    office: Office, courier: HttpCourier, receiver: Receiver
) -> None:
    partner = await partner_of(office)
    await subscribed(office, partner, receiver.url)
    case = (await sent_through(office, partner)).case
    await walked(office, case, "REJECT")
    entry = await told(office, courier, LATER)
    assert entry.state is RunState.SUCCEEDED
    assert sorted(receiver.types) == ["case.concluded", "case.replied", "case.stage_changed"]
    body = json.loads(receiver.asked[0].body)
    assert body["data"] == {
        "number": case.number,
        "stage": "CONCLUSION",
        "at": "2017-03-06T01:01:00.000Z",
        "submittedAt": "2017-03-06T01:00:00.000Z",
    }
    assert body.keys() == {"type", "timestamp", "data"}
    said = b"".join(one.body for one in receiver.asked).decode()
    for secret in ("陈小禾", "13800138000", "油烟", "春熙路", case.id):
        assert secret not in said


async def test_every_stage_of_the_way_is_told_once_and_in_order(
    office: Office, courier: HttpCourier, receiver: Receiver
) -> None:
    partner = await partner_of(office)
    await subscribed(office, partner, receiver.url, (Event.STAGE_CHANGED,))
    case = (await sent_through(office, partner)).case
    await walked(office, case, TO_CALLBACK)
    for minute in range(3):
        await told(office, courier, LATER + timedelta(minutes=minute))
    stages = [json.loads(one.body)["data"]["stage"] for one in receiver.asked]
    assert sorted(stages) == sorted(
        ["REVIEW", "TRANSFER", "COMMUNICATION", "HANDLING", "FEEDBACK", "CALLBACK"]
    )
    assert len(set(receiver.ids)) == len(receiver.ids)


async def test_nobody_is_told_of_what_did_not_come_through_them(
    office: Office, courier: HttpCourier, receiver: Receiver
) -> None:
    partner, other = await partner_of(office), await partner_of(office)
    await subscribed(office, partner, receiver.url)
    await walked(office, (await sent(office, "directly")).case, "ACCEPT")
    await walked(office, (await sent_through(office, other)).case, "ACCEPT")
    entry = await told(office, courier, LATER)
    assert (entry.state, receiver.asked) == (RunState.SUCCEEDED, [])


async def test_the_signature_is_what_the_standard_says(
    office: Office, courier: HttpCourier, receiver: Receiver
) -> None:
    partner, present = await partner_of(office), now()
    secret = (await subscribed(office, partner, receiver.url)).secret
    case = (await sent_through(office, partner, present - timedelta(hours=1))).case
    await walked(office, case, "ACCEPT")
    await told(office, courier, present)
    [asked] = receiver.asked
    signed = dict(asked.headers)
    assert Verifier(secret).verify(asked.body, signed)["type"] == "case.stage_changed"
    with pytest.raises(Exception, match="No matching signature"):
        Verifier(secret).verify(asked.body + b" ", signed)
    with pytest.raises(Exception, match="No matching signature"):
        Verifier("whsec_" + "A" * 44).verify(asked.body, signed)


async def test_what_failed_is_sent_again_the_same_under_the_same_id(
    office: Office, courier: HttpCourier, receiver: Receiver
) -> None:
    partner = await partner_of(office)
    webhook = (await subscribed(office, partner, receiver.url)).webhook
    await walked(office, (await sent_through(office, partner)).case, "ACCEPT")
    receiver.status[0] = 503
    entry = await told(office, courier, LATER)
    assert (entry.state, entry.counts.failed) == (RunState.PARTIAL, 1)
    await told(office, courier, LATER + timedelta(seconds=30))
    assert len(receiver.asked) == 1  # its time has not come
    receiver.status[0] = 200
    await told(office, courier, LATER + timedelta(minutes=2))
    first, second = receiver.asked
    assert first.body == second.body
    assert len(set(receiver.ids)) == 1
    [delivery] = await log_of(office, webhook.id)
    assert (delivery.state, delivery.attempts) == (DeliveryState.DELIVERED, 1)
    assert [attempt.status for attempt in delivery.log] == [503, 200]
    await told(office, courier, LATER + DAY)
    assert len(receiver.asked) == 2


async def test_whoever_is_killed_after_sending_sends_it_again_and_loses_nothing(
    office: Office, courier: HttpCourier, receiver: Receiver
) -> None:
    class Killed:
        async def post(
            self, url: str, headers: Mapping[str, str], body: bytes
        ) -> tuple[int | None, str | None]:
            await courier.post(url, headers, body)
            raise RuntimeError("killed")

    partner = await partner_of(office)
    await subscribed(office, partner, receiver.url)
    await walked(office, (await sent_through(office, partner)).case, "ACCEPT")
    assert (await told(office, Killed(), LATER)).state is RunState.FAILED
    assert (await told(office, courier, LATER + timedelta(minutes=1))).state is RunState.SUCCEEDED
    assert len(receiver.ids) == 2
    assert len(set(receiver.ids)) == 1


async def test_an_endpoint_that_is_down_is_left_alone_and_then_tried_with_one(
    office: Office, courier: HttpCourier, receiver: Receiver
) -> None:
    partner = await partner_of(office)
    webhook = (await subscribed(office, partner, receiver.url, (Event.STAGE_CHANGED,))).webhook
    for _ in range(MOST_FAILURES + 3):
        await walked(office, (await sent_through(office, partner)).case, "ACCEPT")
    receiver.status[0] = 500
    await told(office, courier, LATER)
    assert len(receiver.asked) == MOST_FAILURES
    stored = await office.outside.webhooks.by_id(webhook.id)
    assert stored is not None
    assert stored.circuit.open_until is not None
    await told(office, courier, LATER + timedelta(minutes=3))
    assert len(receiver.asked) == MOST_FAILURES
    await told(office, courier, LATER + timedelta(minutes=8))  # one, which fails
    assert len(receiver.asked) == MOST_FAILURES + 1
    receiver.status[0] = 204
    await told(office, courier, LATER + timedelta(minutes=40))
    assert {one.state for one in await log_of(office, webhook.id)} == {DeliveryState.DELIVERED}
    assert len(set(receiver.ids)) == MOST_FAILURES + 3
    closed = await office.outside.webhooks.by_id(webhook.id)
    assert closed is not None
    assert (closed.circuit.failures, closed.circuit.open_until) == (0, None)


async def test_it_is_given_up_after_a_day_and_can_be_replayed(
    office: Office, courier: HttpCourier, receiver: Receiver
) -> None:
    partner = await partner_of(office)
    webhook = (await subscribed(office, partner, receiver.url)).webhook
    await walked(office, (await sent_through(office, partner)).case, "ACCEPT")
    receiver.status[0] = 500
    for hour in range(48):
        await told(office, courier, LATER + timedelta(hours=hour))
    [delivery] = await log_of(office, webhook.id)
    assert delivery.state is DeliveryState.GIVEN_UP
    assert len(receiver.asked) == len(RETRY_AFTER) + 1
    receiver.status[0] = 200
    again = LATER + timedelta(days=3)
    assert (await replay(office, delivery.id, OPS, again)).state is DeliveryState.QUEUED
    await told(office, courier, again)
    assert len(set(receiver.ids)) == 1
    assert (await log_of(office, webhook.id))[0].state is DeliveryState.DELIVERED
    recorded = [what for _, what, _, _ in await office.audit.of_partner(partner.id)]
    assert recorded == ["REGISTER_PARTNER", "SUBSCRIBE_WEBHOOK", "REPLAY_DELIVERY"]


async def test_what_waits_for_a_webhook_that_was_ended_is_given_up(
    office: Office, courier: HttpCourier, receiver: Receiver
) -> None:
    partner = await partner_of(office)
    webhook = (await subscribed(office, partner, receiver.url)).webhook
    await walked(office, (await sent_through(office, partner)).case, "ACCEPT")
    await told(office, None, LATER)  # queued, and nobody to carry it
    await end(office, webhook.id, OPS, LATER)
    await told(office, courier, LATER + timedelta(minutes=1))
    assert receiver.asked == []
    [delivery] = await log_of(office, webhook.id)
    assert delivery.state is DeliveryState.GIVEN_UP
    with pytest.raises(ActionNotAllowed):
        await replay(office, delivery.id, OPS, LATER)


async def test_an_endpoint_that_says_it_is_gone_is_never_tried_again(
    office: Office, courier: HttpCourier
) -> None:
    partner = await partner_of(office)
    with receiving(410) as gone:
        webhook = (await subscribed(office, partner, gone.url)).webhook
        for _ in range(2):
            await walked(office, (await sent_through(office, partner)).case, "ACCEPT")
        await told(office, courier, LATER)
        await told(office, courier, LATER + timedelta(days=1))
        assert len(gone.asked) == 1
    ended = await office.outside.webhooks.by_id(webhook.id)
    assert ended is not None
    assert ended.ended_at is not None
    assert {one.state for one in await log_of(office, webhook.id)} == {DeliveryState.GIVEN_UP}
    *_, (_, what, subject, given) = await office.audit.of_partner(partner.id)
    assert (what, subject, given["status"]) == ("END_WEBHOOK", None, "410")


async def test_a_partner_that_was_revoked_is_told_nothing_more(
    office: Office, courier: HttpCourier, receiver: Receiver
) -> None:
    partner = await partner_of(office)
    await subscribed(office, partner, receiver.url)
    case = (await sent_through(office, partner)).case
    await revoke(office, partner.id, OPS, MONDAY)
    await walked(office, case, "ACCEPT")
    entry = await told(office, courier, LATER)
    assert (entry.state, receiver.asked) == (RunState.SUCCEEDED, [])


async def test_one_slow_or_dead_endpoint_does_not_keep_another_partner_waiting(
    office: Office, courier: HttpCourier, receiver: Receiver
) -> None:
    dead, living = await partner_of(office), await partner_of(office)
    await subscribed(office, dead, "http://127.0.0.1:1/")
    await subscribed(office, living, receiver.url)
    for partner in (dead, living):
        await walked(office, (await sent_through(office, partner)).case, "ACCEPT")
    entry = await told(office, courier, LATER)
    assert (entry.counts.failed, receiver.types) == (1, ["case.stage_changed"])


async def test_a_dry_run_sends_nothing(
    office: Office, courier: HttpCourier, receiver: Receiver
) -> None:
    partner = await partner_of(office)
    await subscribed(office, partner, receiver.url)
    await walked(office, (await sent_through(office, partner)).case, "ACCEPT")
    await told(office, courier, LATER, label="dry")
    assert receiver.asked == []


async def test_what_waits_wakes_the_function(office: Office, courier: HttpCourier) -> None:
    has_news = FUNCTIONS["deliver_notices"].has_news
    assert has_news is not None
    partner = await partner_of(office)
    await subscribed(office, partner, "http://127.0.0.1:1/")
    await walked(office, (await sent_through(office, partner)).case, "ACCEPT")
    await told(office, courier, LATER)
    assert not await has_news(office, LATER + timedelta(seconds=30))
    assert await has_news(office, LATER + timedelta(minutes=2))


async def test_a_notice_that_is_taken_up_twice_is_one_delivery(
    office: Office, database: mongo.Database, courier: HttpCourier, receiver: Receiver
) -> None:
    """As after a kill between queueing the delivery and marking the notice."""
    partner = await partner_of(office)
    webhook = (await subscribed(office, partner, receiver.url)).webhook
    await walked(office, (await sent_through(office, partner)).case, "ACCEPT")
    await told(office, courier, LATER)
    waits = {"$set": {"notices.$[one].state": "QUEUED", "notify_at": LATER}}
    mine = [{"one.audience": "PARTNER"}]
    await database["cases"].update_many({}, waits, array_filters=mine)
    await told(office, courier, LATER + timedelta(minutes=1))
    assert len(await log_of(office, webhook.id)) == 1
    assert len(receiver.asked) == 1
