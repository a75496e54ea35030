"""Units, mailboxes and those who hold them."""

from __future__ import annotations

from datetime import date

import pytest

from domain.directory import (
    Incumbent,
    Mailbox,
    PlaceCodes,
    System,
    Unit,
    is_district_or_city_department,
)
from domain.words import MailboxLevel, UnitLevel

pytestmark = pytest.mark.ring("test")

BEFORE = Incumbent("甲", "市长", "Mayor", date(2012, 3, 1), date(2017, 1, 30))
AFTER = Incumbent("乙", "市长", "Mayor", date(2017, 2, 6))
MAYOR = Mailbox(
    code="5101/HEAD",
    name="成都市市长信箱",
    name_en="Mailbox of the Mayor, Chengdu",
    level=MailboxLevel.CITY_GOVERNMENT,
    unit="5101",
    office="HEAD",
    order=1,
    incumbents=(BEFORE, AFTER),
)


def unit(level: UnitLevel, *path: str) -> Unit:
    return Unit(
        code=path[-1],
        name="单位",
        name_en="Unit",
        level=level,
        parent=path[-2] if len(path) > 1 else None,
        path=path,
        system=None,
        order=0,
    )


@pytest.mark.parametrize(
    ("day", "incumbent"),
    [
        (date(2012, 2, 29), None),  # before anybody who is known
        (date(2012, 3, 1), BEFORE),  # a term's first day
        (date(2017, 1, 29), BEFORE),  # its last
        (date(2017, 1, 30), None),  # vacant
        (date(2017, 2, 6), AFTER),
        (date(2099, 1, 1), AFTER),  # still there
    ],
)
def test_an_office_has_the_incumbent_of_the_day(day: date, incumbent: Incumbent | None) -> None:
    assert MAYOR.incumbent_on(day) == incumbent


def test_a_mailbox_promises_ten_working_days_unless_told_otherwise() -> None:
    assert MAYOR.promise_working_days == 10


@pytest.mark.parametrize(
    ("one", "counted"),
    [
        (unit(UnitLevel.CITY, "5101"), False),
        (unit(UnitLevel.DEPARTMENT, "5101", "5101-JYJ"), True),
        (unit(UnitLevel.DISTRICT, "5101", "510104"), True),
        (unit(UnitLevel.DEPARTMENT, "5101", "510104", "510104-JYJ"), False),  # a bureau
        (unit(UnitLevel.TOWNSHIP, "5101", "510104", "510104019"), False),
        (unit(UnitLevel.FRONT_LINE, "5101", "510104", "510104-CGD"), False),
    ],
)
def test_the_average_reply_time_is_of_districts_and_city_departments(
    one: Unit, counted: bool
) -> None:
    assert is_district_or_city_department(one) is counted


def test_a_unit_is_within_itself_and_all_above_it() -> None:
    township = unit(UnitLevel.TOWNSHIP, "5101", "510104", "510104019")
    assert [township.is_within(code) for code in ("5101", "510104", "510104019", "510105")] == [
        True,
        True,
        True,
        False,
    ]


def test_names_come_in_both_languages() -> None:
    system = System("URBAN_MANAGEMENT", "城管", "Urban management", direct_dispatch=True)
    assert (MAYOR.named("zh"), MAYOR.named("en")) == (MAYOR.name, MAYOR.name_en)
    assert (system.named("zh"), system.named("en")) == ("城管", "Urban management")


def test_a_letter_without_a_known_place_has_a_mailbox_too() -> None:
    places = PlaceCodes({"A1": "510104/HEAD"}, otherwise="5101/HEAD")
    assert places.mailbox_for("A1") == "510104/HEAD"
    assert {places.mailbox_for(place) for place in (None, "", "Z9")} == {"5101/HEAD"}
