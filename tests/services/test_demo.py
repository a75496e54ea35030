"""The demo letters: a dozen, spread over the stages, acted on like any others."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from domain.actors import Actor
from domain.words import Role, Stage
from services.demo import fill_with_demo
from services.directory import import_directory
from services.office import Office
from services.process import Proof, proven_case
from services.verification import verify_all
from storage import mongo
from tests.services.offices import at, documents, sent

pytestmark = pytest.mark.ring("all")

CHENGDU = Path(__file__).resolve().parents[2] / "data" / "chengdu"
NOW = at("2017-03-06 09:00")


@pytest.fixture
async def chengdu(office: Office) -> Office:
    await import_directory(CHENGDU, office.directory)
    return office


@pytest.mark.parametrize(
    "now",
    [
        NOW,
        at("2017-02-01 12:00"),  # in the Spring Festival
        at("2026-10-04 03:00"),  # a Sunday night in the National Day week
        at("2027-01-02 12:00"),  # a year whose calendar is not published
    ],
)
async def test_the_letters_stand_in_every_stage_whatever_the_day(
    chengdu: Office, database: mongo.Database, now: datetime
) -> None:
    await fill_with_demo(chengdu, now)
    found = await documents(database)
    assert len(found) == 12
    assert {one["stage"] for one in found} == {stage.value for stage in Stage}
    assert max(one["updated_at"] for one in found) <= now
    assert not [finding async for finding in verify_all(chengdu) if finding.problem]


async def test_the_first_case_is_told_with_what_opens_it(chengdu: Office) -> None:
    shown = await fill_with_demo(chengdu, NOW)
    assert shown is not None
    case = await proven_case(chengdu, Proof(number=shown.number, query_code=shown.query_code))
    assert case is not None
    assert (case.stage, case.letter.title) == (Stage.HANDLING, shown.title)


async def test_it_is_the_same_every_time_but_for_numbers_and_codes(
    chengdu: Office, database: mongo.Database
) -> None:
    async def told() -> list[object]:
        return [
            (one["letter"]["title"], one["stage"], [entry["at"] for entry in one["history"]])
            for one in await documents(database)
        ]

    await fill_with_demo(chengdu, NOW)
    first = await told()
    for name in ("cases", "submissions"):
        await database[name].delete_many({})
    await fill_with_demo(chengdu, NOW)
    assert await told() == first


async def test_where_there_are_cases_nothing_is_done(chengdu: Office) -> None:
    await sent(chengdu)
    assert await fill_with_demo(chengdu, NOW) is None
    assert await chengdu.cases.count() == 1


async def test_whoever_acted_is_not_who_goes_on(chengdu: Office, database: mongo.Database) -> None:
    """The reply that waits can be released with the approver's usual token."""
    await fill_with_demo(chengdu, NOW)
    [waiting] = [one for one in await documents(database) if one["stage"] == Stage.FEEDBACK]
    approver = Actor(frozenset({Role.APPROVER}), subject="approver-1")
    case = await chengdu.cases.by_id(waiting["_id"], approver)
    assert case is not None
    assert case.submitted_reply is not None
    assert case.submitted_reply.subject == "handler-1"
    assert case.updated_at < NOW - timedelta(minutes=1)
