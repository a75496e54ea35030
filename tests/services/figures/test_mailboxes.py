"""How well a mailbox answers: of twelve months, and of no fewer than ten letters."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from domain.figures import Part
from domain.workflow import Action
from services.figures.mailboxes import _a_year_before, _spans, mailbox_figures
from services.office import Office
from services.process import Act, act
from tests.services.cohorts import letters
from tests.services.offices import (
    CLERK,
    DISTRICT_HEAD,
    MAYOR,
    TO_CALLBACK,
    at,
    sent,
    walked,
)

pytestmark = pytest.mark.ring("test")

NOW = at("2018-03-06 09:00")
MINUTE = timedelta(minutes=1)


async def test_with_fewer_than_ten_letters_there_are_no_figures(office: Office) -> None:
    await letters(office, MAYOR, 9, at("2018-02-01 09:00"))
    await letters(office, DISTRICT_HEAD, 1, at("2018-02-01 09:00"))
    assert await mailbox_figures(office, MAYOR, NOW) is None
    await letters(office, MAYOR, 1, at("2018-02-02 09:00"))
    assert await mailbox_figures(office, MAYOR, NOW + timedelta(days=1)) is not None
    assert await mailbox_figures(office, DISTRICT_HEAD, NOW) is None


async def test_they_are_of_twelve_months_until_now(office: Office) -> None:
    moments = ("2017-03-05 23:59", "2017-03-06 00:00", "2017-06-01 00:00", "2018-01-31 23:59")
    for moment in moments:
        await letters(office, MAYOR, 3, at(moment))
    await letters(office, MAYOR, 2, at("2018-02-01 00:00"), replied=1)
    await letters(office, MAYOR, 2, NOW)
    told = await mailbox_figures(office, MAYOR, NOW)
    assert told is not None
    assert (told.since, told.letters, told.last_month) == (date(2017, 3, 6), 13, 2)
    assert told.reply_rate == Part(1, 13)
    # one reply, and no answer: of too few to be told
    assert (told.reply_days, told.satisfaction_rate) == (None, None)


async def test_replies_count_whichever_unit_gave_them_and_answers_when_there_are_ten(
    office: Office,
) -> None:
    for place in range(11):
        case = (await sent(office, f"letter {place}", when=at("2018-02-05 09:00"))).case
        if place == 10:
            break
        case = await walked(office, case, TO_CALLBACK)
        said = {"resolved": True, "satisfaction": 5 if place else 2}
        answered = Act(Action.RECORD_CALLBACK, said)
        await act(office, case.id, answered, CLERK, case.updated_at + MINUTE)
    told = await mailbox_figures(office, MAYOR, NOW)
    assert told is not None
    assert (told.letters, told.last_month) == (11, 11)
    assert told.reply_rate == Part(10, 11)
    assert told.satisfaction_rate == Part(9, 10)
    assert told.reply_days is not None
    assert told.reply_days.value == pytest.approx(6 / (24 * 60))


@pytest.mark.parametrize(
    ("day", "before"),
    [
        (date(2018, 3, 6), date(2017, 3, 6)),
        (date(2020, 2, 29), date(2019, 2, 28)),
        (date(2021, 2, 28), date(2020, 2, 28)),
    ],
)
def test_a_year_before(day: date, before: date) -> None:
    assert _a_year_before(day) == before


@pytest.mark.parametrize(
    "now",
    [
        datetime(2018, 3, 6, 1, tzinfo=UTC),
        datetime(2018, 2, 28, 16, tzinfo=UTC),  # the first moment of March in the city
        datetime(2018, 2, 28, 15, 59, tzinfo=UTC),
        datetime(2020, 2, 29, 1, tzinfo=UTC),
    ],
)
def test_the_spans_follow_each_other_without_a_gap(now: datetime) -> None:
    since = _a_year_before((now + timedelta(hours=8)).date())
    spans = _spans(since, now)
    assert all(begins < ends for begins, ends in spans)
    assert [begins for begins, _ in spans[1:]] == [ends for _, ends in spans[:-1]]
    assert spans[0][0] == datetime(since.year, since.month, since.day, tzinfo=UTC) - timedelta(
        hours=8
    )
    assert now < spans[-1][1] <= now + timedelta(milliseconds=1)
