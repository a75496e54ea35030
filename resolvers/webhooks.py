"""How ops have partners told of events, and see what became of each delivery."""

from __future__ import annotations

from typing import Annotated

import strawberry

from resolvers.refusing import settled
from resolvers.selection import asked_for
from schema.context import Info
from schema.pages import After, Before, Connection, First, Last, connection, page_of
from schema.webhooks import (
    EndWebhookInput,
    ReplayWebhookDeliveryInput,
    SubscribeWebhookInput,
    SubscribeWebhookPayload,
    Webhook,
    WebhookDelivery,
    WebhookDeliveryPayload,
    WebhookPayload,
)
from services.functions.ops import check_ops
from services.webhooks import subscribing

WebhookId = Annotated[strawberry.ID, strawberry.argument(description="Of which webhook.")]


@strawberry.type
class WebhookQueries:
    """Mixed into the root of every query."""

    @strawberry.field(
        description="What was sent to a webhook, or waits to be, newest first. Requires OPS."
    )
    async def webhook_deliveries(
        self,
        info: Info,
        webhook_id: WebhookId,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[WebhookDelivery]:
        check_ops(info.context.actor)
        page = page_of(first, after, last, before)
        counted = "totalCount" in asked_for(info)
        deliveries = info.context.office.outside.deliveries
        found = await deliveries.page(str(webhook_id), page, counted=counted)
        return connection(found, WebhookDelivery.of)


@strawberry.type
class WebhookMutations:
    """Mixed into the root of every mutation."""

    @strawberry.mutation(
        description="Tell a partner of events of its cases; recorded. Requires OPS."
    )
    async def subscribe_webhook(
        self, info: Info, input: SubscribeWebhookInput
    ) -> SubscribeWebhookPayload:
        context = info.context
        wanted = subscribing.Subscription(
            str(input.partner_id), input.url, tuple(input.events), context.loopback
        )
        work = subscribing.subscribe(
            context.office, wanted, input.idempotency_key, context.actor, context.now
        )
        done, errors = await settled(info, work)
        return SubscribeWebhookPayload(
            secret=done.secret if done else None,
            webhook=Webhook.of(done.webhook) if done else None,
            errors=errors,
        )

    @strawberry.mutation(description="Send nothing more to a webhook; recorded. Requires OPS.")
    async def end_webhook(self, info: Info, input: EndWebhookInput) -> WebhookPayload:
        context = info.context
        work = subscribing.end(context.office, str(input.webhook_id), context.actor, context.now)
        done, errors = await settled(info, work)
        return WebhookPayload(webhook=Webhook.of(done) if done else None, errors=errors)

    @strawberry.mutation(
        description="Send an event once more, under the same id; recorded. Requires OPS."
    )
    async def replay_webhook_delivery(
        self, info: Info, input: ReplayWebhookDeliveryInput
    ) -> WebhookDeliveryPayload:
        context = info.context
        work = subscribing.replay(
            context.office, str(input.delivery_id), context.actor, context.now
        )
        done, errors = await settled(info, work)
        delivery = WebhookDelivery.of(done) if done else None
        return WebhookDeliveryPayload(delivery=delivery, errors=errors)
