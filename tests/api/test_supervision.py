"""Overdue cases and their supervision, as staff and writers see them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from domain.words import Role, Rung
from services.functions.overdue_sweep import overdue_sweep
from tests.api.actions import TO_CALLBACK, TO_HANDLING
from tests.api.clients import Client, Letter, Town
from tests.services.functions.jobs import carried_out

pytestmark = pytest.mark.ring("test")

LATE = """query($number: String!) {
  case(number: $number) { number overdueSince deadline { dueAt } replyDue { dueAt }
    supervision { rung rungName at } } }"""
LISTED = """query($search: String!) {
  cases(filter: {search: $search}, first: 1) { edges { node { overdueSince } } } }"""
MINE = """query($number: String!, $queryCode: String!) {
  trackedCase(number: $number, queryCode: $queryCode) { overdueSince timeline { action by } } }"""


async def late(town: Town, letter: Letter, by: Client | None = None) -> dict[str, Any]:
    found: dict[str, Any] = (
        await (by or town.person(Role.SUPERVISOR)).ask(LATE, number=letter.number)
    )["case"]
    return found


async def test_a_case_is_overdue_since_its_date_whether_anybody_looked_or_not(town: Town) -> None:
    letter = await town.walked(TO_HANDLING)
    assert (await late(town, letter))["overdueSince"] is None
    town.clock.later = timedelta(days=60)
    case = await late(town, letter)
    dates = sorted((case["deadline"]["dueAt"], case["replyDue"]["dueAt"]))
    assert case["overdueSince"] == dates[0]
    assert case["supervision"] == []
    listed = await town.person(Role.HANDLER).ask(LISTED, search=letter.number)
    assert listed["cases"]["edges"][0]["node"]["overdueSince"] == dates[0]
    mine = await town.citizen.ask(MINE, **letter.proof)
    assert mine["trackedCase"]["overdueSince"] == dates[0]


async def test_what_the_sweep_climbed_is_told_to_staff_and_signed_by_the_system(
    town: Town,
) -> None:
    letter = await town.walked(TO_HANDLING)
    at = town.clock().replace(microsecond=0) + timedelta(days=60, seconds=1)
    entry = await carried_out(town.office, overdue_sweep, at=at)
    assert entry.counts.changed >= 5
    case = await late(town, letter)
    assert [one["rung"] for one in case["supervision"]] == list(Rung)
    assert case["supervision"][1]["rungName"] == "Yellow card"
    assert {datetime.fromisoformat(one["at"]) for one in case["supervision"]} == {at}
    mine = await town.citizen.ask(MINE, **letter.proof)
    assert mine["trackedCase"]["timeline"][-1] == {"action": "SUPERVISE", "by": "system"}


async def test_a_case_that_waits_for_its_writer_is_not_overdue(town: Town) -> None:
    letter = await town.walked(TO_CALLBACK)
    town.clock.later = timedelta(days=60)
    assert (await late(town, letter))["overdueSince"] is None
