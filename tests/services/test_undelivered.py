"""Notices that were given up are tried again by ops, and by nobody else."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.actors import ANONYMOUS
from domain.media import Medium
from domain.refusals import Forbidden, NotFound, Unauthenticated
from domain.words import Role
from services.office import Office
from services.undelivered import retry_notice
from storage import mongo
from tests.services.functions.delivering import UNKNOWN, Letterbox, delivered, refuses, states
from tests.services.offices import CLERK, MONDAY, person, sent

pytestmark = pytest.mark.ring("test")

OPS = person(Role.OPS)
NOW = MONDAY + timedelta(minutes=1)
LATER = NOW + timedelta(days=1)


@pytest.fixture
async def given_up(office: Office) -> str:
    """The id of a notice that the post has refused for good."""
    case = (await sent(office)).case
    await delivered(office, Letterbox(refuses(Medium.SMS, UNKNOWN)), NOW)
    return f"{case.id}-1-writer"


async def test_only_ops_have_a_notice_tried_again(
    office: Office, database: mongo.Database, given_up: str
) -> None:
    with pytest.raises(Unauthenticated):
        await retry_notice(office, given_up, ANONYMOUS, LATER)
    with pytest.raises(Forbidden):
        await retry_notice(office, given_up, CLERK, LATER)
    assert await states(database) == {given_up: "GIVEN_UP"}


async def test_a_notice_that_was_not_given_up_is_not_found(office: Office, given_up: str) -> None:
    await retry_notice(office, given_up, OPS, LATER)
    for unknown in (given_up, "nothing"):
        with pytest.raises(NotFound):
            await retry_notice(office, unknown, OPS, LATER)


async def test_whoever_was_killed_in_between_completes_it(
    office: Office, database: mongo.Database, given_up: str
) -> None:
    kept = await office.undelivered.by_id(given_up)
    assert kept is not None
    await office.notices.queue_again(kept.case_id, given_up, LATER)
    assert await retry_notice(office, given_up, OPS, LATER) == kept
    assert await office.undelivered.by_id(given_up) is None
    assert await states(database) == {given_up: "QUEUED"}


async def test_what_was_archived_meanwhile_is_taken_off_the_list(
    office: Office, database: mongo.Database, given_up: str
) -> None:
    await database["cases"].update_one({}, {"$set": {"notices": []}})
    with pytest.raises(NotFound, match="archived"):
        await retry_notice(office, given_up, OPS, LATER)
    assert await office.undelivered.by_id(given_up) is None
