"""How well a mailbox answers: of twelve months, and so that nobody learns of a few letters."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from domain.figures import Part
from services.figures.mailboxes import MailboxFigures, _mean, _share, mailbox_figures
from services.office import Office
from tests.services.cohorts import letters
from tests.services.offices import DISTRICT_HEAD, MAYOR, at

pytestmark = pytest.mark.ring("test")

NOW = at("2018-03-06 09:00")


async def test_with_fewer_than_ten_letters_there_are_no_figures(office: Office) -> None:
    await letters(office, MAYOR, 9, at("2018-02-01 09:00"))
    await letters(office, DISTRICT_HEAD, 1, at("2018-02-01 09:00"))
    assert await mailbox_figures(office, MAYOR, NOW) is None
    await letters(office, MAYOR, 1, at("2018-02-02 09:00"))
    assert await mailbox_figures(office, MAYOR, NOW) is None, "the same all day"
    assert await mailbox_figures(office, MAYOR, NOW + timedelta(days=1)) is not None
    assert await mailbox_figures(office, DISTRICT_HEAD, NOW) is None
    assert await mailbox_figures(office, "nobody", NOW) is None


async def test_they_are_of_the_twelve_months_before_this_one_in_steps_of_ten(
    office: Office,
) -> None:
    moments = ("2017-02-28 23:59", "2017-03-01 00:00", "2017-06-01 00:00", "2018-01-31 23:59")
    for moment in moments:
        await letters(office, MAYOR, 5, at(moment))
    await letters(office, MAYOR, 15, at("2018-02-01 00:00"), replied=14)
    await letters(office, MAYOR, 2, NOW)
    told = await mailbox_figures(office, MAYOR, NOW)
    # 14 of 32, told in twentieths; nobody answered; of February five would be left of its level
    assert told == MailboxFigures(date(2017, 3, 1), 20, 0, 0.45, None, 0.0)


@pytest.mark.parametrize(
    ("part", "share"),
    [
        (Part(10, 15), 0.65),
        (Part(14, 15), 0.95),
        (Part(15, 15), 1.0),
        (Part(987, 1_000), 0.99),
        (Part(9, 100), None),
        (Part(0, 9), None),
        (Part(0, 0), None),
    ],
)
def test_shares_are_rounded_and_those_of_few_not_told(part: Part, share: float | None) -> None:
    assert _share(part, 10) == share


def test_days_have_two_decimals_and_those_of_few_are_not_told() -> None:
    assert _mean(Part(61.23, 10), 10) == 6.12
    assert _mean(Part(61.23, 9), 10) is None
