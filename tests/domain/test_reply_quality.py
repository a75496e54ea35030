"""Hints about a reply: each flaw in one that has it, and none in one that is as it should be."""

from __future__ import annotations

import pytest

from domain.reply_quality import WARNINGS, ReplyFlaw, warnings_of
from domain.words import LetterKind

pytestmark = pytest.mark.ring("test")

TITLE = "楼下餐馆油烟扰民"
BODY = "我住春熙路，楼下餐馆每天晚上把油烟直接排到居民楼，窗户不敢打开，请尽快处理。"
GOOD = (
    "网友：您好！来信收悉，现回复如下：锦江区综合行政执法局接到您关于餐馆油烟的来信后，于3月8日到现场"
    "检查，餐馆未安装油烟净化设施，已责令其在3月15日前装好，并将于3月16日复查。"
    "如有疑问，请致电执法局值班电话028-86561234。感谢您的监督！2017年3月9日"
)


def flaws(reply: str, kind: LetterKind = LetterKind.COMPLAINT) -> set[ReplyFlaw]:
    return {one.flaw for one in warnings_of(TITLE, BODY, kind, reply)}


def test_a_reply_that_says_who_what_when_and_where_to_ask_has_none() -> None:
    assert flaws(GOOD) == set()


@pytest.mark.parametrize(
    ("flaw", "cut", "instead"),
    [
        (ReplyFlaw.NO_CONTACT, "如有疑问，请致电执法局值班电话028-86561234。", ""),
        (ReplyFlaw.NOTHING_DONE, "到现场检查，", "看过，"),
        (ReplyFlaw.NO_DATE, "于3月8日", "派人"),
    ],
)
def test_what_is_cut_out_is_missed(flaw: ReplyFlaw, cut: str, instead: str) -> None:
    assert cut in GOOD
    less = GOOD.replace(cut, instead)
    if flaw is ReplyFlaw.NOTHING_DONE:
        less = less.replace("已责令其在3月15日前装好，并将于3月16日复查", "3月16日还会再来")
        less = less.replace("未安装", "没有").replace("综合行政执法局", "城管局")
    if flaw is ReplyFlaw.NO_DATE:
        less = less.replace("在3月15日前", "").replace("并将于3月16日复查", "并将复查")
    assert flaws(less) == {flaw}


def test_nobody_in_particular_is_nobody() -> None:
    vague = "餐馆油烟问题，有关部门已于3月8日到现场检查，已责令装好净化设施，3月16日前复查。"
    assert ReplyFlaw.NOBODY_NAMED in flaws(vague)
    named = vague.replace("有关部门", "春熙路街道办事处")
    assert ReplyFlaw.NOBODY_NAMED not in flaws(named)


@pytest.mark.parametrize(
    "reply",
    [
        "网友：您好！留言已收悉",
        "您好！您的来信已收悉，感谢您对我们工作的关心、支持与监督！2017年3月9日",
        "已收悉",
    ],
)
def test_courtesy_alone_is_too_short_and_not_to_the_point(reply: str) -> None:
    found = flaws(reply)
    assert {ReplyFlaw.TOO_SHORT, ReplyFlaw.MOSTLY_COURTESY} & found
    assert {ReplyFlaw.NOT_TO_THE_POINT, ReplyFlaw.NO_DATE, ReplyFlaw.NOTHING_DONE} <= found


def test_passing_it_on_is_not_doing_something() -> None:
    assert ReplyFlaw.NOTHING_DONE in flaws("您反映的油烟问题已转锦江区调查处理。")


def test_the_date_below_the_reply_is_not_when_something_was_done() -> None:
    told = "餐馆油烟问题，锦江区综合行政执法局已到现场检查并责令整改。"
    assert ReplyFlaw.NO_DATE in flaws(f"{told}2017年3月9日")
    assert ReplyFlaw.NO_DATE in flaws(f"{told}锦江区综合行政执法局 2017年3月9日")
    assert ReplyFlaw.NO_DATE not in flaws(f"{told}整改限期为2017年3月15日")


def test_a_laws_year_and_the_letters_own_date_are_no_dates_of_the_matter() -> None:
    told = "您于2017年3月6日提出的油烟问题，执法局已按《条例（2016年修正）》责令餐馆整改。"
    assert ReplyFlaw.NO_DATE in flaws(told)


def test_quoting_the_title_is_not_taking_it_up() -> None:
    other = "关于“楼下餐馆油烟扰民”，我区将于2018年加快推进地铁六号线建设，由市轨道集团实施。"
    assert ReplyFlaw.NOT_TO_THE_POINT in flaws(other)


def test_the_letter_copied_is_no_reply() -> None:
    assert ReplyFlaw.REPEATS_LETTER in flaws(f"您好！您反映：{BODY}我们知道了。")


@pytest.mark.parametrize("kind", LetterKind)
def test_a_question_is_answered_in_words(kind: LetterKind) -> None:
    told = (
        "餐馆油烟归综合行政执法局管，您可以打电话12345，也可以到窗口当面说明油烟从哪里来、"
        "多久了、影响哪些住户，都可以。"
    )
    work = {ReplyFlaw.NOTHING_DONE, ReplyFlaw.NO_DATE}
    spoken = kind in (LetterKind.CONSULTATION, LetterKind.SUGGESTION, LetterKind.PRAISE)
    assert flaws(told, kind) & work == (set() if spoken else work)


def test_hints_come_in_one_order_and_speak_both_languages() -> None:
    found = [one.flaw for one in warnings_of(TITLE, BODY, LetterKind.COMPLAINT, "已收悉")]
    assert found == [flaw for flaw in ReplyFlaw if flaw in found]
    assert WARNINGS.keys() == set(ReplyFlaw)
    assert all(text.zh and text.en for text in WARNINGS.values())


@pytest.mark.parametrize("reply", ["", " ", "。" * 50, "（" * 5_000, "感谢" * 5_000, "我" * 10_000])
def test_odd_replies_are_read_quickly(reply: str) -> None:
    assert ReplyFlaw.NO_CONTACT in flaws(reply)
