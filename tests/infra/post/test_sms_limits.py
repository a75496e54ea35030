"""Text messages go where the settings say, and so many a day."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from infra.post.sms_limits import LimitedSms
from infra.post.taking import Refusal
from services.functions.messages import Medium, Message
from services.office import Office
from services.quotas import DailyQuota
from tests.infra.post.messages import PHONE, message

pytestmark = pytest.mark.ring("test")
NOW = datetime(2017, 3, 6, 1, tzinfo=UTC)


class Carrier:
    """Takes everything, but for what it is told to refuse."""

    def __init__(self) -> None:
        self.carried: list[str] = []
        self.says: Refusal | None = None

    async def send(self, given: Message) -> Refusal | None:
        if self.says is None:
            self.carried.append(given.to)
        return self.says


@pytest.mark.parametrize(
    ("to", "goes"),
    [
        (PHONE, True),
        ("+85291234567", True),
        ("+14155550100", False),
        ("+88216000000", False),
        ("13800138000", False),
        ("", False),
    ],
)
async def test_a_number_elsewhere_is_refused_for_good(office: Office, to: str, goes: bool) -> None:
    carrier = Carrier()
    quota = DailyQuota(office.outside.quotas, "sms", 10)
    post = LimitedSms(carrier, {"CN", "HK"}, quota, lambda: NOW)  # type: ignore[arg-type]
    refusal = await post.send(message(Medium.SMS, to))
    assert carrier.carried == ([to] if goes else [])
    assert (refusal is None) == goes
    assert refusal is None or refusal.permanent


async def test_beyond_the_days_sum_it_waits_for_another_day(office: Office) -> None:
    carrier = Carrier()
    quota = DailyQuota(office.outside.quotas, "sms", 2)
    posts = [
        LimitedSms(carrier, {"CN"}, quota, lambda: NOW)  # type: ignore[arg-type]
        for _ in range(2)
    ]
    carrier.says = Refusal("busy", permanent=False)
    for post in posts * 3:
        assert await post.send(message(Medium.SMS, PHONE)) == carrier.says
    carrier.says = None
    answers = [await post.send(message(Medium.SMS, PHONE)) for post in posts * 2]
    assert [one is None for one in answers] == [True, True, False, False]
    assert not any(one.permanent for one in answers if one)
    assert carrier.carried == [PHONE, PHONE]
