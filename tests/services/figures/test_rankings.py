"""Units side by side, for everybody and for those who work there."""

from __future__ import annotations

from datetime import datetime

import pytest

from domain.actors import ANONYMOUS, Actor
from domain.bulletins import BulletinState, Month
from domain.definitions import FigureName
from domain.refusals import NotFound
from domain.words import Role, UnitLevel
from services.figures.closing import closed
from services.figures.rankings import AskedRanking, Ranking, ranking
from services.figures.tallies import DISTRICTS_AND_DEPARTMENTS, Field
from services.office import Office
from storage import mongo
from tests.services.cohorts import letters
from tests.services.offices import (
    CITY,
    CLERK,
    DISTRICT,
    EDUCATION,
    GENERAL_OFFICE,
    MAYOR,
    NEXT_DISTRICT,
    SUPERVISOR,
    TOWNSHIP,
    at,
    person,
)

pytestmark = pytest.mark.ring("test")

MARCH = Month(2017, 3)
IN_MARCH, NOW = at("2017-03-06 09:00"), at("2017-03-30 09:00")


def head(unit: str) -> str:
    return f"{unit}/HEAD"


async def three_units(office: Office) -> None:
    """Education replied to all 20, the district to 10 of 20, the next one to 10 of 16."""
    await letters(office, MAYOR, 10, IN_MARCH, replied=10)
    await letters(office, head(EDUCATION), 20, IN_MARCH, replied=20)
    await letters(office, head(DISTRICT), 16, IN_MARCH, replied=10)
    await letters(office, head(TOWNSHIP), 4, IN_MARCH)
    await letters(office, head(NEXT_DISTRICT), 16, IN_MARCH, replied=10)
    await letters(office, head(GENERAL_OFFICE), 3, IN_MARCH, replied=3)


async def found(
    office: Office,
    reader: Actor = ANONYMOUS,
    *,
    figure: FigureName = FigureName.REPLY_RATE,
    field: Field = DISTRICTS_AND_DEPARTMENTS,
    minimum: int | None = None,
    now: datetime = NOW,
) -> Ranking:
    return await ranking(office, AskedRanking(MARCH, figure, field, minimum), reader, now)


def told(whole: Ranking) -> list[tuple[int, str, float]]:
    return [(one.now.rank, one.unit.code, one.now.value) for one in whole.units]


PUBLIC = [(1, EDUCATION, 1.0), (2, NEXT_DISTRICT, 0.625), (3, DISTRICT, 0.5)]


async def test_who_sees_whom_beside_whom(office: Office) -> None:
    await three_units(office)
    assert told(await found(office)) == PUBLIC
    # without a role nobody gets below ten, and more is more
    assert told(await found(office, minimum=1)) == PUBLIC
    assert told(await found(office, minimum=-5)) == PUBLIC
    assert [code for _, code, _ in told(await found(office, minimum=17))] == [EDUCATION, DISTRICT]
    assert told(await found(office, person(Role.OPS), minimum=1)) == PUBLIC
    assert told(await found(office, person(Role.CITIZEN), minimum=1)) == PUBLIC
    # those who work for the whole city see everybody; ten are the usual minimum for them, too
    assert told(await found(office, CLERK)) == PUBLIC
    assert told(await found(office, CLERK, minimum=1)) == [
        (1, EDUCATION, 1.0),
        (1, GENERAL_OFFICE, 1.0),
        (3, NEXT_DISTRICT, 0.625),
        (4, DISTRICT, 0.5),
    ]
    # and those of a unit see their own, whatever it has
    insider = person(Role.HANDLER, unit=GENERAL_OFFICE)
    assert len(told(await found(office, insider, minimum=1))) == 4
    neighbour = person(Role.HANDLER, unit=DISTRICT)
    assert told(await found(office, neighbour, minimum=1)) == PUBLIC

    # the units below another one, and those of a level
    below = Field(within=DISTRICT)
    assert told(await found(office, field=below, minimum=1)) == []
    assert told(await found(office, neighbour, field=below, minimum=1)) == [(1, TOWNSHIP, 0.0)]
    assert told(await found(office, neighbour, field=below)) == []
    stranger = person(Role.HANDLER, unit=NEXT_DISTRICT)
    assert told(await found(office, stranger, field=below, minimum=1)) == []
    level = Field(level=UnitLevel.DISTRICT)
    assert told(await found(office, field=level)) == [(1, NEXT_DISTRICT, 0.625), (2, DISTRICT, 0.5)]
    townships = Field(within=CITY, level=UnitLevel.TOWNSHIP)
    assert told(await found(office, SUPERVISOR, field=townships, minimum=1)) == [(1, TOWNSHIP, 0.0)]
    elsewhere = Field(within=NEXT_DISTRICT, level=UnitLevel.TOWNSHIP)
    assert told(await found(office, SUPERVISOR, field=elsewhere, minimum=1)) == []
    with pytest.raises(NotFound):
        await found(office, field=Field(within="nowhere"))

    # by figures of which nobody has data, nobody is ranked; less is better where it is
    assert told(await found(office, SUPERVISOR, figure=FigureName.SATISFACTION_RATE)) == []
    assert told(await found(office, figure=FigureName.AVERAGE_REPLY_DAYS)) == []


async def test_a_neighbour_that_would_give_few_letters_away_is_withheld_too(
    office: Office,
) -> None:
    await letters(office, head(EDUCATION), 11, IN_MARCH, replied=11)
    await letters(office, head(DISTRICT), 10, IN_MARCH, replied=10)
    await letters(office, head(NEXT_DISTRICT), 9, IN_MARCH, replied=9)
    assert [one.unit.code for one in (await found(office)).units] == [EDUCATION]
    everybody = await found(office, SUPERVISOR, minimum=0)
    assert {one.unit.code for one in everybody.units} == {EDUCATION, DISTRICT, NEXT_DISTRICT}


async def test_the_month_before_is_told_beside_it(office: Office) -> None:
    february = at("2017-02-06 09:00")
    await letters(office, head(EDUCATION), 30, february, replied=15)
    await letters(office, head(DISTRICT), 10, february, replied=10)
    await letters(office, head(EDUCATION), 30, IN_MARCH, replied=27)
    await letters(office, head(DISTRICT), 30, IN_MARCH, replied=24)
    await letters(office, head(NEXT_DISTRICT), 30, IN_MARCH, replied=12)
    first, second, third = (await found(office)).units
    assert (first.unit.code, first.now.rank, first.change) == (EDUCATION, 1, 40.0)
    assert first.before is not None
    assert (first.before.rank, first.before.value) == (2, 0.5)
    # ten letters are too few to be better or worse
    assert second.before is not None
    assert (second.unit.code, second.before.value, second.change) == (DISTRICT, 1.0, None)
    assert (third.before, third.change) == (None, None)


async def test_a_closed_month_stays_as_it_was_closed(office: Office, client: mongo.Client) -> None:
    cases = await letters(office, head(EDUCATION), 20, IN_MARCH, replied=10)
    bulletin, counted = await closed(office, MARCH, BulletinState.FROZEN, at("2017-04-25 03:00"))
    async with mongo.transaction(client) as session:
        assert await office.bulletins.save(bulletin, counted, session)
    await letters(office, head(EDUCATION), 10, IN_MARCH)
    later = at("2017-05-02 09:00")
    whole = await found(office, now=later)
    assert told(whole) == [(1, EDUCATION, 0.5)]
    assert whole.units[0].now.candidate.letters == len(cases)
    assert (whole.tally.month.state, whole.tally.month.as_of) == (
        BulletinState.FROZEN,
        bulletin.as_of,
    )
