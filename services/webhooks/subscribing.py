"""Ops subscribe a partner to events, end that, and have a delivery sent once more."""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass, field, replace
from datetime import datetime

from domain.actors import Actor
from domain.refusals import ActionNotAllowed, NotFound
from domain.webhooks import MOST_WEBHOOKS, Delivery, Event, Webhook, read_events, read_url
from services.answers import answered
from services.functions.ops import check_ops
from services.office import Office

SECRET_BYTES = 32
SECRET_PREFIX = "whsec_"  # noqa: S105  # what begins a secret is none
TRIES = 3


@dataclass(frozen=True, slots=True)
class Subscription:
    """What ops want. ``loopback``: events may go to this machine itself, over http."""

    partner: str
    url: str
    events: tuple[Event, ...]
    loopback: bool = False


@dataclass(frozen=True, slots=True)
class Subscribed:
    """A webhook with its secret, for the one time that it is shown."""

    webhook: Webhook
    secret: str = field(repr=False)


async def subscribe(
    office: Office, wanted: Subscription, idempotency_key: str, actor: Actor, now: datetime
) -> Subscribed:
    """A new webhook, signed for with a secret of its own.

    Raises what ``check_ops`` raises, ``InvalidInput`` naming ``url`` or ``events``, ``NotFound``
    naming ``partnerId``, ``ActionNotAllowed`` for one too many, and ``Duplicate``.
    """
    check_ops(actor)
    url, events = read_url(wanted.url, loopback=wanted.loopback), read_events(wanted.events)
    partner = await office.outside.partners.by_id(wanted.partner)
    if partner is None:
        raise NotFound("没有这个合作方。", "There is no such partner.", "partnerId")
    partner.check_is_active()
    request = {"subscribe": [partner.id, url, events]}
    decided = await answered(office, actor, idempotency_key, request, _fresh(), now)
    webhook = Webhook(decided["id"], partner.id, url, events, now)
    known = await office.outside.webhooks.by_id(webhook.id)
    if known is None:
        await _check_room(office, partner.id)
        given = {"webhook": webhook.id, "url": url, "events": " ".join(events)}
        await office.audit.record_partner(
            "SUBSCRIBE_WEBHOOK", partner.id, actor.subject, given, now
        )
        await office.outside.webhooks.add(webhook, decided["secret"])
        await _check_not_revoked(office, webhook, now)
    return Subscribed(known or webhook, decided["secret"])


async def end(office: Office, webhook_id: str, actor: Actor, now: datetime) -> Webhook:
    """Nothing is sent there any more, not even what waits; twice is once.

    Raises what ``check_ops`` raises, and ``NotFound`` naming ``webhookId``.
    """
    check_ops(actor)
    webhook = await office.outside.webhooks.by_id(webhook_id)
    if webhook is None:
        raise NotFound("没有这个回调地址。", "There is no such webhook.", "webhookId")
    if webhook.ended_at is not None:
        return webhook
    given = {"webhook": webhook.id}
    await office.audit.record_partner("END_WEBHOOK", webhook.partner, actor.subject, given, now)
    await office.outside.webhooks.end(webhook_id, now)
    return replace(webhook, ended_at=now)


async def replay(office: Office, delivery_id: str, actor: Actor, now: datetime) -> Delivery:
    """The delivery as it waits now, as if it were new; an endpoint left alone is tried again.

    Raises what ``check_ops`` raises, ``NotFound`` naming ``deliveryId``, and
    ``ActionNotAllowed`` where its webhook was ended.
    """
    check_ops(actor)
    for _ in range(TRIES):
        before = await office.outside.deliveries.by_id(delivery_id)
        if before is None:
            raise NotFound("没有这次投递。", "There is no such delivery.", "deliveryId")
        webhook = await office.outside.webhooks.by_id(before.webhook)
        if webhook is None or webhook.ended_at is not None:
            raise ActionNotAllowed("该回调地址已停用。", "This webhook was ended.")
        given = {"delivery": before.id}
        await office.audit.record_partner(
            "REPLAY_DELIVERY", before.partner, actor.subject, given, now
        )
        after = before.replayed(now)
        if await office.outside.deliveries.replace(before, after):
            await office.outside.webhooks.close_circuit(webhook.id)
            return after
    raise ActionNotAllowed("该投递正在进行，请稍后再试。", "It is on its way just now. Try again.")


async def _check_not_revoked(office: Office, webhook: Webhook, now: datetime) -> None:
    """Once it is stored: a partner that was revoked meanwhile had all the others ended."""
    partner = await office.outside.partners.by_id(webhook.partner)
    if partner is not None and partner.revoked_at is not None:
        await office.outside.webhooks.end(webhook.id, now)
        partner.check_is_active()


async def _check_room(office: Office, partner_id: str) -> None:
    known = await office.outside.webhooks.of_partner(partner_id)
    if sum(one.ended_at is None for one in known) >= MOST_WEBHOOKS:
        raise ActionNotAllowed(
            f"每个合作方最多{MOST_WEBHOOKS}个回调地址。",
            f"A partner has at most {MOST_WEBHOOKS} webhooks.",
        )


def _fresh() -> dict[str, str]:
    plain = base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()
    return {"id": secrets.token_hex(8), "secret": f"{SECRET_PREFIX}{plain}"}
