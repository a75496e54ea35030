"""A title is the first sentence: figures and names are not torn, and no word is lost."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from domain.sentences import LONGEST_TITLE, shorten, split_letter
from domain.text import count_shown, mend_text

pytestmark = pytest.mark.ring("test")

LONG = "小区门口的路灯坏了很久" * 12


@pytest.mark.parametrize(
    ("text", "title", "body"),
    [
        ("水费多收1.5元怎么退。请核实一下", "水费多收1.5元怎么退", "请核实一下"),
        ("水费多收１．５元怎么退．请核实一下", "水费多收１．５元怎么退", "请核实一下"),
        ("公交18.30就停了.请延长时间", "公交18.30就停了", "请延长时间"),
        ("3.2.1号楼漏水!请派人来看", "3.2.1号楼漏水!", "请派人来看"),
        ("涨价12.5%;请说明一下", "涨价12.5%", "请说明一下"),
        ("见www.example.com/x?id=1;2.请管一管", "见www.example.com/x?id=1;2", None),
        ("10.0.0.1打不开。请修复系统", "10.0.0.1打不开", "请修复系统"),
        ("升级到v2.0.1.请修复系统", "升级到v2.0.1", "请修复系统"),
        ("A.B两栋都漏水？什么时候修", "A.B两栋都漏水？", "什么时候修"),
        ("1.路灯不亮 2.垃圾没人收。请处理", "1.路灯不亮 2.垃圾没人收", None),
        ("多收1. 5元。请核实一下", "多收1. 5元", "请核实一下"),
        (
            "at 5 p.m. in St. 7 it was dark. Nobody came.",
            "at 5 p.m. in St. 7 it was dark",
            "Nobody came.",
        ),
        ("Mr. Li's lamp is broken. Please come.", "Mr. Li's lamp is broken", "Please come."),
        ("路灯不亮.人民路上坏了三天", "路灯不亮", "人民路上坏了三天"),
        ("路灯不亮\n人民路上坏了三天", "路灯不亮", "人民路上坏了三天"),
        ("路灯不亮\x0b人民路上坏了三天", "路灯不亮", "人民路上坏了三天"),
        ("他说“不修。”我们很生气", "他说“不修。”", "我们很生气"),
        ("①房产证20㎡", "①房产证20㎡", "①房产证20㎡"),
        ("在吗？？路灯坏了三天", "在吗？？", "路灯坏了三天"),
        # nothing much follows, or nothing much stands before: the whole text is the body
        ("路灯不亮。谢谢", "路灯不亮", None),
        ("路灯一直不亮。", "路灯一直不亮", None),
        ("喂。路灯坏了三天。没人修", "喂。路灯坏了三天", None),
        (f"{LONG}。请修", f"{LONG[:99]}…", None),
        (f"{LONG[:90]}，{LONG}。请修一修吧", f"{LONG[:90]}…", None),
        (LONG, f"{LONG[:99]}…", None),
    ],
)
def test_the_first_sentence_is_the_title(text: str, title: str, body: str | None) -> None:
    assert split_letter(text) == (title, text if body is None else body)


_SIGNS = st.one_of(st.sampled_from("路灯1５.。!?;；…\n ，”AB。"), st.characters(codec="utf-8"))


@given(st.text(_SIGNS, max_size=250))
@example("路灯。" * 100)
def test_nothing_is_lost_but_the_full_stop_between(text: str) -> None:
    title, body = split_letter(text)
    whole = mend_text(text).strip()
    assert len(title) <= LONGEST_TITLE
    if body != whole:
        assert _words(title + body) == _words(whole)
        assert count_shown(title) >= 2
        assert count_shown(body) >= 5


def _words(text: str) -> str:
    return "".join(sign for sign in text if not sign.isspace() and sign not in ".．。｡;；")


def test_what_is_shortened_is_cut_between_words_and_never_within_a_sign() -> None:
    assert shorten("the lamp is broken", 12) == "the lamp is…"
    assert shorten("路灯不亮", 4) == "路灯不亮"
    family = "👨\u200d👩\u200d👧"
    assert shorten("路灯不亮" + family, 8) == "路灯不亮…"
