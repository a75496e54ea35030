"""Who keeps a case from the archive, who may not, and what is recorded of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.actors import ANONYMOUS, SYSTEM, Actor
from domain.keeping import Hold
from domain.refusals import ActionNotAllowed, Forbidden, InvalidInput, NotFound, Unauthenticated
from domain.words import Role
from services.holds import hold_case, release_case
from services.office import Office
from storage import mongo
from tests.services.offices import (
    APPROVER,
    CITY,
    CLERK,
    HANDLER,
    MONDAY,
    REVIEWER,
    SUPERVISOR,
    documents,
    person,
    sent,
    walked,
)

pytestmark = pytest.mark.ring("test")

LATER = MONDAY + timedelta(days=2)
REASON = "行政诉讼"


async def test_a_hold_is_kept_with_the_case_and_in_the_audit_log(
    office: Office, database: mongo.Database
) -> None:
    case = (await sent(office)).case
    held = await hold_case(office, case.id, f" {REASON} ", SUPERVISOR, LATER)
    assert held.keeping.hold == Hold(REASON, "supervisor", LATER)
    [document] = await documents(database)
    assert document["keeping"]["hold"] == {"reason": REASON, "by": "supervisor", "at": LATER}
    assert (document["version"], document["archive_at"]) == (1, None), "no part of the history"
    released = await release_case(office, case.id, "诉讼终结", SUPERVISOR, LATER)
    assert released.keeping.hold is None
    assert [entry[1:] for entry in await office.audit.of_case(case.id)] == [
        ("HOLD_CASE", "supervisor", REASON),
        ("RELEASE_CASE", "supervisor", "诉讼终结"),
    ]


async def test_an_action_leaves_a_hold_alone(office: Office, database: mongo.Database) -> None:
    case = (await sent(office)).case
    await hold_case(office, case.id, REASON, SUPERVISOR, LATER)
    await walked(office, case, "ACCEPT REVIEW SIGN_FOR")
    [document] = await documents(database)
    assert document["keeping"]["hold"]["reason"] == REASON


async def test_a_concluded_case_is_looked_at_anew(office: Office, database: mongo.Database) -> None:
    case = await walked(office, (await sent(office)).case, "REJECT")
    await hold_case(office, case.id, REASON, SUPERVISOR, LATER)
    [document] = await documents(database)
    assert document["archive_at"] == document["keeping"]["look_at"] == LATER
    await release_case(office, case.id, REASON, SUPERVISOR, LATER)
    [again] = await documents(database)
    assert again["archive_at"] < LATER, "a run that has read it before must notice"


@pytest.mark.parametrize(
    ("actor", "refusal"),
    [
        (ANONYMOUS, Unauthenticated),
        *((one, Forbidden) for one in (CLERK, REVIEWER, HANDLER, APPROVER, SYSTEM)),
        (person(Role.SUPERVISOR, unit=CITY), Forbidden),
        (person(Role.OPS), Forbidden),
    ],
)
async def test_nobody_else_lays_or_lifts_one(
    office: Office, actor: Actor, refusal: type[Exception]
) -> None:
    case = (await sent(office)).case
    for change in (hold_case, release_case):
        with pytest.raises(refusal):
            await change(office, case.id, REASON, actor, LATER)
    assert await office.audit.of_case(case.id) == []


@pytest.mark.parametrize("reason", ["", " ", "x", "x" * 1001])
async def test_a_reason_is_given(office: Office, reason: str) -> None:
    case = (await sent(office)).case
    with pytest.raises(InvalidInput):
        await hold_case(office, case.id, reason, SUPERVISOR, LATER)


async def test_it_is_laid_and_lifted_once(office: Office) -> None:
    case = (await sent(office)).case
    with pytest.raises(ActionNotAllowed):
        await release_case(office, case.id, REASON, SUPERVISOR, LATER)
    await hold_case(office, case.id, REASON, SUPERVISOR, LATER)
    with pytest.raises(ActionNotAllowed):
        await hold_case(office, case.id, REASON, SUPERVISOR, LATER)
    with pytest.raises(NotFound):
        await hold_case(office, "nobody", REASON, SUPERVISOR, LATER)
