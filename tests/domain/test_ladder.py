"""The supervision ladder: days per rung are data, counted by the official calendar."""

from __future__ import annotations

from datetime import date

import pytest

from domain.ladder import CITY_LADDERS, Ladder, build_ladders
from domain.rows import Row
from domain.words import Rung
from services.policies import read_ladders
from tests.domain.office import RULEBOOK, at

pytestmark = pytest.mark.ring("test")

NOTICE, YELLOW, RED, LEADER = Rung
DAYS = {NOTICE: 0, YELLOW: 3, RED: 5, LEADER: 10}
LADDER = Ladder("1", date(2017, 1, 1), DAYS)

# A date that passed at the end of a day, and when each rung is climbed: 1 ms after the end of
# the last working day, so that the day itself is the unit's to the end.
CLIMBS = [
    # Monday 2017-03-13: an ordinary fortnight
    ("2017-03-13", "2017-03-13", "2017-03-16", "2017-03-20", "2017-03-27"),
    # Thursday 2017-01-26: Spring Festival to 2 February, Saturday 4 February makes up for it
    ("2017-01-26", "2017-01-26", "2017-02-06", "2017-02-08", "2017-02-15"),
    # Wednesday 2017-05-24: Saturday 27 May makes up for the Dragon Boat Festival
    ("2017-05-24", "2017-05-24", "2017-05-27", "2017-06-01", "2017-06-08"),
]


@pytest.mark.parametrize("row", CLIMBS)
def test_each_rung_waits_for_its_working_days(row: tuple[str, ...]) -> None:
    due, *ends = row
    due_at = at(f"{due} 23:59").replace(second=59)
    climbed = [LADDER.climbed_at(rung, due_at, RULEBOOK.calendar) for rung in Rung]
    passed = [at(f"{end} 23:59").replace(second=59, microsecond=1000) for end in ends]
    assert climbed == passed


def test_the_shipped_table_is_what_holds_without_one() -> None:
    assert read_ladders() == CITY_LADDERS
    assert dict(CITY_LADDERS.on(date(2017, 1, 20)).days) == DAYS


@pytest.mark.parametrize(
    ("days", "reason"),
    [
        ({NOTICE: 0, YELLOW: 3, RED: 5}, "no LEADER_INSTRUCTION"),
        ({**DAYS, YELLOW: 6}, "does not go up"),
        ({**DAYS, NOTICE: -1}, "does not go up"),
        ({**DAYS, LEADER: 401}, "does not go up"),
    ],
)
def test_a_ladder_that_nobody_can_climb_is_refused(days: dict[Rung, int], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        Ladder("1", date(2017, 1, 1), days)


def _rows(*lines: str) -> list[Row]:
    columns = ("version", "valid_from", "rung", "working_days")
    return [
        Row("ladder.csv", number, dict(zip(columns, line.split(","), strict=True)))
        for number, line in enumerate(lines, start=2)
    ]


FIRST = tuple(f"1,2017-01-01,{rung},{days}" for rung, days in DAYS.items())


def test_versions_hold_from_their_day_on() -> None:
    later = tuple(f"2,2018-07-01,{rung},{days + 1}" for rung, days in DAYS.items())
    ladders = build_ladders(_rows(*later, *FIRST))
    found = [ladders.on(date(year, 12, 1)).days[YELLOW] for year in (2016, 2017, 2018)]
    assert found == [3, 3, 4]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("1,2017-01-01,ORANGE_CARD,4", "rung is 'ORANGE_CARD'"),
        ("1,2017-01-01,NOTICE,1", "a line above says the same rung"),
        ("1,2017-01-02,NOTICE,1", "version 1 begins on 2017-01-01"),
        ("2,2018-01-01,NOTICE,-1", "not a number from 0 to 400"),
        ("2,2018-01-01,NOTICE,401", "not a number from 0 to 400"),
    ],
)
def test_a_bad_row_is_named(line: str, reason: str) -> None:
    with pytest.raises(ValueError, match=rf"^ladder\.csv:6: .*{reason}"):
        build_ladders(_rows(*FIRST, line))
