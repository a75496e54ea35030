"""A city's directory comes out of its tables, whole and the same every time."""

from __future__ import annotations

from datetime import date

import pytest

from domain.city import build_city
from domain.directory import Incumbent, System
from domain.rows import DirectoryError
from domain.words import MailboxLevel, UnitLevel
from tests.domain.tables import small_city

pytestmark = pytest.mark.ring("test")

PSEUDONYMS = "+ surname,甲\nsurname,乙\ngiven,一\ngiven,二"


def test_units_stand_from_the_city_outwards_parents_before_children() -> None:
    units = build_city(small_city()).units
    assert [(one.code, one.name, one.level, one.parent) for one in units] == [
        ("51", "蓉市", UnitLevel.CITY, None),
        ("51-JYJ", "蓉市教育局", UnitLevel.DEPARTMENT, "51"),
        ("5101", "东区", UnitLevel.DISTRICT, "51"),
        ("5101-CGJ", "东区城管局", UnitLevel.DEPARTMENT, "5101"),
        ("510101", "东区河街道", UnitLevel.TOWNSHIP, "5101"),
        ("510102", "东区山镇", UnitLevel.TOWNSHIP, "5101"),
        ("5101-LYD", "东区旅游大队", UnitLevel.FRONT_LINE, "5101"),
        ("510101-CGZ", "东区河街道城管中队", UnitLevel.FRONT_LINE, "510101"),
        ("510102-CGZ", "东区山镇城管中队", UnitLevel.FRONT_LINE, "510102"),
    ]  # fmt: skip


def test_a_path_leads_from_the_city_to_the_unit_itself() -> None:
    team = build_city(small_city()).units[-2]
    assert team.path == ("51", "5101", "510101", "510101-CGZ")


def test_english_names_say_whose_a_unit_is_and_fall_back_to_chinese() -> None:
    names = {unit.code: unit.name_en for unit in build_city(small_city()).units}
    assert names["510101"] == "River Subdistrict, East District"
    assert names["5101-CGJ"] == "Urban Management Bureau of East District"
    assert names["510102"] == "山镇, East District"


def test_a_front_line_team_belongs_to_its_system() -> None:
    city = build_city(small_city())
    assert city.systems[0] == System("CITY", "城管", "Urban management", direct_dispatch=True)
    assert [unit.system for unit in city.units if unit.level is UnitLevel.FRONT_LINE] == [
        "TOUR",
        "CITY",
        "CITY",
    ]


def test_a_unit_has_the_offices_that_fit_the_ending_of_its_name() -> None:
    assert [(one.code, one.name, one.level) for one in build_city(small_city()).mailboxes] == [
        ("51/HEAD", "蓉市市长信箱", MailboxLevel.CITY_GOVERNMENT),
        ("51-JYJ/HEAD", "蓉市教育局局长信箱", MailboxLevel.CITY_GOVERNMENT),
        ("5101/HEAD", "东区区长信箱", MailboxLevel.DISTRICT),
        ("5101-CGJ/HEAD", "东区城管局局长信箱", MailboxLevel.DISTRICT),
        ("510101/HEAD", "东区河街道办事处主任信箱", MailboxLevel.TOWNSHIP),
        ("510102/HEAD", "东区山镇镇长信箱", MailboxLevel.TOWNSHIP),
    ]


def test_lists_keep_the_order_of_the_directory() -> None:
    city = build_city(small_city())
    assert [unit.order for unit in city.units] == list(range(9))
    assert [mailbox.order for mailbox in city.mailboxes] == list(range(6))


def test_listed_incumbents_have_the_title_of_the_office() -> None:
    listed = "+ 51/HEAD,乙,2017-02-06,\n51/HEAD,甲,2012-03-01,2017-02-06"
    assert build_city(small_city(incumbents=listed)).mailboxes[0].incumbents == (
        Incumbent("甲", "市长", "Mayor", date(2012, 3, 1), date(2017, 2, 6)),
        Incumbent("乙", "市长", "Mayor", date(2017, 2, 6)),
    )


def test_without_lists_and_pseudonyms_nobody_is_known() -> None:
    assert {mailbox.incumbents for mailbox in build_city(small_city()).mailboxes} == {()}


