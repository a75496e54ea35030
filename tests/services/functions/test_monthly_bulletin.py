"""The month's bulletin: counted, closed on its days, and frozen for good."""

from __future__ import annotations

from typing import Any

from domain.runs import RunEntry
from services.functions.monthly_bulletin import monthly_bulletin
from services.office import Office
from storage import mongo
from tests.services.functions.jobs import carried_out
from tests.services.offices import DISTRICT_HEAD, at, documents, sent

FIRST, TWENTY_FIFTH = "2017-04-01 03:00", "2017-04-25 03:00"


async def close(office: Office, when: str, **changed: Any) -> RunEntry:
    return await carried_out(office, monthly_bulletin, at=at(when), **changed)


async def letters(office: Office, *days: str, **changed: Any) -> None:
    for day in days:
        await sent(office, f"letter {day} {changed}", when=at(day), **changed)


async def test_the_month_before_is_counted_and_frozen_later(
    office: Office, database: mongo.Database
) -> None:
    await letters(office, "2017-02-28 23:59", "2017-03-01 00:00", "2017-03-31 23:59")
    await letters(office, "2017-03-15 12:00", mailbox=DISTRICT_HEAD)
    await letters(office, "2017-04-01 00:00")
    entry = await close(office, FIRST)
    assert (entry.counts.seen, entry.counts.changed) == (1, 1)
    [bulletin] = await documents(database, "bulletins")
    figures = {
        "letters": 3,
        "by_level": {"CITY_GOVERNMENT": 2, "DISTRICT": 1},
        "by_channel": {"APP": 3},
    }
    assert bulletin == {
        "_id": "2017-03/1",
        "month": "2017-03",
        "edition": 1,
        "state": "PRELIMINARY",
        "as_of": at(FIRST),
        "definitions": 1,
        "figures": figures,
    }
    await close(office, TWENTY_FIFTH)
    [frozen] = await documents(database, "bulletins")
    assert frozen == {**bulletin, "state": "FROZEN", "as_of": at(TWENTY_FIFTH)}


async def test_running_twice_changes_nothing_the_second_time(
    office: Office, database: mongo.Database
) -> None:
    await letters(office, "2017-03-15 12:00")
    for day in (FIRST, TWENTY_FIFTH):
        await close(office, day)
        before = await documents(database, "bulletins")
        again = await close(office, day.replace("03:00", "04:00"))
        assert (again.counts.changed, again.counts.skipped) == (0, 1)
        assert await documents(database, "bulletins") == before


async def test_a_frozen_bulletin_never_changes(office: Office, database: mongo.Database) -> None:
    await close(office, TWENTY_FIFTH)
    before = await documents(database, "bulletins")
    await letters(office, "2017-03-15 12:00")
    await close(office, "2017-04-26 03:00")
    assert await documents(database, "bulletins") == before


async def test_what_was_missed_is_frozen_later_and_a_dry_run_changes_nothing(
    office: Office, database: mongo.Database
) -> None:
    await close(office, FIRST)
    dry = await close(office, "2017-06-01 03:00", label="dry")
    assert [tuple(change) for change in dry.changes] == [
        ("2017-03", "FROZEN"),
        ("2017-05", "PRELIMINARY"),
    ]
    assert [one["state"] for one in await documents(database, "bulletins")] == ["PRELIMINARY"]
    await close(office, "2017-06-01 03:00")
    states = {one["month"]: one["state"] for one in await documents(database, "bulletins")}
    assert states == {"2017-03": "FROZEN", "2017-05": "PRELIMINARY"}
