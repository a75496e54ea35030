"""Sends what is due to partners' endpoints, and writes down what became of each attempt.

It is sent before it is marked, under an id that never changes: whoever is killed between the two
sends it again, and receivers drop the repeat.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from domain.webhooks import Attempt, Delivery, DeliveryState, Webhook
from services.functions.runs import Run
from services.functions.together import all_of
from services.functions.workshop import Courier, Workshop
from services.office import Office
from storage.moments import Place
from storage.mongo import Session

PAGE = 100
SECONDS = 25.0
"""Of one run: webhooks must not hold up what others wait for."""
TURN = 8.0
"""Of one endpoint in a run, and the attempt that is under way then: what waits for a slow one
must not hold up what waits for another."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the deliveries of one webhook, as far as there was time."""

    webhook: Webhook | None
    before: Sequence[Delivery]
    after: Sequence[Delivery]


async def send_webhooks(workshop: Workshop, run: Run) -> None:
    """Tries every delivery that is due at ``run.now``; the rest waits for the next run.

    A run of an earlier time sends nothing: receivers refuse a signature that is minutes old.
    """
    courier, outside = workshop.courier, workshop.office.outside
    if courier is None or run.dry or run.is_as_of:
        return
    loop = asyncio.get_running_loop()
    until = loop.time() + SECONDS
    place: Place | None = None
    had_turn: set[str] = set()
    while page := await outside.deliveries.due(run.now, place, PAGE, had_turn):
        by_webhook: Mapping[str, list[Delivery]] = defaultdict(list)
        for delivery in page:
            by_webhook[delivery.webhook].append(delivery)
        known = await outside.webhooks.with_secrets(by_webhook)
        sending = Sending(courier, run, lambda: run.has_time() and loop.time() < until)
        outcomes = await all_of(
            sending.to(known.get(name), deliveries) for name, deliveries in by_webhook.items()
        )
        await _keep(workshop, run, outcomes)
        had_turn |= sending.had_turn
        last = page[-1]
        if len(page) < PAGE or last.due_at is None or not sending.has_time():
            return
        place = last.due_at, last.id


@dataclass(frozen=True, slots=True)
class Sending:
    """To several endpoints at once, and to each one after the other."""

    courier: Courier
    run: Run
    has_time: Callable[[], bool]
    had_turn: set[str] = field(default_factory=set)
    """Those that took too long to get all of theirs."""

    async def to(
        self, known: tuple[Webhook, str] | None, deliveries: Sequence[Delivery]
    ) -> Outcome:
        """What becomes of these, in the order in which they are due."""
        if known is None or known[0].ended_at is not None:
            return Outcome(None, deliveries, [one.given_up() for one in deliveries])
        webhook, secret = known
        after: list[Delivery] = []
        loop = asyncio.get_running_loop()
        turn_ends = loop.time() + TURN
        for delivery in deliveries:
            if webhook.ended_at is not None:
                after.append(delivery.given_up())
                continue
            now = self.run.moment()
            pause = webhook.circuit.open_until
            if pause is not None and webhook.circuit.is_open(now):
                after.append(delivery.postponed(pause))
                continue
            if loop.time() >= turn_ends or not self.has_time():
                self.had_turn.add(webhook.id)
                break
            attempt = await self._attempt(webhook, secret, delivery)
            circuit = webhook.circuit.after(attempt.at, taken=attempt.is_taken)
            ended_at = attempt.at if attempt.is_gone else None
            webhook = replace(webhook, circuit=circuit, ended_at=ended_at)
            after.append(delivery.after(attempt))
        return Outcome(webhook, deliveries[: len(after)], after)

    async def _attempt(self, webhook: Webhook, secret: str, delivery: Delivery) -> Attempt:
        loop = asyncio.get_running_loop()
        began, now = loop.time(), self.run.moment()
        headers = signed_headers(secret, delivery, now)
        status, error = await self.courier.post(webhook.url, headers, delivery.body.encode())
        return Attempt(now, status, error, round((loop.time() - began) * 1000))


def signed_headers(secret: str, delivery: Delivery, now: datetime) -> dict[str, str]:
    """What https://www.standardwebhooks.com asks for; the time that is signed is the attempt's."""
    from standardwebhooks import Webhook as Signer

    moment = now.astimezone(UTC)
    return {
        "content-type": "application/json",
        "user-agent": "Lizheng-Webhooks/1",
        "webhook-id": delivery.id,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": Signer(secret).sign(delivery.id, moment, delivery.body),
    }


async def _keep(workshop: Workshop, run: Run, outcomes: Sequence[Outcome]) -> None:
    """Writes all of it behind the fence, and counts it."""
    before = [one for outcome in outcomes for one in outcome.before]
    after = [one for outcome in outcomes for one in outcome.after]
    webhooks = [outcome.webhook for outcome in outcomes if outcome.webhook is not None]
    outside = workshop.office.outside
    for webhook in webhooks:
        if webhook.ended_at is not None:
            await _end(workshop.office, webhook, webhook.ended_at)

    async def save(session: Session) -> None:
        await outside.deliveries.save(before, after, session)
        await outside.webhooks.save_circuits(webhooks, session)

    if before:
        await run.write(save)
    run.saw(len(before))
    for old, new in zip(before, after, strict=True):
        _count(run, old, new)


async def _end(office: Office, webhook: Webhook, at: datetime) -> None:
    """The receiver asked for it; ops find it ended, and why."""
    given = {"webhook": webhook.id, "status": "410"}
    await office.audit.record_partner("END_WEBHOOK", webhook.partner, None, given, at)
    await office.outside.webhooks.end(webhook.id, at)


def _count(run: Run, before: Delivery, after: Delivery) -> None:
    if after.state is DeliveryState.DELIVERED:
        run.changed(after.number, f"WEBHOOK {after.event.value}")
    elif after.state is DeliveryState.GIVEN_UP:
        run.failed(after.number, "a webhook was given up")
    elif after.attempts == before.attempts:
        run.skipped()
    else:
        last = after.log[-1]
        run.failed(after.number, f"webhook: {last.status or last.error}")
