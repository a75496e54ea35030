"""Offices are found by what people call them."""

from __future__ import annotations

import pytest

from domain.everyday_names import distance_to, read_words

pytestmark = pytest.mark.ring("test")

CGW = "成都市城市管理委员会主任信箱\nurban management\n5101-cgw/head\n城管\nurban"
HBJ = "锦江区生态环境局局长信箱\necology\n510104-hbj/head\n环保\nenvironment"
HEAD = "锦江区区长信箱\ndistrict head\n510104/head\n\n"


@pytest.mark.parametrize(
    ("word", "text"),
    [
        *[(word, CGW) for word in ("城管", "城管局", "城管委", "城管办", "市城管委", "成都城管局")],
        *[(word, HBJ) for word in ("环保", "环保局", "环境局", "锦江环境局", "区环境局")],
        *[(word, HEAD) for word in ("锦江区长", "锦江区区长", "区长", "锦江")],
        ("发改委", "发展和改革委员会"),
        ("人社局", "人力资源和社会保障局"),
        ("住建局", "住房和城乡建设局"),
        ("卫健委", "卫生健康委员会"),
        ("国资委", "国有资产监督管理委员会"),
        ("食药", "食品药品检查执法局"),
        ("区委书记", "中共锦江区委员会书记信箱"),
    ],
)
def test_an_everyday_name_is_near_the_office_s(word: str, text: str) -> None:
    assert distance_to(word, text) is not None


@pytest.mark.parametrize(
    ("word", "text"), [("西区", CGW), ("管城", CGW), ("教育局", HBJ), ("mayor", HEAD), ("长", CGW)]
)
def test_what_is_no_name_of_it_is_not(word: str, text: str) -> None:
    assert distance_to(word, text) is None


def test_the_nearer_office_is_the_one_that_is_meant() -> None:
    near, far = distance_to("城管", "城市管理局"), distance_to("城管", "公园城市建设管理局")
    assert near is not None
    assert far is not None
    assert near < far


@pytest.mark.parametrize(
    "typed", ["城管局。", " 城管局 ", "城管\u200b局", "“城管局”？", "城管局\u3000"]
)
def test_signs_around_a_word_do_not_count(typed: str) -> None:
    assert read_words(typed) == ["城管局"]


def test_words_are_folded_and_codes_stay_whole() -> None:
    assert read_words("ＣＧＷ， 5101-CGW/HEAD") == ["cgw", "5101-cgw/head"]
