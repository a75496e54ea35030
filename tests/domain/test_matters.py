"""What is found in a letter: names by where they stand, words that say something."""

from __future__ import annotations

import pytest

from domain.issues import likeness, weighed
from domain.matters import matter_of, pieces
from services.matters.segmentation import tagged

PLANT = "A2区丽景新城附近修建搅拌站，噪音扰民"


@pytest.mark.parametrize(
    ("title", "name"),
    [
        (PLANT, "丽景新城"),
        ("投诉A市伊园滨河苑捆绑销售车位", "伊园滨河苑"),
        ("A7县青竹湖中学周末补课", "青竹湖中学"),
        ("请A市加大对P2P平台余易贷的侦查力度", "余易贷"),
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


def test_no_sentence_is_kept() -> None:
    matter = matter_of(PLANT, "我住在三栋，每天晚上都睡不着。" * 40, tagged)
    assert all(len(word) < 15 for word in (*matter.words, *matter.names, *matter.places))
    assert len(matter.words) <= 40


def _likeness(one: str, other: str) -> float:
    mine, theirs = (weighed(matter_of(text, text, tagged), {}, 1) for text in (one, other))
    return likeness(mine, [theirs])


def test_the_same_place_and_the_same_matter_are_alike() -> None:
    assert _likeness(PLANT, "丽景新城小区旁边的搅拌站粉尘噪音太大") > 1


@pytest.mark.parametrize(
    "other", ["A3区翠竹苑附近修建搅拌站，噪音扰民", "丽景新城什么时候通天然气"]
)
def test_another_place_or_another_matter_is_not(other: str) -> None:
    assert _likeness(PLANT, other) == 0
