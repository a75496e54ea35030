"""Every endpoint has its turn in a run, and no longer than that."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import timedelta

import pytest

from domain.webhooks import DeliveryState
from services.office import Office
from tests.services.offices import MONDAY, walked
from tests.services.webhooks.hooks import log_of, partner_of, sent_through, subscribed, told

pytestmark = pytest.mark.ring("test")

LATER = MONDAY + timedelta(hours=2)


async def test_a_slow_endpoint_with_much_waiting_keeps_nobody_else_waiting(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More is due to it than a run reads at once, and each answer takes it nine seconds."""
    monkeypatch.setattr("services.webhooks.sending.PAGE", 2)
    loop = asyncio.get_running_loop()
    real, passed, asked = loop.time, [0.0], []
    monkeypatch.setattr(loop, "time", lambda: real() + passed[0])

    class Slow:
        async def post(
            self, url: str, headers: Mapping[str, str], body: bytes
        ) -> tuple[int | None, str | None]:
            asked.append(url)
            passed[0] += 9 if "slow" in url else 0
            return 204, None

        async def close(self) -> None:
            pass

    slow, other = await partner_of(office), await partner_of(office)
    webhook = (await subscribed(office, slow, "https://slow.example/")).webhook
    await subscribed(office, other, "https://other.example/")
    for partner, minute in ((slow, 0), (slow, 0), (other, 1)):
        case = (await sent_through(office, partner)).case
        await walked(office, case, "REJECT")
        await told(office, None, LATER + timedelta(minutes=minute))
    await told(office, Slow(), LATER + timedelta(minutes=2))
    assert asked.count("https://other.example/") == 3
    assert 1 <= asked.count("https://slow.example/") <= 2
    for minute in range(3, 8):
        await told(office, Slow(), LATER + timedelta(minutes=minute))
    assert {one.state for one in await log_of(office, webhook.id)} == {DeliveryState.DELIVERED}
    assert asked.count("https://slow.example/") == 6
