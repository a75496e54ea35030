"""Suggesting a category: from letters like it, from names alone, and with words that say why."""

from __future__ import annotations

import pytest

from domain.categories import Taxonomy, build_taxonomy
from domain.suggesting import Model, chances, words_of
from domain.training import Counts, Example, names_of
from tests.domain.tables import rows

pytestmark = pytest.mark.ring("test")

TABLE = """\
level1,level2,level3
环境保护,环境污染,大气污染
环境保护,环境污染,噪音污染
教育文体,学校管理,其他
教育文体,师资待遇,教师工资
交通运输,公路管理,其他"""
NETWORKS = """\
level1,level1_en,network
环境保护,Environment,LIVELIHOOD
教育文体,Education,SERVICE
交通运输,Transport,LIVELIHOOD"""
ENVIRONMENT, EDUCATION, TRANSPORT = "01", "02", "03"
LETTERS = (
    (ENVIRONMENT, "餐馆油烟扰民", "每天晚上油烟直接排到居民楼。"),
    (ENVIRONMENT, "楼下油烟太大", "烧烤店的油烟让人不敢开窗。"),
    (EDUCATION, "孩子上学难", "小学不收外地孩子。"),
    (EDUCATION, "补课收费", "老师在校外补课，孩子负担重。"),
)


def taxonomy() -> Taxonomy:
    return build_taxonomy(rows("categories", TABLE), rows("networks", NETWORKS))


def learned(*letters: tuple[str, str, str]) -> Model:
    counts = Counts(names_of(taxonomy()))
    for place, (category, title, body) in enumerate(letters):
        counts.add(Example.of(str(place), category, title, body))
    return counts.model(temperature=0.1)


def test_a_letter_is_suggested_what_letters_like_it_were_given() -> None:
    model = learned(*LETTERS)
    smoke = model.suggest("投诉油烟", "餐馆的油烟排到窗前。")
    school = model.suggest("补课", "孩子周末还要补课。")
    assert smoke
    assert school
    assert (smoke.category, school.category) == (ENVIRONMENT, EDUCATION)
    assert smoke.words[0] == "油烟"
    assert 1 / 3 < smoke.confidence <= 1


def test_a_category_that_nobody_used_is_known_by_the_names_below_it() -> None:
    found = learned(*LETTERS).suggest("公路坏了", "希望加强公路管理。")
    assert found is not None
    assert found.category == TRANSPORT
    assert found.words == ("公路管理",)


def test_other_is_the_name_of_nothing() -> None:
    assert "其他" not in {term for names in names_of(taxonomy()).values() for term in names}


def test_of_a_letter_without_a_known_word_nothing_is_said() -> None:
    model = learned(*LETTERS)
    assert model.suggest("hello", "!!") is None
    assert model.suggest("", "") is None


def test_what_only_one_letter_says_is_not_learned() -> None:
    model = learned(*LETTERS)
    assert "油烟" in model.terms
    assert "烧烤" not in model.terms


def test_the_order_of_learning_does_not_matter() -> None:
    one, other = learned(*LETTERS), learned(*reversed(LETTERS))
    assert (one.terms, one.idf, one.weights) == (other.terms, other.idf, other.weights)


def test_overlapping_terms_are_one_word_as_the_letter_has_it() -> None:
    gains = {"出租": 0.2, "租车": 0.2, "拒载": 0.3, "没有": 0.01}
    assert words_of(gains, "出租车拒载", "没有人管。") == ("出租车", "拒载", "没有")


def test_every_word_stands_in_the_letter() -> None:
    title, body = "餐馆油烟扰民", "孩子在小学旁边的餐馆门口。"
    found = learned(*LETTERS).suggest(title, body)
    assert found is not None
    assert found.words
    assert all(word in title + body for word in found.words)


def test_chances_are_one_together_and_surer_with_a_smaller_temperature() -> None:
    likeness = [0.3, 0.2, 0.1]
    vague, sure = chances(likeness, 1.0), chances(likeness, 0.01)
    assert abs(sum(vague) - 1) < 1e-9
    assert vague[0] < 0.4 < 0.99 < sure[0]
