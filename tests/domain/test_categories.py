"""What letters are about, in three levels."""

from __future__ import annotations

import pytest

from domain.categories import Category, Taxonomy, build_taxonomy
from domain.rows import DirectoryError
from domain.words import Network
from tests.domain.tables import rows

pytestmark = pytest.mark.ring("test")

CATEGORIES = """\
level1,level2,level3
政法,社会治安,盗窃
城乡建设,安全生产,事故处理
城乡建设,安全生产,其他
城乡建设,城乡规划,其他
政法,诉讼,执行"""

NETWORKS = """\
level1,level1_en,network
城乡建设,Urban Development,LIVELIHOOD
政法,Public Security and Justice,SAFETY"""


def taxonomy(more: str = "", networks: str = NETWORKS) -> Taxonomy:
    return build_taxonomy(
        rows("categories", f"{CATEGORIES}\n{more}"), rows("category_networks", networks)
    )


def test_ids_count_the_places_in_the_file() -> None:
    assert [(one.id, one.name) for one in taxonomy()] == [
        ("01", "政法"),
        ("01-01", "社会治安"),
        ("01-01-01", "盗窃"),
        ("02", "城乡建设"),
        ("02-01", "安全生产"),
        ("02-01-01", "事故处理"),
        ("02-01-02", "其他"),
        ("02-02", "城乡规划"),
        ("02-02-01", "其他"),
        ("01-02", "诉讼"),
        ("01-02-01", "执行"),
    ]


def test_a_line_added_at_the_end_leaves_every_id_as_it_was() -> None:
    before = {one.id: one.name for one in taxonomy()}
    after = {one.id: one.name for one in taxonomy("城乡建设,安全生产,新题")}
    assert after == before | {"02-01-03": "新题"}


def test_a_category_knows_its_place() -> None:
    assert taxonomy().get("02-01-02") == Category(
        id="02-01-02",
        name="其他",
        name_en="其他",
        level=3,
        parent="02-01",
        path=("02", "02-01", "02-01-02"),
        network=Network.LIVELIHOOD,
    )


def test_a_branch_belongs_to_the_network_of_its_root() -> None:
    categories = taxonomy()
    assert [one.network for one in categories.roots] == [Network.SAFETY, Network.LIVELIHOOD]
    assert {one.network for one in categories if one.path[0] == "01"} == {Network.SAFETY}


def test_a_tree_is_walked_by_children_and_path() -> None:
    categories = taxonomy()
    assert [one.name for one in categories.children("02")] == ["安全生产", "城乡规划"]
    assert categories.children("02-01-01") == ()
    assert [one.name for one in categories.path("02-01-01")] == ["城乡建设", "安全生产", "事故处理"]
    assert categories.path("99") == ()


def test_a_category_is_found_by_its_names_from_the_top() -> None:
    categories = taxonomy()
    found = [
        categories.find("城乡建设"),
        categories.find("城乡建设", "城乡规划", "其他"),
    ]
    assert [one and one.id for one in found] == ["02", "02-02-01"]
    assert categories.find("安全生产") is None
    assert categories.find("政法", "安全生产") is None
    assert categories.find() is None


def test_roots_have_english_names() -> None:
    first = taxonomy().roots[0]
    assert (first.named("zh"), first.named("en")) == ("政法", "Public Security and Justice")


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("政法,诉讼,执行", "categories.csv:7: 政法 / 诉讼 / 执行 stands there twice"),
        ("政法,,执行", "categories.csv:7: a level above is missing"),
        (",诉讼,执行", "categories.csv:7: a level above is missing"),
        ("天文,星,月", "categories.csv:7: 天文 belongs to no network"),
    ],
)
def test_a_line_that_cannot_be_placed_is_named(line: str, complaint: str) -> None:
    with pytest.raises(DirectoryError) as caught:
        taxonomy(line)
    assert str(caught.value) == complaint


def test_a_network_must_be_one_of_the_three() -> None:
    with pytest.raises(DirectoryError, match=r"category_networks\.csv:3: network is 'MOON'"):
        taxonomy(networks=NETWORKS.replace("SAFETY", "MOON"))
