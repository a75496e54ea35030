"""What still waits is grouped by the clock, as far as a run's time goes."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.runs import RunEntry, RunState
from services.functions.group_letters import group_letters
from services.matters.grouping import letters_left
from services.office import Office
from storage import mongo
from storage.migrations import migrate
from tests.services.functions.jobs import MONDAY, carried_out
from tests.services.matters.test_hot_issues import PLANT, issues, wrote

pytestmark = pytest.mark.ring("test")

LATER = MONDAY + timedelta(minutes=5)


async def written(office: Office) -> None:
    for n, title in enumerate(PLANT):
        await wrote(office, title, f"w{n}")


def told(entry: RunEntry) -> tuple[RunState, int, int]:
    return entry.state, entry.counts.seen, entry.counts.changed


async def test_what_waits_is_grouped(office: Office) -> None:
    await written(office)
    assert told(await carried_out(office, group_letters)) == (RunState.SUCCEEDED, 4, 4)
    assert await letters_left(office, 10) == []
    (one,) = await issues(office)
    assert one.issue.letters == 4


async def test_cases_from_before_there_were_groups_are_grouped_once_they_are_migrated(
    office: Office, database: mongo.Database
) -> None:
    await written(office)
    old = {"$set": {"schema": 3}, "$unset": {"to_group": ""}}
    await database["cases"].update_many({}, old)
    nothing = await carried_out(office, group_letters)
    assert told(nothing) == (RunState.SUCCEEDED, 0, 0)
    assert len([one async for one in migrate(database)]) == 4
    assert [one async for one in migrate(database)] == []
    assert told(await carried_out(office, group_letters, at=LATER)) == (RunState.SUCCEEDED, 4, 4)


async def test_where_another_process_groups_a_run_leaves_it_to_it(
    office: Office, database: mongo.Database
) -> None:
    await written(office)
    turn = {"_id": "grouping", "number": 7}
    ours = [{"$set": {"until": {"$toDate": {"$add": [{"$toLong": "$$NOW"}, 20_000]}}}}]
    await database["turns"].replace_one({"_id": "grouping"}, turn, upsert=True)
    await database["turns"].update_one({"_id": "grouping"}, ours)
    assert told(await carried_out(office, group_letters)) == (RunState.SUCCEEDED, 0, 0)
    assert len(await letters_left(office, 10)) == 4


async def test_a_dry_run_tells_of_each_and_groups_none(office: Office) -> None:
    await written(office)
    await office.hot_issues.waiting.announce([])
    entry = await carried_out(office, group_letters, label="dry")
    assert {one.action for one in entry.changes} == {"GROUP"}
    assert len({one.number for one in entry.changes}) == 4
    assert len(await letters_left(office, 10)) == 4
