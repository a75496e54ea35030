"""What people send back to the survey: counted where it says one step, asked again where not."""

from __future__ import annotations

import pytest

from domain.satisfaction import read_satisfaction

pytestmark = pytest.mark.ring("test")

SAID = {
    5: "5 ５ 5分 5。 5星 5! 五分 五星 伍分 5️⃣ ⑤ 5颗星 ⭐⭐⭐⭐⭐ 打5分 我给5分 非常满意 很满意"
    " 5非常满意 非常满意！谢谢",
    4: "4 ４。 四分 满意 比较满意 (4) “4” 4分吧 Satisfied 4、满意 滿意",
    3: "3 基本满意 一般 三星 3分的",
    2: "2 两分 不满意 不太满意 我不满意 dissatisfied 2:不满意",
    1: "1 一分 很不满意 非常不满意 1星 1为很不满意",
}


@pytest.mark.parametrize(
    ("text", "step"), [(text, step) for step, texts in SAID.items() for text in texts.split()]
)
def test_what_says_one_step_is_counted(text: str, step: int) -> None:
    assert read_satisfaction(text) == step
    assert read_satisfaction(f" {text}\u200b\n") == step


@pytest.mark.parametrize(
    ("text", "step"), [("very satisfied", 5), ("Very Dissatisfied.", 1), ("not satisfied", 2)]
)
def test_the_scale_s_english_words_are_counted(text: str, step: int) -> None:
    assert read_satisfaction(text) == step


@pytest.mark.parametrize(
    "text",
    [
        *("", "0", "6", "11", "4.5", "4 5", "-4", "1-5", "5/1", "yes 5", "TD", "10分", "15分"),
        *(
            "四",
            "一",
            "5不满意",
            "1分非常满意",
            "不是很满意",
            "满意吗",
            "不",
            "谢谢",
            "好",
            "解决了",
        ),
        *("5为非常满意，1为很不满意", "5" * 101, "满意" + " " * 200, "⭐" * 6),
    ],
)
def test_what_says_none_or_two_is_never_guessed(text: str) -> None:
    assert read_satisfaction(text) is None
