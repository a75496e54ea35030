"""From a figure back to the letters it was made of, for those who may see their cases."""

from __future__ import annotations

from typing import Any

import pytest

from domain.actors import Actor
from domain.refusals import InvalidInput, NotFound
from domain.words import Channel, MailboxLevel, Role
from services.figures.letters import AskedLetters, letters_behind
from services.office import Office
from storage.mongo import Database
from storage.pages import Page
from tests.services.months import MARCH, NOW, came, froze, replied
from tests.services.offices import (
    CLERK,
    DISTRICT,
    DISTRICT_HEAD,
    EDUCATION,
    NEXT_DISTRICT,
    SUPERVISOR,
    person,
    walked,
)

pytestmark = pytest.mark.ring("test")

REPLY = "REPLY_RATE/1"


async def behind(
    office: Office, definition: str = REPLY, reader: Actor = SUPERVISOR, **asked: Any
) -> dict[str, float]:
    """What each letter adds, by number."""
    of = AskedLetters(MARCH, definition, **asked)
    found = await letters_behind(office, of, Page(first=100), reader, NOW)
    assert found.total == len(found.items)
    for one in found.items:
        case = await office.cases.by_id(one.case_id, reader)
        assert case is not None
        assert case.number == one.number
    return {one.number: one.amount for one in found.items}


async def test_a_figure_is_made_of_the_letters_it_names_live_and_closed(
    office: Office, database: Database
) -> None:
    done, waiting = await replied(office), await came(office, mailbox=DISTRICT_HEAD)
    both = {done.number: 1.0, waiting.number: 0.0}
    for is_closed in (False, True):
        if is_closed:
            await froze(office, database)
            await came(office, channel=Channel.WEB)
        assert await behind(office) == both
        assert await behind(office, counted=True) == {done.number: 1}
        assert await behind(office, counted=False) == {waiting.number: 0}
        assert await behind(office, level=MailboxLevel.DISTRICT) == {waiting.number: 0}
        assert await behind(office, unit=NEXT_DISTRICT) == {}
        assert await behind(office, "OVERDUE_RATE/1") == {done.number: 0}
        (days,) = (await behind(office, "AVERAGE_REPLY_DAYS/1")).values()
        assert days == pytest.approx(6 / (24 * 60))
    assert await behind(office, edition=1) == both


async def test_a_reader_sees_the_letters_of_the_cases_that_they_may_see(office: Office) -> None:
    own, others = await replied(office), await replied(office, unit=EDUCATION)
    secret = await came(office)
    await walked(office, secret, "ACCEPT REVIEW", unit=DISTRICT, confidential=True)
    everything = {own.number, others.number, secret.number}
    assert set(await behind(office)) == everything
    assert set(await behind(office, reader=CLERK)) == everything - {secret.number}
    of_unit = person(Role.HANDLER, unit=DISTRICT)
    assert set(await behind(office, reader=of_unit)) == {own.number, secret.number}
    assert set(await behind(office, reader=of_unit, unit=EDUCATION)) == set()


async def test_what_there_is_not_is_refused(office: Office) -> None:
    with pytest.raises(NotFound, match="no definition 'REPLY_RATE/9'"):
        await behind(office, "REPLY_RATE/9")
    with pytest.raises(NotFound, match="no edition 3"):
        await behind(office, edition=3)
    with pytest.raises(InvalidInput):
        await letters_behind(
            office, AskedLetters(MARCH, REPLY), Page(first=1, after="x"), SUPERVISOR, NOW
        )
