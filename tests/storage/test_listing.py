"""The directory of Chengdu, searched as people name its offices."""

from __future__ import annotations

import pytest

from infra.wheels import ROOT
from services.directory import load_city
from storage.listing import Entry, matching, searchable

pytestmark = pytest.mark.ring("test")


@pytest.fixture(scope="module")
def lists() -> tuple[list[Entry], list[Entry]]:
    """Units and mailboxes, as the repository lists them."""
    city = load_city(ROOT / "data/chengdu").city
    systems = {one.code: one.zh for one in city.systems}
    lines = {one.code: systems.get(one.system or "", "") for one in city.units}
    units = [
        Entry(one.order, one.code, one.level, searchable(one.name, "", one.code, lines[one.code]))
        for one in city.units
    ]
    mailboxes = [
        Entry(one.order, one.code, one.level, searchable(one.name, "", one.code, lines[one.unit]))
        for one in city.mailboxes
    ]
    return units, mailboxes


@pytest.mark.parametrize(
    ("search", "name"),
    [
        *[("城管", "城市管理"), ("环保", "生态环境"), ("工商", "市场监督"), ("食药", "食品药品")],
        *[("发改委", "发展和改革"), ("人社局", "人力资源和社会保障"), ("住建局", "住房和城乡建设")],
        *[("城管局。", "城市管理"), ("卫健委\u200b", "卫生健康"), ("ＣＧＷ", "城市管理")],
    ],
)
def test_units_are_found(lists: tuple[list[Entry], list[Entry]], search: str, name: str) -> None:
    found = matching(lists[0], search)
    assert any(name in one.text for one in found)


@pytest.mark.parametrize(
    ("search", "name"),
    [
        *[("锦江区长", "锦江区区长"), ("锦江 区长", "锦江区区长"), ("区长 锦江", "锦江区区长")],
        *[
            ("城管局", "城市管理"),
            ("环保局", "生态环境"),
            ("市长。", "市长"),
            ("区委书记", "区委书记"),
        ],
    ],
)
def test_mailboxes_are_found(
    lists: tuple[list[Entry], list[Entry]], search: str, name: str
) -> None:
    found = matching(lists[1], search)
    assert any(name in one.text for one in found), [one.text for one in found[:5]]


@pytest.mark.parametrize("search", ["西天取经", "zzz", "管城局长"])
def test_what_there_is_not_is_not_found(
    lists: tuple[list[Entry], list[Entry]], search: str
) -> None:
    assert matching(lists[1], search) == []
