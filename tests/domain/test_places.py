"""Which names are places: by what places are called, by the directory, by titles."""

from __future__ import annotations

import pytest

from domain.places import find_place, fold

pytestmark = pytest.mark.ring("test")


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("丽景新城", "丽景新城"),
        ("星沙大道", "星沙大道"),
        ("云栖澜苑", "云栖澜苑"),
        ("松溪湖中学", "松溪湖中学"),
        ("五一桥来建", "五一桥"),
        ("咸安新村悦园人防", "咸安新村悦园"),
        ("香樟国际a6", "香樟国际"),
        ("梅溪正荣府", "梅溪正荣府"),
    ],
)
def test_a_place_ends_with_what_places_are_called(name: str, place: str) -> None:
    assert find_place(name, (), ()) == place


@pytest.mark.parametrize(
    "name",
    [
        *(
            "符不符合条件",
            "车一过",
            "交通部门管一管",
            "卧室里",
            "购房补贴",
            "摩托车驾驶证",
            "太差太差",
        ),
        *(
            "代表市委市政府",
            "星沙204路",
            "商业广场",
            "老旧小区",
            "县妇幼保健院",
            "公交线路",
            "高速公路",
        ),
        *("余易贷", "一个星期", "事业单位工作人员"),
    ],
)
def test_a_rule_a_firm_or_half_a_sentence_is_no_place(name: str) -> None:
    assert find_place(name, (), ()) is None


def test_a_title_shows_that_a_name_without_such_a_word_is_a_place() -> None:
    titles = [fold("南山十里天池 二期漏水"), fold("投诉余易贷平台")]
    assert find_place("南山十里天池", titles, ()) == "南山十里天池"
    assert find_place("余易贷", titles, ()) is None


def test_what_the_directory_names_is_a_place() -> None:
    assert find_place("东湖高新", (), ()) is None
    assert find_place("东湖高新", (), ("高新",)) == "东湖高新"
