"""What everybody is told of hot issues: of no day, and of no letter more or less."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest

from domain.bulletins import Month
from domain.hot_issues import CountedLetter, HotIssue, Trend
from domain.public_issues import hot_groups, issues_of_month, issues_of_months

pytestmark = pytest.mark.ring("test")

JANUARY, FEBRUARY, MARCH = (Month(2017, number) for number in (1, 2, 3))
AFTER, BESIDE, K = MARCH.plus(1).begins, 50, 10


def letters(month: Month, count: int, writers: int) -> list[CountedLetter]:
    return [
        CountedLetter(
            f"{month} {n}", "lift", month.begins + timedelta(hours=n), bytes([n % writers])
        )
        for n in range(count)
    ]


def issue(*counts: int, writers: int | None = None) -> list[HotIssue]:
    """One that has so many letters in January, February and March, or as many as are given."""
    months = [JANUARY.plus(n) for n in range(len(counts))]
    found = {
        month: issues_of_month(
            hot_groups(letters(month, count, writers or max(1, count)), K), BESIDE, K
        )
        for month, count in zip(months, counts, strict=True)
    }
    return issues_of_months(months, found, AFTER)


@pytest.mark.parametrize("count", range(1, 45))
def test_a_number_of_letters_may_be_one_of_ten(count: int) -> None:
    def told(one: int) -> list[tuple[int, int]]:
        return [(found.letters, found.writers) for found in issue(one)]

    assert sum(told(one) == told(count) for one in range(60)) >= K


def test_months_are_added_up_as_each_of_them_is_told() -> None:
    for counts in itertools.product((0, 9, 10, 19, 31), repeat=3):
        told = [one.letters for one in issue(*counts)]
        parts = [one - one % K for one in counts]
        assert told == ([sum(parts)] if any(parts) else [])


def test_writers_are_those_of_the_month_with_most_and_letters_of_untold_months_are_not_named() -> (
    None
):
    (one,) = issue(25, 9, 12)
    assert (one.letters, one.writers) == (30, 20)
    assert (one.first_seen_at, one.last_seen_at) == (
        JANUARY.begins,
        AFTER - timedelta(milliseconds=1),
    )
    assert {key[:7] for key in one.ids} == {"2017-01", "2017-03"}
    assert one.ids[0].startswith("2017-03 11")
    (few,) = issue(25, writers=11)
    assert (few.letters, few.writers) == (20, 10)
    assert issue(25, writers=9) == []


@pytest.mark.parametrize(
    ("counts", "trend"),
    [
        ((20, 20), Trend.STEADY),
        ((20, 29), Trend.STEADY),
        ((20, 30), Trend.RISING),
        ((9, 10), Trend.RISING),
        ((40, 20), Trend.FALLING),
        ((0, 9), None),
        ((40, 0, 0), Trend.STEADY),
    ],
)
def test_the_trend_follows_from_what_is_told(counts: tuple[int, ...], trend: Trend | None) -> None:
    assert [one.trend for one in issue(*counts)] == ([trend] if trend else [])
