"""A month's letters for the tests of its figures, each walked through the real process."""

from __future__ import annotations

import itertools
from datetime import datetime
from typing import Any

from domain.bulletins import BulletinState, Month
from domain.case import Case
from domain.words import Role
from domain.workflow import Action
from services.figures.closing import closed
from services.office import Office
from services.process import Act, act
from storage.mongo import Database, in_transaction
from tests.services.offices import (
    DISTRICT,
    TO_CALLBACK,
    TO_HANDLING,
    at,
    person,
    sent,
    walked,
)

FEBRUARY, MARCH, APRIL = (Month(2017, number) for number in (2, 3, 4))
CLOSED = at("2017-04-25 03:00")
NOW = at("2017-05-02 10:00")
_keys = itertools.count(1)


async def came(office: Office, day: str = "2017-03-06 09:00", **changed: Any) -> Case:
    """A letter that came in."""
    return (await sent(office, f"letter {next(_keys)}", when=at(day), **changed)).case


async def replied(
    office: Office, day: str = "2017-03-06 09:00", unit: str = DISTRICT, **changed: Any
) -> Case:
    """A letter with a reply, six minutes after it came."""
    reviewed = await walked(office, await came(office, day, **changed), "ACCEPT REVIEW", unit=unit)
    rest = TO_CALLBACK.removeprefix("ACCEPT REVIEW ")
    return await walked(office, reviewed, rest)


async def handled(office: Office, day: str = "2017-03-06 09:00", **changed: Any) -> Case:
    """A letter whose reply waits for its approval."""
    return await walked(office, await came(office, day, **changed), f"{TO_HANDLING} SUBMIT_REPLY")


async def answered(
    office: Office, case: Case, when: datetime, satisfaction: int = 5, *, resolved: bool = True
) -> Case:
    """The same after its writer was called."""
    given = {"resolved": resolved, "satisfaction": satisfaction}
    return await act(office, case.id, Act(Action.RECORD_CALLBACK, given), person(Role.INTAKE), when)


async def approved(office: Office, case: Case, when: datetime) -> Case:
    return await act(office, case.id, Act(Action.APPROVE_REPLY, {}), person(Role.APPROVER), when)


async def froze(
    office: Office, database: Database, month: Month = MARCH, when: datetime = CLOSED
) -> None:
    """The month is closed for good."""
    bulletin, counted = await closed(office, month, BulletinState.FROZEN, when)
    save = office.bulletins.save
    assert await in_transaction(database.client, lambda session: save(bulletin, counted, session))
