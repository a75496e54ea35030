"""Topics over time: how letters are counted, and what of it the public is told."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.bulletins import Month
from domain.categories import build_taxonomy
from domain.topics import (
    EVERYTHING,
    UNCATEGORISED,
    Topic,
    TopicLevel,
    all_topics,
    count_topics,
    series_of,
    withheld_topics,
)
from domain.words import Network
from tests.domain.tables import rows
from tests.domain.written import written

pytestmark = pytest.mark.ring("test")

TAXONOMY = build_taxonomy(
    rows(
        "categories",
        "level1,level2,level3\n城建,市容,油烟\n城建,道路,\n交通,,\n教育,学校,\n教育,考试,",
    ),
    rows(
        "category_networks",
        "level1,level1_en,network\n城建,Building,LIVELIHOOD\n交通,Traffic,SAFETY\n教育,Schools,SERVICE",
    ),
)
NETWORKS = {root.id: root.network for root in TAXONOMY.roots}
TOPICS = all_topics(TAXONOMY)
LIVELIHOOD, SAFETY, SERVICE = ("LIVELIHOOD",), ("SAFETY",), ("SERVICE",)
BUILDING, STREETS, ROADS = ("LIVELIHOOD", "01"), ("LIVELIHOOD", "01", "01-01"), (
    "LIVELIHOOD", "01", "01-02",
)  # fmt: skip
SCHOOLS, EXAMS = ("SERVICE", "03", "03-01"), ("SERVICE", "03", "03-02")
JANUARY, FEBRUARY = Month(2019, 1), Month(2019, 2)
CATEGORIES: list[tuple[str, ...]] = [(), ("99",), *(one.path for one in TAXONOMY)]


def counted(**letters: int) -> Counter[Topic]:
    """Counts of so many letters by category id, ``_`` for ``-``; ``none`` has no category."""
    found = []
    for name, times in letters.items():
        one = TAXONOMY.get(name.removeprefix("c").replace("_", "-"))
        found += [written(category=one.path if one else ())] * times
    return count_topics(found, NETWORKS)


def test_a_letter_counts_for_its_category_and_all_above_it() -> None:
    counts = counted(c01_01_01=2, c01=1, c02=3)
    assert counts[STREETS] == 2
    assert counts[BUILDING] == counts[LIVELIHOOD] == 3
    assert counts[SAFETY] == 3
    assert counts[EVERYTHING] == 6


def test_a_letter_without_a_category_or_with_an_unknown_one_is_uncategorised() -> None:
    counts = count_topics([written(), written(category=("99", "99-01"))], NETWORKS)
    assert counts == {EVERYTHING: 2, UNCATEGORISED: 2}


def test_every_network_and_category_of_two_levels_is_a_topic() -> None:
    depths = Counter(len(topic) for topic in TOPICS)
    assert depths == {1: 4, 2: 3, 3: 4}
    assert TopicLevel.SECOND.depth == 3


def test_a_small_category_is_withheld_and_a_large_one_is_not() -> None:
    hidden = withheld_topics(counted(c01_01=12, c02=3, c03_01=9, none=30), TOPICS, 10)
    assert {SCHOOLS, EXAMS, SERVICE, SAFETY, ROADS} <= hidden
    assert not hidden & {STREETS, BUILDING, LIVELIHOOD, UNCATEGORISED, EVERYTHING}


def test_nothing_is_withheld_from_those_who_work_on_cases() -> None:
    assert withheld_topics(counted(c01_01=1), TOPICS, 0) == frozenset()


def test_everything_is_withheld_of_a_month_with_few_letters() -> None:
    assert withheld_topics(counted(c01_01=9), TOPICS, 10) == {EVERYTHING, *TOPICS}


def test_a_neighbour_that_would_give_a_small_one_away_is_withheld_too() -> None:
    hidden = withheld_topics(counted(c01_01=12, c01_02=3), TOPICS, 10)
    assert BUILDING not in hidden
    assert {STREETS, ROADS} <= hidden


def test_letters_right_at_a_category_may_hide_a_small_one_below_it() -> None:
    hidden = withheld_topics(counted(c01=7, c01_01=12, c01_02=3), TOPICS, 10)
    assert STREETS not in hidden
    assert ROADS in hidden
    assert STREETS in withheld_topics(counted(c01=2, c01_01=12, c01_02=3), TOPICS, 10)


def test_what_is_below_a_withheld_topic_is_withheld() -> None:
    everywhere = {"c01_01": 20, "c02": 15, "none": 40}
    hidden = withheld_topics(counted(c03_01=3, c03_02=2, **everywhere), TOPICS, 10)
    # The service network's five can be taken from the sum, so the smallest other one goes too.
    assert {SERVICE, SAFETY, ("SAFETY", "02")} <= hidden
    assert not hidden & {LIVELIHOOD, BUILDING, UNCATEGORISED}


@given(st.lists(st.tuples(st.sampled_from(CATEGORIES), st.integers(0, 25)), max_size=12))
def test_the_public_can_take_no_small_number_from_a_sum_and_its_parts(
    asked: list[tuple[tuple[str, ...], int]],
) -> None:
    letters = [written(category=category) for category, times in asked for _ in range(times)]
    counts = count_topics(letters, NETWORKS)
    hidden = withheld_topics(counts, TOPICS, 10)
    for topic in {EVERYTHING, *TOPICS} - hidden:
        assert counts[topic] >= 10
        parts = [
            one
            for one in set(TOPICS) - hidden
            if len(one) > len(topic) and one[: len(topic)] == topic
            if not any(one[:depth] not in hidden for depth in range(len(topic) + 1, len(one)))
        ]
        rest = counts[topic] - sum(counts[one] for one in parts)
        assert rest == 0 or rest >= 10


def test_months_without_letters_stand_in_a_series() -> None:
    months = [(JANUARY, counted(c01_01=12, c02=30)), (FEBRUARY, Counter[Topic]())]
    streets, traffic = series_of(months, TOPICS, [STREETS, SAFETY], 0)[::-1]
    assert [(one.letters, one.share) for one in streets.months] == [(12, 12 / 42), (0, None)]
    assert traffic.total == 30


def test_a_series_with_a_withheld_month_has_no_total() -> None:
    months = [(JANUARY, counted(c01_01=12, c02=30)), (FEBRUARY, counted(c01_01=2, c02=30))]
    (streets,) = series_of(months, TOPICS, [STREETS], 10)
    assert [one.letters for one in streets.months] == [12, None]
    assert (streets.total, streets.shown) == (None, 12)


def test_topics_with_more_letters_come_first() -> None:
    months = [(JANUARY, counted(c01_01=12, c02=30, none=12))]
    found = series_of(months, TOPICS, [UNCATEGORISED, LIVELIHOOD, SAFETY], 0)
    assert [one.topic for one in found] == [SAFETY, UNCATEGORISED, LIVELIHOOD]
    assert Network[found[0].topic[0]] is Network.SAFETY
