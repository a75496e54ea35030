"""Whatever is published of a month, put together, tells of no fewer than ten letters."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from domain.anonymity import MINIMUM
from domain.definitions import BY_ID
from domain.disclosure import disclose_all, disclose_city, disclose_part, units_told
from domain.figures import Part, sum_of
from domain.words import Channel, MailboxLevel
from tests.domain.public_city import (
    City,
    Kind,
    Knowledge,
    closed_again,
    draw_city,
    know_rows,
    know_tables,
    known_of,
)

pytestmark = pytest.mark.ring("test")

ABOVE, BELOW = MailboxLevel.CITY_GOVERNMENT, MailboxLevel.DISTRICT
TOPIC = ("SAFETY", "1", "11")


def city_of(**letters: tuple[int, int, int, int]) -> City:
    """``P_U1`` has so many letters above, of them so many replied to, and the same below."""
    counts, replied = {}, {}
    for name, (above, above_replied, below, below_replied) in letters.items():
        for level, count, answered in (
            (ABOVE, above, above_replied),
            (BELOW, below, below_replied),
        ):
            kind = Kind(("c", *name.split("_")), level, Channel.WEB, TOPIC)
            counts[kind], replied[kind] = count, answered
    return City(counts, replied)


TWO_LEVELS = city_of(
    P=(5, 2, 5, 2), P_U1=(50, 45, 40, 36), P_U2=(45, 40, 50, 44), Q=(60, 60, 60, 60)
)


def cuts(known: Knowledge) -> Iterator[Callable[[Kind], bool]]:
    """What somebody may want to know: each unit, level and category, and each two of them."""
    values: dict[str, list[Any]] = {
        "unit": sorted({kind.path[: depth + 1] for kind in known.kinds for depth in range(3)}),
        "own": sorted({kind.path for kind in known.kinds}),
        "level": sorted({kind.level for kind in known.kinds}),
        "topic": sorted({kind.topic for kind in known.kinds}),
    }
    is_of: dict[str, Callable[[Kind, object], bool]] = {
        "unit": lambda kind, one: kind.path[: len(one)] == one,  # type: ignore[arg-type]
        "own": lambda kind, one: kind.path == one,
        "level": lambda kind, one: kind.level is one,
        "topic": lambda kind, one: kind.topic == one,
    }
    for name, options in values.items():
        for one in options:
            yield lambda kind, of=is_of[name], one=one: of(kind, one)  # type: ignore[misc]
    for name, other in (("unit", "level"), ("own", "level"), ("own", "topic"), ("level", "topic")):
        for one in values[name]:
            for two in values[other]:
                yield lambda kind, a=is_of[name], b=is_of[other], one=one, two=two: (  # type: ignore[misc]
                    a(kind, one) and b(kind, two)
                )


def narrowed(*editions: City, most: int) -> list[str]:
    """The cells of one to nine letters, or their replies, that are known too well."""
    return narrowed_by(known_of(editions, MINIMUM), editions[0], most)


def narrowed_by(known: Knowledge, city: City, most: int) -> list[str]:
    found, looked_at = [], set[tuple[int, ...]]()
    for is_meant in cuts(known):
        places = tuple(known.places(is_meant))
        letters = sum(city.letters[known.kinds[place]] for place in places)
        if not 0 < letters < MINIMUM or places in looked_at or len(looked_at) >= most:
            continue
        looked_at.add(places)
        replied = (
            tuple(known.replied(one, edition) for one in places)
            for edition in range(known.editions)
        )
        for what in (places, *replied):
            least, greatest = known.bounds(what)
            if greatest - least + 1 < MINIMUM:
                found.append(f"{letters} letters of {known.kinds[places[0]]}: {least}..{greatest}")
    assert looked_at
    return found


def test_what_units_and_levels_leave_of_each_other_is_not_known() -> None:
    assert narrowed(TWO_LEVELS, most=100) == []


def test_nor_by_two_editions_together() -> None:
    assert narrowed(TWO_LEVELS, closed_again(TWO_LEVELS, 1), most=100) == []


@pytest.mark.ring("all")
@pytest.mark.parametrize("seed", range(4))
def test_no_number_of_one_to_nine_is_known_to_fewer_than_ten_values(seed: int) -> None:
    assert narrowed(draw_city(seed), most=4) == []


def test_a_solver_finds_what_open_data_leave_of_a_published_sum() -> None:
    city = city_of(P=(14, 14, 60, 60), Q=(60, 60, 60, 60))
    kinds = [one for one in city.letters if (one.path[-1], one.level) == ("P", ABOVE)]
    few = replace(kinds[0], topic=("SERVICE", "2", ""))
    city = City({**city.letters, kinds[0]: 10, few: 4}, {**city.replied, kinds[0]: 10, few: 4})
    careless = Knowledge(sorted(city.letters))
    know_tables(careless, city, MINIMUM)
    know_rows(careless, city.rows(MINIMUM, beside_tables=False))
    assert narrowed_by(careless, city, 100) != []
    assert narrowed(city, most=100) == []


@pytest.mark.ring("release")
@pytest.mark.parametrize("seed", range(4, 24))
def test_nor_in_any_other_city(seed: int) -> None:
    city = draw_city(seed)
    assert narrowed(city, most=24) == []
    assert narrowed(city, closed_again(city, seed), most=4) == []


def test_a_solver_finds_what_is_published_without_care() -> None:
    known = Knowledge(sorted(TWO_LEVELS.letters))
    above = known.places(lambda kind: kind.level is ABOVE)
    for code, count in (("P", 100), ("U1", 50), ("U2", 45)):
        places = [one for one in above if code in known.kinds[one].path]
        known.know(dict.fromkeys(places, 1), count, count)
    own = [one for one in above if known.kinds[one].path == ("c", "P")]
    assert known.bounds(own) == (5, 5)


# What is told


def test_of_a_unit_nobody_is_told_the_levels_nor_of_a_level_the_units() -> None:
    cells = TWO_LEVELS.cells
    assert disclose_part(cells, "P", None, MINIMUM).letters == 195
    assert disclose_part(cells, "P", None, MINIMUM).counts.by_level == {}
    assert disclose_part(cells, "P", ABOVE, MINIMUM).letters is None
    assert disclose_part(cells, "P", ABOVE, MINIMUM).withheld == BY_ID.keys()
    assert disclose_part(cells, None, ABOVE, MINIMUM).letters == 160


def test_a_city_of_few_letters_is_told_nothing_and_one_of_none_that_it_has_none() -> None:
    few = sum_of(city_of(P=(5, 5, 4, 4)).cells)
    assert (disclose_city(few, MINIMUM).letters, disclose_all(few).letters) == (None, 9)
    assert disclose_city(few, MINIMUM).withheld == BY_ID.keys()
    none = disclose_city(sum_of(()), MINIMUM)
    assert (none.letters, none.withheld) == (0, frozenset())


def test_a_small_level_takes_the_smallest_of_the_others_along() -> None:
    cells = city_of(P=(3, 3, 40, 40)).cells
    assert disclose_city(sum_of(cells), MINIMUM).counts.by_level == {}
    cells = city_of(P=(12, 12, 40, 40)).cells
    levels = disclose_city(sum_of(cells), MINIMUM).counts.by_level
    assert levels == {ABOVE: 12, BELOW: 40, **dict.fromkeys(set(MailboxLevel) - {ABOVE, BELOW}, 0)}


@pytest.mark.parametrize(("replied", "is_told"), [(0, False), (9, False), (10, True), (50, True)])
def test_a_rate_of_few_replies_is_withheld_and_one_of_few_late_ones_is_but_for_none(
    replied: int, is_told: bool
) -> None:
    cells = city_of(P=(50, replied, 60, 60), Q=(90, 90, 90, 90)).cells
    assert BY_ID["REPLY_RATE/1"].id in disclose_part(cells, None, ABOVE, MINIMUM).counts.parts
    few = city_of(P=(25, replied, 25, 0), Q=(90, 90, 90, 90)).cells
    assert ("P" in units_told(few, BY_ID["REPLY_RATE/1"], MINIMUM)) is is_told
    assert ("P" in units_told(few, BY_ID["OVERDUE_RATE/1"], MINIMUM)) is (is_told or not replied)


@pytest.mark.parametrize(("late", "is_told"), [(0, True), (1, False), (9, False), (10, True)])
def test_of_the_whole_city_few_late_letters_are_withheld_and_none_are_told(
    late: int, is_told: bool
) -> None:
    told = disclose_city(sum_of(city_of(P=(50, late, 60, 0)).cells), MINIMUM)
    assert ("OVERDUE_RATE/1" in told.counts.parts) is is_told


def test_days_are_told_as_the_sum_of_ten_letters_or_more() -> None:
    cells = [
        replace(cell, parts={**cell.parts, "AVERAGE_REPLY_DAYS/1": Part(99.5, cell.letters)})
        for cell in city_of(P=(40, 40, 0, 0), P_U1=(9, 9, 0, 0), P_U2=(12, 12, 0, 0)).cells
    ]
    days = units_told(cells, BY_ID["AVERAGE_REPLY_DAYS/1"], MINIMUM)
    assert days & {"P", "U1", "U2"} == {"P", "U2"}
