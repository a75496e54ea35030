"""Ops subscribe partners: a secret shown once, so many webhooks, addresses that may be."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.refusals import ActionNotAllowed, Duplicate, InvalidInput
from domain.webhooks import MOST_WEBHOOKS, Webhook
from services.office import Office
from services.partners.registering import revoke
from services.webhooks.subscribing import Subscription, end, subscribe
from storage import mongo
from storage.webhooks import WebhookRepository
from tests.services.offices import MONDAY, documents
from tests.services.webhooks.hooks import ALL, OPS, partner_of, subscribed

pytestmark = pytest.mark.ring("test")

URL = "https://hooks.example.org/lizheng"


async def test_a_secret_is_shown_once_the_same_to_a_repeat_and_encrypted_at_rest(
    office: Office, database: mongo.Database
) -> None:
    partner = await partner_of(office)
    wish = Subscription(partner.id, "https://hooks.example.org/x", ALL)
    first = await subscribe(office, wish, "one", OPS, MONDAY)
    assert first.secret.startswith("whsec_")
    assert await subscribe(office, wish, "one", OPS, MONDAY) == first
    other = Subscription(partner.id, "https://hooks.example.org/y", ALL)
    with pytest.raises(Duplicate):
        await subscribe(office, other, "one", OPS, MONDAY)
    for name in ("webhooks", "answers", "audit"):
        assert first.secret not in str(await documents(database, name))


async def test_a_partner_has_so_many_webhooks(office: Office) -> None:
    partner = await partner_of(office)
    made = [await subscribed(office, partner, URL) for _ in range(MOST_WEBHOOKS)]
    with pytest.raises(ActionNotAllowed):
        await subscribed(office, partner, URL)
    await end(office, made[0].webhook.id, OPS, MONDAY)
    await subscribed(office, partner, URL)


async def test_a_partner_that_is_revoked_in_the_same_moment_is_told_nothing(
    office: Office, database: mongo.Database
) -> None:
    partner = await partner_of(office)

    class Overtaken(WebhookRepository):
        async def add(self, webhook: Webhook, secret: str) -> None:
            await revoke(office, partner.id, OPS, MONDAY)
            await super().add(webhook, secret)

    slow = Overtaken(database, office.outside.webhooks._personal)
    late = replace(office, outside=replace(office.outside, webhooks=slow))
    with pytest.raises(ActionNotAllowed):
        await subscribe(late, Subscription(partner.id, URL, ALL), "one", OPS, MONDAY)
    [webhook] = await office.outside.webhooks.of_partner(partner.id)
    assert webhook.ended_at == MONDAY


async def test_an_address_of_this_machine_is_for_development(office: Office) -> None:
    partner = await partner_of(office)
    wish = Subscription(partner.id, "http://127.0.0.1:9000/", ALL)
    with pytest.raises(InvalidInput):
        await subscribe(office, wish, "one", OPS, MONDAY)
