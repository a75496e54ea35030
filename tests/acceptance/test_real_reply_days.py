"""How long replies to real letters took, month by month, beside what the file alone says.

What is expected is worked out here from the file's lines and the standard library.
"""

from __future__ import annotations

import json
import os
import statistics
from collections import defaultdict
from datetime import UTC, datetime, timedelta, timezone
from math import inf
from pathlib import Path
from typing import Any

import pytest

from domain.bulletins import Month
from domain.distribution import Distribution
from services.figures.units import reply_days, unit_figures
from services.office import Office
from tests.services.imports import imported
from tests.services.offices import CITY, SUPERVISOR

LETTERS = Path(os.environ.get("LETTERS", ""))
SHANGHAI = timezone(timedelta(hours=8))
NOW = datetime(2026, 1, 1, tzinfo=UTC)
BARS = ((0, 1), (1, 3), (3, 5), (5, 10), (10, 20), (20, inf))
pytestmark = [pytest.mark.ring("all"), pytest.mark.database]


def lines() -> list[dict[str, Any]]:
    with LETTERS.open(encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def days_by_month() -> dict[str, list[float]]:
    found: defaultdict[str, list[float]] = defaultdict(list)
    for one in lines():
        took = found[one["submitted_at"][:7]]
        if one.get("reply"):
            span = moment(one["replied_at"]) - moment(one["submitted_at"])
            took.append(span / timedelta(days=1))
    return dict(found)


async def told(office: Office, month: str) -> Distribution | None:
    page = await unit_figures(office, CITY, Month.read(month), SUPERVISOR, NOW)
    return await reply_days(office, page, SUPERVISOR, NOW)


async def test_every_month_has_the_distribution_of_the_file(office: Office) -> None:
    await imported(office, *lines(), as_of=NOW)
    counted = 0
    for month, days in sorted(days_by_month().items()):
        found = await told(office, month)
        if not days:
            assert found is None, month
            continue
        assert found is not None, month
        counted += found.letters
        assert found.letters == len(days), month
        assert found.mean == pytest.approx(statistics.fmean(days), abs=1e-6), month
        assert found.median == pytest.approx(statistics.median(days), abs=1e-6), month
        assert (found.least, found.most) == pytest.approx((min(days), max(days)), abs=1e-6)
        bars = [sum(least <= one < most for one in days) for least, most in BARS]
        assert [bar.letters for bar in found.bars] == bars, month
        if len(days) > 1:
            quartiles = statistics.quantiles(days, n=4, method="inclusive")
            shown = (found.lower_quartile, found.median, found.upper_quartile)
            assert shown == pytest.approx(quartiles, abs=1e-6), month
    assert counted == sum(bool(one.get("reply")) for one in lines())
