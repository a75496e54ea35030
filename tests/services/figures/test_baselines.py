"""Figures that were not computed here are recorded once, with their source."""

from __future__ import annotations

from typing import Any

import pytest

from domain.definitions import FigureName
from domain.refusals import InvalidInput
from services.figures.baselines import record_baseline, tied_baseline
from services.office import Office
from storage.baselines import RecordedBaseline
from tests.services.months import MARCH, NOW

pytestmark = pytest.mark.ring("test")

USUAL: dict[str, Any] = {
    "name": "before trial operation",
    "source": "published on 27 February 2017",
    "values": {FigureName.REPLY_RATE: 0.99, FigureName.AVERAGE_REPLY_DAYS: 7.22},
    "month": MARCH,
    "now": NOW,
}


async def record(office: Office, **changed: Any) -> RecordedBaseline:
    return await record_baseline(office, **{**USUAL, **changed})


async def test_what_is_recorded_is_found_by_its_name_and_its_month(office: Office) -> None:
    recorded = await record(office)
    assert recorded.baseline.recorded
    assert recorded.baseline.values == {"REPLY_RATE": 0.99, "AVERAGE_REPLY_DAYS": 7.22}
    assert await office.baselines.named("before trial operation") == recorded
    assert await office.baselines.named("another") is None
    assert await tied_baseline(office, MARCH) == recorded.baseline
    assert await tied_baseline(office, MARCH.plus(1)) is None
    assert await office.baselines.all() == [recorded]


async def test_recording_the_same_again_changes_nothing(office: Office) -> None:
    first = await record(office)
    again = await record(office, now=NOW.replace(year=2018))
    assert again == first


@pytest.mark.parametrize(
    "changed",
    [{"source": "another"}, {"values": {FigureName.REPLY_RATE: 0.5}}, {"month": None}],
)
async def test_a_name_stands_for_the_figures_it_was_given_first(
    office: Office, changed: dict[str, Any]
) -> None:
    first = await record(office)
    with pytest.raises(InvalidInput, match="recorded already") as refused:
        await record(office, **changed)
    assert refused.value.field == "name"
    assert await office.baselines.all() == [first]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"name": "x"}, "name"),
        ({"name": "2016-12"}, "name"),  # that is a month
        ({"name": "x" * 101}, "name"),
        ({"source": " "}, "source"),
        ({"values": {}}, "figures"),
        ({"values": {FigureName.REPLY_RATE: 99.2}}, "figures"),  # percent, not a fraction
        ({"values": {FigureName.REPLY_RATE: -0.1}}, "figures"),
        ({"values": {FigureName.REPLY_RATE: float("nan")}}, "figures"),
        ({"values": {FigureName.AVERAGE_REPLY_DAYS: 99_999.0}}, "figures"),
    ],
)
async def test_what_cannot_be_a_baseline_is_refused(
    office: Office, changed: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        await record(office, **changed)
    assert refused.value.field == field
    assert await office.baselines.all() == []
