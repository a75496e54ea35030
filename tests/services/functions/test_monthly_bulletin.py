"""The month's bulletin: counted, closed on its days, and frozen for good."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from domain.bulletins import BulletinState, Month
from domain.figures import Part
from domain.runs import RunEntry, RunState
from domain.words import Channel, MailboxLevel
from domain.workflow import Action
from services.functions.monthly_bulletin import monthly_bulletin
from services.matters.hot_issues import are_all_grouped
from services.office import Office, open_office
from services.process import Act, act
from storage import mongo
from tests.services.functions.jobs import carried_out
from tests.services.offices import (
    APPROVER,
    DISTRICT_HEAD,
    KEYS,
    TO_HANDLING,
    at,
    documents,
    sent,
    walked,
)

pytestmark = pytest.mark.ring("test")

MARCH = Month(2017, 3)
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
    made = await office.bulletins.find(MARCH, 1)
    assert made is not None
    assert (made.state, made.as_of) == (BulletinState.PRELIMINARY, at(FIRST))
    assert made.counts.letters == 3
    assert made.counts.by_level == {
        MailboxLevel.CITY_GOVERNMENT: 2,
        MailboxLevel.DISTRICT: 1,
    }
    assert made.counts.by_channel == {Channel.APP: 3}
    await close(office, TWENTY_FIFTH)
    assert len(await documents(database, "bulletins")) == 1
    frozen = await office.bulletins.find(MARCH, 1)
    assert frozen == replace(made, state=BulletinState.FROZEN, as_of=at(TWENTY_FIFTH))
    assert len(await office.bulletins.members(frozen)) == 3


async def test_a_month_freezes_after_its_letters_are_grouped(office: Office) -> None:
    await letters(office, "2017-03-15 12:00", "2017-03-16 12:00")
    assert not await are_all_grouped(office, MARCH)
    assert await are_all_grouped(office, MARCH.plus(1))
    await close(office, FIRST)
    assert not await are_all_grouped(office, MARCH), "a preliminary one may be counted at once"
    await close(office, TWENTY_FIFTH)
    assert await are_all_grouped(office, MARCH)
    assert await office.bulletins.state_of(MARCH) is BulletinState.FROZEN


async def test_while_others_group_it_is_not_frozen_and_six_hours_later_it_is(
    office: Office, client: mongo.Client, database: mongo.Database, driver: mongo.Driver
) -> None:
    other = await open_office(client, database.name, driver, KEYS)
    assert await other.hot_issues.begin()
    await letters(office, "2017-03-15 12:00")
    looks = iter([False, False])  # it is told to stop while it waits
    entry = await close(office, TWENTY_FIFTH, is_stopping=lambda: next(looks, True))
    assert (entry.state, entry.counts.changed) == (RunState.PARTIAL, 0)
    assert await office.bulletins.state_of(MARCH) is None
    await close(office, "2017-04-25 09:00")
    assert await office.bulletins.state_of(MARCH) is BulletinState.FROZEN
    assert not await are_all_grouped(office, MARCH)
    await other.hot_issues.end()


async def test_a_reply_of_the_night_after_is_in_no_figure_of_a_late_run(office: Office) -> None:
    letter = await sent(office, when=at("2017-03-15 12:00"))
    handled = await walked(office, letter.case, f"{TO_HANDLING} SUBMIT_REPLY")
    approval = Act(Action.APPROVE_REPLY, {})
    await act(office, handled.id, approval, APPROVER, at("2017-04-25 03:01"))
    await close(office, "2017-04-30 12:00")
    found = await office.bulletins.latest(MARCH)
    assert found is not None
    assert found.as_of == at(TWENTY_FIFTH)
    assert found.counts.parts["REPLY_RATE/1"] == Part(0, 1)
    assert found.counts.parts["OVERDUE_RATE/1"] == Part(1, 1)


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
