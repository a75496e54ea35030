"""A month as it is told: live, closed, of a part of the city, and against a baseline."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from domain.actors import ANONYMOUS, Actor
from domain.bulletins import BulletinState, Month
from domain.definitions import FigureName
from domain.refusals import InvalidInput, NotFound
from domain.words import Channel, LetterKind, MailboxLevel, Role
from services.figures.baselines import record_baseline
from services.figures.bulletins import ToldBulletin, ToldFigure, bulletin_of
from services.figures.months import Scope, cells_of, read_month
from services.office import Office
from storage.mongo import Database
from tests.services.cohorts import letters
from tests.services.months import (
    CLOSED,
    FEBRUARY,
    MARCH,
    NOW,
    answered,
    came,
    froze,
    replied,
)
from tests.services.offices import (
    CITY,
    CLERK,
    DISTRICT,
    DISTRICT_HEAD,
    EDUCATION,
    MAYOR,
    NEXT_DISTRICT,
    TOWNSHIP,
    at,
    person,
    walked,
)

pytestmark = pytest.mark.ring("test")

REPLY, SATISFACTION = FigureName.REPLY_RATE, FigureName.SATISFACTION_RATE
DAYS = FigureName.AVERAGE_REPLY_DAYS


async def told(
    office: Office, month: Month = MARCH, reader: Actor = CLERK, **asked: object
) -> ToldBulletin:
    """As staff of the city are told, who see everything."""
    return await bulletin_of(office, month, NOW, reader=reader, **asked)  # type: ignore[arg-type]


def made_of(figure: ToldFigure) -> tuple[float | None, int | None]:
    return figure.numerator, figure.denominator


async def test_a_month_without_letters_has_no_data_and_no_change(office: Office) -> None:
    found = await told(office)
    assert (found.letters, found.edition, found.closed_at) == (0, None, None)
    assert found.state is BulletinState.LIVE
    assert [one.name for one in found.figures] == list(FigureName)
    for one in found.every:
        assert (one.value, one.change, one.withheld) == (None, None, False)
        assert made_of(one) == (0, 0)


async def test_a_live_month_is_counted_to_this_moment(office: Office) -> None:
    await replied(office)
    await came(office, mailbox=DISTRICT_HEAD, channel=Channel.WEB)
    await came(office, "2017-02-28 23:59")
    await came(office, "2017-04-01 00:00")
    found = await told(office)
    assert found.letters == 2
    by_level = {MailboxLevel.CITY_GOVERNMENT: 1, MailboxLevel.DISTRICT: 1}
    assert found.by_level == dict.fromkeys(MailboxLevel, 0) | by_level
    assert found.by_channel == dict.fromkeys(Channel, 0) | {Channel.APP: 1, Channel.WEB: 1}
    assert made_of(found.figure(REPLY)) == (1, 2)
    assert found.figure(REPLY).value == 0.5
    assert found.figure(DAYS).value == pytest.approx(6 / (24 * 60))
    assert found.figure(FigureName.OVERDUE_RATE).value == 0


async def test_both_versions_of_the_satisfaction_rate_are_told(office: Office) -> None:
    pleased, displeased, _silent = [await replied(office) for _ in range(3)]
    await answered(office, pleased, at("2017-03-08 09:00"))
    await answered(office, displeased, at("2017-03-08 09:00"), 1, resolved=False)
    found = await told(office)
    assert made_of(found.figure(SATISFACTION)) == (1, 2)
    versions = {one.definition.id: made_of(one) for one in found.every}
    assert versions["SATISFACTION_RATE/1"] == (1, 1)  # one concluded, and not dissatisfied


async def test_a_merged_letter_has_its_main_cases_reply(office: Office) -> None:
    main = await replied(office, "2017-02-27 09:00")
    await walked(office, await came(office), "JOIN", main_case=main.id)
    await walked(office, await came(office, kind=LetterKind.CONSULTATION), "REJECT")
    found = await told(office)
    assert made_of(found.figure(REPLY)) == (2, 2)
    assert made_of(found.figure(FigureName.RESOLUTION_RATE)) == (1, 2)
    assert made_of(found.figure(FigureName.OVERDUE_RATE)) == (0, 0)


# Parts of the city


async def test_a_subtree_and_a_level_are_told_of_a_live_month_and_of_a_closed_one(
    office: Office, database: Database
) -> None:
    await replied(office)
    await replied(office, unit=TOWNSHIP)
    await replied(office, unit=EDUCATION)
    await came(office, mailbox=DISTRICT_HEAD)
    expected: list[tuple[dict[str, Any], tuple[float, int], int]] = [
        ({"unit": DISTRICT}, (2, 3), 1),
        ({"unit": TOWNSHIP}, (1, 1), 0),
        ({"unit": EDUCATION}, (1, 1), 1),
        ({"unit": NEXT_DISTRICT}, (0, 0), 0),
        ({"level": MailboxLevel.DISTRICT}, (0, 1), 0),
        ({"unit": DISTRICT, "level": MailboxLevel.CITY_GOVERNMENT}, (2, 2), 1),
    ]
    for edition in (None, 1):
        for asked, reply, of_average in expected:
            found = await told(office, **asked)
            assert found.edition == edition
            assert made_of(found.figure(REPLY)) == reply
            assert found.figure(DAYS).denominator == of_average
        if edition is None:
            await froze(office, database)


async def test_the_figures_of_a_units_few_letters_are_for_its_own_people(office: Office) -> None:
    for _ in range(9):
        await replied(office)
    await replied(office, unit=NEXT_DISTRICT)
    anonymous = (await told(office, reader=ANONYMOUS, unit=DISTRICT)).figure(REPLY)
    assert anonymous.withheld
    assert (anonymous.value, anonymous.change, made_of(anonymous)) == (None, None, (None, None))
    own, other = (person(Role.HANDLER, unit=unit) for unit in (DISTRICT, NEXT_DISTRICT))
    assert made_of((await told(office, unit=DISTRICT, reader=own)).figure(REPLY)) == (9, 9)
    assert (await told(office, unit=DISTRICT, reader=other)).figure(REPLY).withheld
    assert made_of((await told(office, reader=ANONYMOUS)).figure(REPLY)) == (10, 10)
    ops = person(Role.OPS)
    assert (await told(office, unit=DISTRICT, reader=ops)).figure(REPLY).withheld


@pytest.mark.ring("all")
async def test_a_neighbour_that_would_give_few_letters_away_is_withheld_too(
    office: Office,
) -> None:
    for _ in range(10):
        await replied(office)
    await replied(office, unit=NEXT_DISTRICT)
    public = partial(told, office, reader=ANONYMOUS)
    assert (await public(unit=DISTRICT)).figure(REPLY).withheld
    assert (await public(unit=DISTRICT)).letters is None
    whole = await public(unit=CITY)
    assert (whole.letters, whole.figure(REPLY).value, whole.by_level) == (11, 1, {})


async def test_the_public_is_told_the_same_all_day(office: Office) -> None:
    await letters(office, MAYOR, 10, at("2017-03-06 09:00"))
    public = partial(bulletin_of, office, MARCH)
    in_the_morning = await public(at("2017-03-07 09:00"))
    assert (in_the_morning.letters, in_the_morning.as_of) == (10, at("2017-03-07 09:00"))
    await letters(office, MAYOR, 1, at("2017-03-07 10:00"))
    await letters(office, MAYOR, 1, at("2017-03-06 10:00"))  # taken in later
    assert await public(at("2017-03-07 12:00")) == in_the_morning
    assert (await public(at("2017-03-08 00:00"))).letters == 12
    assert (await public(at("2017-03-07 12:00"), reader=CLERK)).letters == 12


@pytest.mark.ring("all")
async def test_a_change_does_not_give_a_withheld_month_away(office: Office) -> None:
    for _ in range(10):
        await replied(office)
    await replied(office, "2017-02-20 09:00")
    public = (await told(office, unit=DISTRICT, reader=ANONYMOUS)).figure(REPLY)
    assert (public.value, public.change, public.baseline.values) == (1, None, {})


# What it is compared with


async def test_the_month_before_is_the_usual_baseline(office: Office) -> None:
    await letters(office, MAYOR, 30, at("2017-02-27 09:00"), replied=15)
    await letters(office, MAYOR, 30, at("2017-03-06 09:00"), replied=30)
    figure = (await told(office, reader=ANONYMOUS)).figure(REPLY)
    assert (figure.baseline.name, figure.baseline.recorded) == ("2017-02", False)
    assert figure.change == 50
    assert (await told(office)).figure(SATISFACTION).change is None
    named = (await told(office, baseline="2017-03")).figure(REPLY)
    assert (named.baseline.name, named.change) == ("2017-03", 0)


async def test_of_few_letters_nothing_is_better_or_worse(office: Office) -> None:
    await replied(office, "2017-02-27 09:00")
    await came(office, "2017-02-27 09:00")
    await replied(office)
    figure = (await told(office)).figure(REPLY)
    assert (figure.value, figure.change, figure.baseline.name) == (1, None, "2017-02")


RECORDED = {REPLY: 0.99, DAYS: 7.22}


async def recorded(office: Office, name: str, month: Month | None) -> None:
    await record_baseline(office, name, "a report", RECORDED, month, NOW)


@pytest.mark.ring("all")
async def test_a_recorded_baseline_stands_in_where_there_were_no_letters_before(
    office: Office,
) -> None:
    await replied(office)
    await recorded(office, "before trial operation", MARCH)
    figure = (await told(office)).figure(REPLY)
    assert figure.baseline.recorded
    assert (figure.baseline.name, figure.baseline.source) == ("before trial operation", "a report")
    assert figure.baseline.values == {"REPLY_RATE": 0.99, "AVERAGE_REPLY_DAYS": 7.22}
    assert (await told(office)).figure(SATISFACTION).change is None
    of_district = (await told(office, unit=DISTRICT)).figure(REPLY)
    assert (of_district.baseline.name, of_district.change) == ("2017-02", None)


async def test_it_does_not_where_there_were_letters_or_two_are_recorded(office: Office) -> None:
    await replied(office)
    await recorded(office, "one", MARCH)
    await recorded(office, "by its name only", None)
    assert (await told(office)).figure(REPLY).baseline.name == "one"
    await recorded(office, "another", MARCH)
    assert (await told(office)).figure(REPLY).baseline.name == "2017-02"
    assert (await told(office, baseline="another")).figure(REPLY).baseline.recorded


async def test_a_closed_month_keeps_what_it_was_compared_with(
    office: Office, database: Database
) -> None:
    await replied(office, "2017-02-27 09:00")
    await replied(office)
    await froze(office, database, FEBRUARY, at("2017-03-25 03:00"))
    await froze(office, database)
    before = await told(office)
    await came(office, "2017-02-27 09:00")
    await recorded(office, "before trial operation", MARCH)
    assert await told(office) == before
    assert before.figure(REPLY).baseline.edition == 1


async def test_a_baseline_that_was_recorded_late_is_used_by_a_month_that_had_none(
    office: Office, database: Database
) -> None:
    await replied(office)
    await froze(office, database)
    assert (await told(office)).figure(REPLY).baseline.name == "2017-02"
    await recorded(office, "before trial operation", MARCH)
    assert (await told(office)).figure(REPLY).baseline.name == "before trial operation"


async def test_what_cannot_be_compared_with_is_refused(office: Office) -> None:
    await recorded(office, "before trial operation", MARCH)
    with pytest.raises(NotFound, match="no baseline 'before'") as unknown:
        await told(office, baseline="before")
    assert unknown.value.field == "baseline"
    for part in ({"unit": DISTRICT}, {"level": MailboxLevel.DISTRICT}):
        with pytest.raises(InvalidInput, match="whole city"):
            await told(office, baseline="before trial operation", **part)
    with pytest.raises(InvalidInput) as to_come:
        await told(office, baseline="2017-06")
    assert to_come.value.field == "baseline"


# Closed months


async def test_a_closed_month_is_read_and_says_what_it_was_made_of(
    office: Office, database: Database
) -> None:
    await replied(office)
    live = await told(office)
    await froze(office, database)
    frozen = await told(office)
    assert (frozen.edition, frozen.state, frozen.closed_at) == (1, BulletinState.FROZEN, CLOSED)
    assert frozen.figures == live.figures
    assert frozen.code
    assert frozen.digest is not None
    assert len(frozen.digest) == 64
    assert frozen.revision is None
    await came(office)
    assert await told(office) == frozen
    await database["cases"].delete_many({})
    assert await told(office) == frozen
    cells = await cells_of(office, MARCH, NOW)
    assert cells.summed(Scope(in_public=False), office.minimum).letters == 1


async def test_an_unknown_edition_or_unit_is_not_found(office: Office, database: Database) -> None:
    with pytest.raises(NotFound, match="2017-03 has no edition 1") as live:
        await told(office, edition=1)
    assert live.value.field == "edition"
    await froze(office, database)
    assert (await told(office, edition=1)).edition == 1
    with pytest.raises(NotFound, match="no edition 2"):
        await told(office, edition=2)
    with pytest.raises(NotFound, match="no such unit"):
        await told(office, unit="nobody")


@pytest.mark.parametrize(
    "text",
    ["2017", "2017-1", "2017-13", "2017-00", "17-01", "", "2017-01-01", "0000-01", "0001-01",
     "9999-12", "2017-06", "２０１７-01", " 2017-01", "2017-W1"],
)  # fmt: skip
def test_what_is_no_month_or_is_still_to_come_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_month(text, NOW)
    assert refused.value.field == "month"


def test_this_month_begins_in_the_citys_time() -> None:
    assert read_month("2017-05", at("2017-05-01 00:00")) == Month(2017, 5)
    with pytest.raises(InvalidInput):
        read_month("2017-05", at("2017-05-01 00:00") - timedelta(milliseconds=1))
