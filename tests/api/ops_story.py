"""Ops look after partners, their webhooks and messages, in the operations of their console."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from api.app import now
from domain.words import Role
from infra.outside.webhooks import HttpCourier
from infra.post.outbox import OutboxPost
from tests.api.clients import Client, Town
from tests.api.portals import MAYOR, ORIGIN, Portal, fresh_key, letter_of
from tests.api.stories import Story
from tests.services.functions.delivering import UNKNOWN, Letterbox, delivered
from tests.services.webhooks.hooks import receiving, told


async def among_ops(story: Story, town: Town) -> None:
    """A partner from the first day to the last, and what became of messages."""
    ops = town.person(Role.OPS)
    await _messages(story, town, ops)
    partner = await _registered(story, ops)
    await _told(story, town, ops, partner)
    ended = await story.payload(ops, "RevokePartner", partnerId=partner)
    assert ended["partner"]["revokedAt"]


async def _messages(story: Story, town: Town, ops: Client) -> None:
    await town.letter()
    await delivered(town.office, Letterbox(lambda _: UNKNOWN), now() + timedelta(minutes=1))
    listed = (await story.run(ops, "UndeliveredNotices", first=1))["undeliveredNotices"]
    notice = listed["edges"][0]["node"]["id"]
    again = await story.payload(ops, "RetryNotice", noticeId=notice)
    assert again["notice"]["state"] == "QUEUED"
    post: Any = OutboxPost(town.office.outbox, now)
    await delivered(town.office, post, now() + timedelta(minutes=2))
    outbox = (await story.run(ops, "Outbox", first=1))["outbox"]
    assert outbox["edges"]


async def _registered(story: Story, ops: Client) -> str:
    given = {"name": "天府社区网", "nameEn": "Tianfu Communities", "origins": [ORIGIN]}
    new = {**given, "mailboxIds": [MAYOR], "idempotencyKey": fresh_key()}
    partner = (await story.payload(ops, "RegisterPartner", **new))["partner"]
    changed = await story.payload(ops, "ChangePartner", partnerId=partner["id"], perMinute=50)
    assert changed["partner"]["quota"]["perMinute"] == 50
    listed = (await story.run(ops, "Partners", first=5))["partners"]["edges"]
    assert partner["id"] in [edge["node"]["id"] for edge in listed]
    key: str = partner["id"]
    return key


async def _told(story: Story, town: Town, ops: Client, partner: str) -> None:
    """A letter through its portal is told to its webhook."""
    given = {"partnerId": partner, "idempotencyKey": fresh_key()}
    issued = await story.payload(ops, "IssuePartnerKey", **given)
    with receiving() as receiver:
        wanted = {"url": receiver.url, "events": ["CONCLUDED"], "idempotencyKey": fresh_key()}
        asked = {"partnerId": partner, **wanted}
        webhook = (await story.payload(ops, "SubscribeWebhook", **asked))["webhook"]["id"]
        written = await Portal(town, partner, issued["secret"]).write()
        letter = await letter_of(written, town)
        await town.walk(letter, "REJECT")
        courier = HttpCourier(loopback=True)
        await told(town.office, courier, now() + timedelta(minutes=3))
        await courier.close()
    log = await story.run(ops, "WebhookDeliveries", webhookId=webhook, first=5)
    (delivery,) = [edge["node"] for edge in log["webhookDeliveries"]["edges"]]
    assert (delivery["caseNumber"], delivery["state"]) == (letter.number, "DELIVERED")
    again = await story.payload(ops, "ReplayWebhookDelivery", deliveryId=delivery["id"])
    assert again["delivery"]["state"] == "QUEUED"
    await story.payload(ops, "EndWebhook", webhookId=webhook)
    ended = {"partnerId": partner, "keyId": issued["key"]["id"]}
    revoked = await story.payload(ops, "RevokePartnerKey", **ended)
    assert [one["alive"] for one in revoked["partner"]["keys"]] == [False]
    shown = (await story.run(ops, "Partner", id=partner))["partner"]
    assert [one["id"] for one in shown["webhooks"]] == [webhook]
