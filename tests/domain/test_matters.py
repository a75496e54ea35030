"""What is found in a letter: names by where they stand, words that say something."""

from __future__ import annotations

import pytest

from domain.matters import COMMON, SAID_ONCE, TITLE_WEIGHT, matter_of, pieces
from services.matters.segmentation import tagged

pytestmark = pytest.mark.ring("test")

PLANT = "A2区丽景新城附近修建搅拌站，噪音扰民"


@pytest.mark.parametrize(
    ("title", "name"),
    [
        (PLANT, "丽景新城"),
        ("投诉A市云栖澜苑捆绑销售车位", "云栖澜苑"),
        ("A7县松溪湖中学周末补课", "松溪湖中学"),
        ("请A市加大对P2P平台万余贷的侦查力度", "万余贷"),
    ],
)
def test_a_name_is_found_that_no_dictionary_has(title: str, name: str) -> None:
    assert name in matter_of(title, "", tagged).places


@pytest.mark.parametrize("title", ["楼下烧烤店油烟扰民", "公司拖欠员工工资", "小区消防通道被占"])
def test_what_happens_anywhere_is_no_name(title: str) -> None:
    assert not matter_of(title, "", tagged).places


def test_a_name_is_compared_by_three_signs_at_a_time() -> None:
    assert pieces("丽景新城") == ("丽景新", "景新城")
    assert pieces("东六路") == ("东六路",)


def test_what_many_places_are_called_is_no_piece_of_a_name() -> None:
    assert pieces("职业技术学院") == ()


def test_a_letter_is_known_by_the_names_of_its_title() -> None:
    matter = matter_of(PLANT, "我在翠竹雅苑上班。", tagged)
    assert matter.heads == {"丽景新", "景新城"}
    assert "翠竹雅" in matter.names


def test_a_letter_whose_title_names_nothing_is_known_by_the_names_of_its_body() -> None:
    matter = matter_of("搅拌站噪音扰民", "我是丽景新城的业主，请管一管。", tagged)
    assert {"丽景新", "景新城"} <= matter.heads


def test_a_name_that_the_body_does_not_repeat_weighs_less() -> None:
    repeated = matter_of(PLANT, "丽景新城的人睡不着。", tagged)
    once = matter_of(PLANT, "大家睡不着。", tagged)
    assert repeated.names["丽景新"] == pytest.approx(1.0)
    assert once.names["丽景新"] == pytest.approx(SAID_ONCE)


def test_a_run_of_common_nouns_weighs_less_than_a_name() -> None:
    matter = matter_of("购房补贴资格何时公布", "购房补贴资格", tagged)
    assert set(matter.names.values()) == {COMMON}


def test_a_word_of_the_title_says_more_and_the_kind_of_place_says_nothing() -> None:
    words = matter_of("人民医院停车收费太贵", "医院的停车场每小时十元。", tagged).words
    assert words["收费"] == TITLE_WEIGHT
    assert words["停车场"] == 1.0
    assert "医院" not in words


def test_no_sentence_is_kept() -> None:
    matter = matter_of(PLANT, "我住在三栋，每天晚上都睡不着。" * 40, tagged)
    assert all(len(word) < 15 for word in (*matter.words, *matter.names, *matter.places))
    assert len(matter.words) <= 40


def test_what_a_body_names_later_is_not_what_the_letter_is_known_by() -> None:
    body = "我是丽景新城的业主。" + "，".join(("翠竹雅苑", "望江府小区", "云栖澜苑", "松溪湖中学"))
    matter = matter_of("搅拌站噪音扰民", body, tagged)
    assert "丽景新" in matter.heads
    assert "松溪湖" in matter.names
    assert "松溪湖" not in matter.heads
