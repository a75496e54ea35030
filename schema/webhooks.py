"""Webhooks as ops see them: where partners are told, and what became of each delivery."""

from __future__ import annotations

from datetime import datetime

import strawberry

from domain import webhooks as domain
from schema.context import Info
from schema.errors import UserError

ID = strawberry.ID
given = strawberry.field


@strawberry.type(description="Where a partner is told of events. Requires OPS.")
class Webhook:
    id: ID = given(description="By which ops name it.")
    url: str = given(description="Where events go.")
    events: list[domain.Event] = given(description="Of what it tells.")
    created_at: datetime = given(description="When it was subscribed.")
    ended_at: datetime | None = given(description="When it was ended.")
    failures: int = given(description="Attempts that failed in a row.")
    open_until: datetime | None = given(
        description="Until when the endpoint is left alone; null while it is tried."
    )

    @classmethod
    def of(cls, webhook: domain.Webhook) -> Webhook:
        """As it is kept."""
        return cls(
            id=ID(webhook.id),
            url=webhook.url,
            events=list(webhook.events),
            created_at=webhook.created_at,
            ended_at=webhook.ended_at,
            failures=webhook.circuit.failures,
            open_until=webhook.circuit.open_until,
        )


async def webhooks_of(info: Info, partner_id: str) -> list[Webhook]:
    """A partner's, oldest first."""
    found = await info.context.office.outside.webhooks.of_partner(partner_id)
    return [Webhook.of(one) for one in found]


@strawberry.type(description="One try to deliver an event. Requires OPS.")
class WebhookAttempt:
    at: datetime = given(description="When.")
    status: int | None = given(description="What the receiver answered; null when it did not.")
    error: str | None = given(description="What kept it from answering.")
    milliseconds: int = given(description="How long it took.")


@strawberry.type(description="An event on its way to a partner. Requires OPS.")
class WebhookDelivery:
    id: ID = given(description="The header webhook-id, by which receivers tell repeats.")
    event: domain.Event = given(description="Of what it tells.")
    case_number: str = given(description="The number of the case.")
    state: domain.DeliveryState = given(description="How far it got.")
    attempts: int = given(description="Tries that failed since it was queued last.")
    created_at: datetime = given(description="When it was queued.")
    due_at: datetime | None = given(description="When it is tried next.")
    delivered_at: datetime | None = given(description="When its receiver took it.")
    log: list[WebhookAttempt] = given(description="The latest tries, up to ten, oldest first.")

    @classmethod
    def of(cls, delivery: domain.Delivery) -> WebhookDelivery:
        """As it is kept."""
        return cls(
            id=ID(delivery.id),
            event=delivery.event,
            case_number=delivery.number,
            state=delivery.state,
            attempts=delivery.attempts,
            created_at=delivery.created_at,
            due_at=delivery.due_at,
            delivered_at=delivery.delivered_at,
            log=[
                WebhookAttempt(
                    at=one.at, status=one.status, error=one.error, milliseconds=one.milliseconds
                )
                for one in delivery.log
            ],
        )


@strawberry.input(description="Telling a partner of events.")
class SubscribeWebhookInput:
    partner_id: ID = given(description="Which partner.")
    url: str = given(description="Where events go: https, up to 500 characters.")
    events: list[domain.Event] = given(description="Of what it is told.")
    idempotency_key: str = given(
        description="1 to 128 characters of the client's; the same again answers the same."
    )


@strawberry.input(description="Telling a partner no more.")
class EndWebhookInput:
    webhook_id: ID = given(description="Which webhook.")


@strawberry.input(description="Sending an event once more.")
class ReplayWebhookDeliveryInput:
    delivery_id: ID = given(description="Which delivery, whatever became of it.")


@strawberry.type(description="A webhook that was subscribed.")
class SubscribeWebhookPayload:
    secret: str | None = given(
        description="What signatures are checked with: shown now and never again."
    )
    webhook: Webhook | None = given(description="The webhook; null when it was refused.")
    errors: list[UserError] = given(description="Empty when it was done.")


@strawberry.type(description="A webhook after a change.")
class WebhookPayload:
    webhook: Webhook | None = given(description="The webhook; null when it was refused.")
    errors: list[UserError] = given(description="Empty when it was done.")


@strawberry.type(description="A delivery that is to be sent once more.")
class WebhookDeliveryPayload:
    delivery: WebhookDelivery | None = given(description="It waits now; null when refused.")
    errors: list[UserError] = given(description="Why it does not.")
