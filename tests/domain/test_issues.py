"""Which letters are about the same matter at the same place. All of them are invented."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import pytest

from domain.issues import (
    WORD,
    Weighed,
    belonging,
    fitting,
    groups_to_merge,
    typicality,
    weighed,
)
from domain.matters import matter_of
from services.matters.segmentation import tagged

pytestmark = pytest.mark.ring("test")

PLANT = "A2区丽景新城附近修建搅拌站，噪音扰民"


def letter(title: str, body: str | None = None) -> Weighed:
    return weighed(matter_of(title, title if body is None else body, tagged), {}, 1)


def letters(*titles: str) -> list[Weighed]:
    return [letter(title) for title in titles]


def put_together(titles: Sequence[str]) -> list[list[str]]:
    """Groups of titles that came in in this order; those that a letter brings together are one."""
    groups: dict[str, list[Weighed]] = {}
    found: dict[str, list[str]] = {}
    for title in titles:
        one = letter(title)
        fits = fitting(one, groups)
        key, ended = groups_to_merge(one, fits, groups) if fits else (title, ())
        groups.setdefault(key, []).append(one)
        found.setdefault(key, []).append(title)
        for other in ended:
            groups[key] += groups.pop(other)
            found[key] += found.pop(other)
    return sorted(sorted(group) for group in found.values())


def test_the_same_place_and_the_same_matter_are_one() -> None:
    assert belonging(letter(PLANT), letters("丽景新城小区旁边的搅拌站粉尘噪音太大")) > 0.3


@pytest.mark.parametrize(
    "other",
    [
        "A3区翠竹苑附近修建搅拌站，噪音扰民",
        "丽景新城什么时候通天然气",
        "A2区翠竹苑什么时候通天然气",
    ],
)
def test_another_place_or_another_matter_is_not(other: str) -> None:
    assert belonging(letter(PLANT), letters(other)) == 0
    assert fitting(letter(PLANT), {"other": letters(other)}) == []


def test_a_name_cut_off_or_written_with_its_developer_is_the_same_place() -> None:
    alone = "恒岳云栖澜苑捆绑销售车位"
    assert fitting(letter("投诉云栖澜苑车位捆绑销售"), {"a": letters(alone)})[0] == "a"


def test_a_letter_that_names_the_place_in_its_body_alone_finds_it() -> None:
    one = letter("搅拌站噪音扰民，请管一管", "我是丽景新城的业主，小区旁边的搅拌站噪音很大。")
    assert fitting(one, {"a": letters(PLANT)})[0] == "a"


POLICY = "失业金申领要等多久才能到账，材料交了两次还是审核不通过"


def test_a_question_about_a_rule_that_names_no_place_meets_the_same_question() -> None:
    same = "失业金申领材料交了两次审核不通过，要等多久才能到账"
    assert fitting(letter(POLICY), {"a": letters(same)})[0] == "a"


def test_another_question_that_names_no_place_does_not() -> None:
    other = letters("失业以后怎样续缴医疗保险，需要哪些材料")
    assert fitting(letter(POLICY), {"a": other}) == []


def test_a_letter_that_several_people_send_word_for_word_is_one_matter_without_a_name() -> None:
    text = "每天晚上施工到凌晨两点，打桩的声音震得窗户直响，孩子没有办法睡觉"
    assert fitting(letter("半夜施工扰民", text), {"a": [letter("施工扰民", text)]})[0] == "a"


def test_few_words_prove_nothing_where_nothing_is_named() -> None:
    assert fitting(letter("施工扰民"), {"a": letters("施工扰民")}) == []


def test_of_several_groups_the_likest_is_joined_and_of_equals_the_first() -> None:
    near, far = letters(PLANT), letters("丽景新城附近道路修建扰民")
    assert fitting(letter(PLANT), {"a": far, "b": near})[0] == "b"
    assert fitting(letter(PLANT), {"b": near, "a": near})[0] == "a"


def test_a_letter_is_held_against_what_the_group_has_in_common() -> None:
    plant = letters(*[PLANT] * 5, "丽景新城停车位收费，搅拌站噪音扰民")
    parking = letter("丽景新城停车位收费太贵")
    assert belonging(parking, plant[5:]) > 2 * belonging(parking, plant)


FIRST = "丽景新城旁边的搅拌站粉尘大"
SECOND = "丽景新城晚上噪音扰民睡不着"
BRIDGE = "丽景新城旁边的搅拌站粉尘大，晚上噪音扰民睡不着"


def with_a_first(groups: Mapping[str, list[Weighed]]) -> list[str]:
    """The groups that the bridge fits, ``a`` taken for the likest."""
    return ["a", *(key for key in fitting(letter(BRIDGE), groups) if key != "a")]


def test_a_letter_of_two_groups_does_not_make_one_of_two_matters() -> None:
    groups = {"a": letters(FIRST), "b": letters("丽景新城什么时候通天然气")}
    assert groups_to_merge(letter(BRIDGE), with_a_first(groups), groups) == ("a", ())


def test_groups_that_a_letter_shows_to_be_one_matter_come_together() -> None:
    groups = {"a": letters(FIRST), "b": letters(SECOND)}
    assert fitting(letter(FIRST), {"b": groups["b"]}) == []
    assert groups_to_merge(letter(BRIDGE), with_a_first(groups), groups) == ("a", ("b",))


def test_the_larger_group_stays() -> None:
    groups = {"a": letters(FIRST), "b": letters(*[SECOND] * 5)}
    assert groups_to_merge(letter(BRIDGE), with_a_first(groups), groups) == ("b", ("a",))


def test_the_order_in_which_letters_come_does_not_matter_to_a_plain_case() -> None:
    titles = [
        PLANT,
        "丽景新城小区旁边的搅拌站粉尘噪音太大",
        "投诉丽景新城附近的搅拌站，噪音大粉尘大",
        "丽景新城什么时候通天然气",
        "A3区翠竹雅苑附近修建搅拌站，噪音扰民",
        "翠竹雅苑搅拌站噪音扰民何时整治",
    ]
    expected = put_together(titles)
    assert sorted(map(len, expected)) == [1, 2, 3]
    assert put_together(titles[::-1]) == expected
    assert put_together(titles[3:] + titles[:3]) == expected


def test_a_letter_is_found_by_rare_words_of_its_title_that_are_no_names() -> None:
    matter = matter_of("半夜施工扰民", "", tagged)
    rare = weighed(matter, {}, 1)
    assert WORD + "施工" in rare.heads
    often = Counter({WORD + "施工": 900})
    assert WORD + "施工" not in weighed(matter, often, 1_000).heads


def test_what_stands_in_many_letters_weighs_less() -> None:
    matter = matter_of(PLANT, "", tagged)
    often = weighed(matter, {"n:丽景新": 500, "w:噪音": 500}, 1_000)
    assert often.heads["丽景新"] < often.heads["景新城"]
    assert often.words["噪音"] < often.words["搅拌站"]


def test_the_letter_that_says_what_all_say_is_the_most_typical() -> None:
    group = letters(FIRST, BRIDGE, SECOND)
    typical = typicality(group)
    assert max(typical) == typical[1]
