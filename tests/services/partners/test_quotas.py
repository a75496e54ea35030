"""A partner's day, counted for all processes together."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from domain.partners import Partner, Quota
from domain.refusals import Text
from services.office import Office
from services.partners.quotas import Quotas
from storage import mongo
from tests.services.offices import documents

pytestmark = pytest.mark.ring("test")

NOW = datetime(2017, 3, 6, 1, tzinfo=UTC)
PARTNER = Partner(
    "p", Text("天府", "Tianfu"), ("https://a.example",), ("5101/HEAD",), Quota(per_day=10), NOW
)


async def _granted(office: Office, quotas: Quotas, times: int, now: datetime = NOW) -> int:
    asked = [quotas.request(office.outside.partners, PARTNER, now) for _ in range(times)]
    return sum(one.retry_after is None for one in await asyncio.gather(*asked))


async def test_two_processes_grant_the_days_quota_between_them(office: Office) -> None:
    here, there = Quotas(), Quotas()
    assert await _granted(office, here, 7) == 7
    assert await _granted(office, there, 7) == 3
    assert await _granted(office, here, 7) == 0
    assert await _granted(office, here, 7, NOW + timedelta(days=1)) == 7


async def test_the_wait_is_until_midnight_in_the_city(office: Office) -> None:
    quotas = Quotas()
    await _granted(office, quotas, 10)
    refused = await quotas.request(office.outside.partners, PARTNER, NOW)
    assert refused.retry_after == (15 * 60 - 0) * 60 - 1  # 09:00 to 23:59:59


async def test_a_large_quota_costs_a_write_for_fifty_requests(
    office: Office, database: mongo.Database
) -> None:
    large = replace(PARTNER, quota=Quota(per_minute=1000, per_day=100_000))
    quotas = Quotas()
    for _ in range(50):
        await quotas.request(office.outside.partners, large, NOW)
    assert [one["requests"] for one in await documents(database, "partner_usage")] == [50]
    await quotas.request(office.outside.partners, large, NOW)
    assert [one["requests"] for one in await documents(database, "partner_usage")] == [100]
