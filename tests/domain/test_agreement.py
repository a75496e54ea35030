"""How often clerks agree: sums over a month of runs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from domain.agreement import Compared, agreement_of, recent

pytestmark = pytest.mark.ring("test")

NOW = datetime(2017, 3, 31, tzinfo=UTC)


def day(ago: int, agreed: int, compared: int) -> Compared:
    until = NOW - timedelta(days=ago)
    return Compared(until - timedelta(days=1), until, agreed, compared)


def test_runs_are_added_up_and_not_averaged() -> None:
    found = agreement_of([day(1, 1, 1), day(0, 3, 9)])
    assert (found.agreed, found.compared, found.value) == (4, 10, 0.4)
    assert found.since == NOW - timedelta(days=2)


def test_nothing_compared_is_no_data() -> None:
    assert agreement_of([]).value is None
    assert agreement_of([day(0, 0, 0)]).value is None


def test_what_ended_thirty_days_ago_is_past() -> None:
    days = [day(ago, 1, 1) for ago in (31, 30, 29, 0)]
    assert recent(days, NOW) == (days[2], days[3])
