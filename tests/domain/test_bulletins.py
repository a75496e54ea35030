"""When a month is closed."""

from __future__ import annotations

from datetime import date, time

import pytest

from domain.bulletins import BulletinState, ClosingPlan, Month
from services.policies import read_closing_plans
from tests.domain.office import at

pytestmark = pytest.mark.ring("test")

JANUARY = Month(2017, 1)
PLAN = read_closing_plans().on(date(2017, 1, 1))
LIVE, PRELIMINARY, FROZEN = BulletinState


@pytest.mark.parametrize(
    ("when", "state"),
    [
        ("2017-01-31 23:59", LIVE),  # the month is not over
        ("2017-02-01 02:59", LIVE),
        ("2017-02-01 03:00", PRELIMINARY),
        ("2017-02-25 02:59", PRELIMINARY),
        ("2017-02-25 03:00", FROZEN),
        ("2018-01-01 00:00", FROZEN),
    ],
)
def test_preliminary_from_the_first_and_frozen_from_the_25th(
    when: str, state: BulletinState
) -> None:
    assert PLAN.state_of(JANUARY, at(when)) is state


def test_a_month_closes_at_a_moment_of_the_plan_whenever_that_is_asked() -> None:
    assert PLAN.closes_at(JANUARY, PRELIMINARY) == at("2017-02-01 03:00")
    assert PLAN.closes_at(JANUARY, FROZEN) == at("2017-02-25 03:00")
    assert PLAN.closes_at(Month(2016, 12), FROZEN) == at("2017-01-25 03:00")


def test_months_follow_each_other() -> None:
    assert Month(2016, 12).plus(1) == JANUARY
    assert JANUARY.plus(-1) == Month(2016, 12)
    assert (str(JANUARY), Month.read("2017-01")) == ("2017-01", JANUARY)
    assert JANUARY.begins == at("2017-01-01 00:00")


@pytest.mark.parametrize("text", ["2017", "2017-13", "17-01", "2017-1", ""])
def test_what_is_no_month_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"nvalid|1\.\.12"):
        Month.read(text)


def test_nothing_is_frozen_before_it_is_made() -> None:
    with pytest.raises(ValueError, match="frozen before it is made"):
        ClosingPlan("1", date(2017, 1, 1), 25, 1, time(3))
