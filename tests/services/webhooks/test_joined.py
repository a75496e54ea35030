"""The partner of a letter that was joined to a case is told of that case's reply, once."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from domain.case import Case
from domain.partners import Partner
from domain.webhooks import Event
from domain.workflow import Action
from infra.outside.webhooks import HttpCourier
from services.office import Office
from services.process import Act, act
from storage import mongo
from tests.services.offices import CLERK, TO_CALLBACK, at, sent, walked
from tests.services.webhooks.hooks import (
    Receiver,
    partner_of,
    receiving,
    sent_through,
    subscribed,
    told,
)

pytestmark = pytest.mark.ring("test")

NOON, ONE = at("2017-03-06 12:00"), at("2017-03-06 13:00")


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as one:
        yield one


@pytest.fixture
async def courier() -> AsyncIterator[HttpCourier]:
    one = HttpCourier(loopback=True)
    yield one
    await one.close()


@pytest.fixture
async def partner(office: Office, receiver: Receiver) -> Partner:
    """One that wants to hear of replies."""
    one = await partner_of(office)
    await subscribed(office, one, receiver.url, (Event.REPLIED,))
    return one


async def _joined(office: Office, partner: Partner, main: Case) -> Case:
    case = (await sent_through(office, partner)).case
    return await walked(office, case, "JOIN", main_case=main.id)


async def _deliver(office: Office, courier: HttpCourier, since: datetime = NOON) -> None:
    """A notice for a joined letter is queued by one run and carried out by the next."""
    for minute in range(4):
        await told(office, courier, since + timedelta(minutes=minute))


def _data(receiver: Receiver) -> list[dict[str, Any]]:
    return [json.loads(one.body)["data"] for one in receiver.asked]


async def test_the_partner_is_told_of_the_main_cases_reply_under_its_own_number(
    office: Office, courier: HttpCourier, receiver: Receiver, partner: Partner
) -> None:
    main = (await sent(office, "main")).case
    case = await _joined(office, partner, main)
    await _deliver(office, courier)
    assert receiver.asked == []  # nothing is answered yet
    main = await walked(office, main, TO_CALLBACK)
    await _deliver(office, courier, ONE)
    assert main.reply
    assert _data(receiver) == [
        {
            "number": case.number,
            "stage": "CONCLUSION",
            "at": "2017-03-06T05:00:00.000Z",
            "submittedAt": "2017-03-06T01:00:00.000Z",
        }
    ]
    assert main.reply.sent_at == at("2017-03-06 09:06")
    said = b"".join(one.body for one in receiver.asked).decode()
    for secret in (main.number, main.id, main.reply.text):
        assert secret not in said


async def test_a_rejected_main_case_tells_its_reason_as_a_reply(
    office: Office, courier: HttpCourier, receiver: Receiver, partner: Partner
) -> None:
    main = (await sent(office, "main")).case
    case = await _joined(office, partner, main)
    await walked(office, main, "REJECT")
    await _deliver(office, courier)
    assert [one["number"] for one in _data(receiver)] == [case.number]


async def test_a_letter_that_is_joined_after_the_reply_has_it_with_the_joining(
    office: Office, courier: HttpCourier, receiver: Receiver, partner: Partner
) -> None:
    main = await walked(office, (await sent(office, "main")).case, TO_CALLBACK)
    await _deliver(office, courier)
    late = (await sent_through(office, partner, when=at("2017-03-06 12:10"))).case
    await walked(office, late, "JOIN", main_case=main.id)
    await told(office, courier, at("2017-03-06 12:20"))
    [data] = _data(receiver)
    assert (data["number"], data["at"]) == (late.number, "2017-03-06T04:11:00.000Z")


async def test_joining_and_reply_that_are_delivered_together_are_one_reply(
    office: Office, courier: HttpCourier, receiver: Receiver, partner: Partner
) -> None:
    """Both the joining's notice and the reply's tell of it."""
    main = (await sent(office, "main")).case
    await _joined(office, partner, main)
    await walked(office, main, TO_CALLBACK)
    await _deliver(office, courier)
    assert len(receiver.asked) == 1


async def test_every_reply_of_the_main_case_is_told(
    office: Office, courier: HttpCourier, receiver: Receiver, partner: Partner
) -> None:
    main = (await sent(office, "main")).case
    await _joined(office, partner, main)
    main = await walked(office, main, TO_CALLBACK)
    await _deliver(office, courier)
    again = Act(Action.RECORD_CALLBACK, {"resolved": False, "satisfaction": 1})
    main = await act(office, main.id, again, CLERK, NOON)
    await walked(office, main, "SUBMIT_REPLY APPROVE_REPLY")
    await _deliver(office, courier, ONE)
    assert len(set(receiver.ids)) == len(receiver.ids) == 2


async def test_a_chain_of_joined_letters_is_told_to_its_end(
    office: Office, courier: HttpCourier, receiver: Receiver, partner: Partner
) -> None:
    main, middle = [(await sent(office, name)).case for name in ("main", "middle")]
    last = await _joined(office, partner, middle)
    await walked(office, middle, "JOIN", main_case=main.id)
    await walked(office, main, TO_CALLBACK)
    await _deliver(office, courier)
    assert [one["number"] for one in _data(receiver)] == [last.number]


async def test_a_notice_that_is_taken_up_twice_is_one_delivery(
    office: Office,
    database: mongo.Database,
    courier: HttpCourier,
    receiver: Receiver,
    partner: Partner,
) -> None:
    """As after a kill between queueing the delivery and marking the notice."""
    main = (await sent(office, "main")).case
    await _joined(office, partner, main)
    await walked(office, main, TO_CALLBACK)
    await _deliver(office, courier)
    waits = {"$set": {"notices.$[one].state": "QUEUED", "notify_at": NOON}}
    mine = [{"one.audience": "PARTNER"}]
    await database["cases"].update_many({}, waits, array_filters=mine)
    before = await office.notices.has_due(ONE)
    await _deliver(office, courier, ONE)
    assert (before, await office.notices.has_due(ONE)) == (True, False)
    assert len(receiver.asked) == 1


async def test_a_partner_is_not_told_of_a_letter_that_came_another_way(
    office: Office, courier: HttpCourier, receiver: Receiver, partner: Partner
) -> None:
    other = await partner_of(office)
    await subscribed(office, other, receiver.url, (Event.REPLIED,))
    main = (await sent_through(office, other)).case
    await walked(office, (await sent(office, "directly")).case, "JOIN", main_case=main.id)
    await walked(office, main, TO_CALLBACK)
    await _deliver(office, courier)
    assert [one["number"] for one in _data(receiver)] == [main.number]