def test_invented_incumbents_are_the_same_every_time() -> None:
    tables = small_city(pseudonyms=PSEUDONYMS)
    assert build_city(tables) == build_city(tables)


def test_invented_incumbents_follow_each_other_without_a_gap() -> None:
    for mailbox in build_city(small_city(pseudonyms=PSEUDONYMS)).mailboxes:
        held = mailbox.incumbents
        assert held[0].from_date < date(2012, 1, 1)
        assert [one.until_date for one in held] == [*(one.from_date for one in held[1:]), None]


def test_a_listed_incumbent_stands_instead_of_invented_ones() -> None:
    city = build_city(small_city(pseudonyms=PSEUDONYMS, incumbents="+ 51/HEAD,丙,2012-03-01,"))
    assert [one.name for one in city.mailboxes[0].incumbents] == ["丙"]
    assert city.mailboxes[1].incumbents


def test_places_without_a_line_go_where_the_star_goes() -> None:
    places = build_city(small_city()).places
    assert (places.mailbox_for("A1"), places.mailbox_for("Q7")) == ("5101/HEAD", "51/HEAD")


@pytest.mark.parametrize(
    ("table", "text", "complaint"),
    [
        ("divisions", "code,name,parent_code,level", "divisions.csv:1: no line with the"),
        ("divisions", "+ 52,他市,,,city", "divisions.csv:6: there can be one city only"),
        ("divisions", "+ 5102,,,51,district", "divisions.csv:6: name is missing"),
        ("divisions", "+ 5101,西区,,51,district", "divisions.csv:6: code 5101 stands there twice"),
        ("divisions", "+ 5102,西区,,99,district", "divisions.csv:6: parent_code 99 is no city"),
        ("divisions", "+ 5102,西乡,,51,township", "divisions.csv:6: parent_code 51 is no district"),
        ("divisions", "+ 5102,西区,,51,province", "divisions.csv:6: level is 'province', not"),
        ("divisions", "+ 51/2,西区,,51,district", "divisions.csv:6: code '51/2' has more than"),
        ("divisions", "+ 510103,林乡,,5101,township", "divisions.csv:6: no line of mailboxes.csv"),
        ("departments", "+ GAJ,公安局,,POLICE", "departments.csv:3: there is no system POLICE"),
        ("front_line", "+ X,CITY,队,,CITY", "front_line.csv:4: level is 'CITY', not one of"),
        ("systems", "+ BUS,公交,Buses,yes", "systems.csv:4: direct_dispatch is 'yes', not true or"),
        ("mailboxes", "+ CITY,市,HEAD,DISTRICT,长,长,X", "mailboxes.csv:8: 51/HEAD is there"),
        ("mailboxes", "+ CITY,,X,STREET,长,长,X", "mailboxes.csv:8: level is 'STREET', not one of"),
        ("place_codes", "+ A2,99/HEAD", "place_codes.csv:4: there is no mailbox 99/HEAD"),
        ("place_codes", "+ A1,51/HEAD", "place_codes.csv:4: A1 stands there twice"),
        ("place_codes", "place,mailbox\nA1,51/HEAD", "place_codes.csv:1: no line for *"),
        ("incumbents", "+ 99/HEAD,甲,2017-01-01,", "incumbents.csv:2: there is no mailbox 99/HEAD"),
        ("incumbents", "+ 51/HEAD,甲,soon,", "incumbents.csv:2: from is 'soon', not a date"),
        ("incumbents", "+ 51/HEAD,甲,2017-01-02,2017-01-02", "incumbents.csv:2: until is not"),
        (
            "incumbents",
            "+ 51/HEAD,甲,2017-01-01,\n51/HEAD,乙,2018-01-01,",
            "incumbents.csv:3: 甲 still holds the office on 2018-01-01",
        ),
        ("pseudonyms", "+ title,甲", "pseudonyms.csv:2: part is 'title', not surname or given"),
        ("pseudonyms", "+ surname,甲", "pseudonyms.csv:1: surnames and given names are both"),
    ],
)  # fmt: skip
def test_a_fault_is_named_with_its_file_and_line(table: str, text: str, complaint: str) -> None:
    with pytest.raises(DirectoryError) as caught:
        build_city(small_city(**{table: text}))
    assert str(caught.value).startswith(complaint)
