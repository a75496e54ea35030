"""Which groups are hot issues, in which order, and what is said of them to anybody."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from domain.hot_issues import (
    CountedLetter,
    Trend,
    central_first,
    hot_issues,
    keywords_of,
    places_of,
    trend,
)
from domain.issues import GroupedLetter, weighed
from domain.matters import matter_of
from domain.redaction import redact_title
from services.matters.segmentation import tagged

pytestmark = pytest.mark.ring("test")

BEGINS = datetime(2019, 1, 1, tzinfo=UTC)
ENDS = BEGINS + timedelta(days=90)


def letters(group: str, *writers: str, day: int = 1) -> list[CountedLetter]:
    return [
        CountedLetter(f"{group}{n}", group, BEGINS + timedelta(days=day + n), writer.encode())
        for n, writer in enumerate(writers)
    ]


def test_a_campaign_of_one_writer_is_no_hot_issue_however_many_letters_it_has() -> None:
    found = hot_issues([*letters("a", *"x" * 40), *letters("b", *"xyz")], BEGINS, ENDS)
    assert [(one.group, one.writers, one.letters) for one in found] == [("b", 3, 3)]


def test_most_writers_come_first_then_most_letters_then_the_newest() -> None:
    given = [
        *letters("old", *"abc"),
        *letters("new", *"abc", day=9),
        *letters("many", *"abcc"),
        *letters("wide", *"abcd"),
    ]
    assert [one.group for one in hot_issues(given, BEGINS, ENDS)] == ["wide", "many", "new", "old"]


def test_the_order_does_not_depend_on_the_order_of_the_letters() -> None:
    given = [*letters("a", *"xyz"), *letters("b", *"xyzw"), *letters("c", *"xyz")]
    assert hot_issues(given, BEGINS, ENDS) == hot_issues(given[::-1], BEGINS, ENDS)


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ((1, 2, 70, 80, 85), Trend.RISING),
        ((1, 2, 40, 50, 80), Trend.FALLING),
        ((1, 40, 70, 80), Trend.RISING),
        ((1, 2, 30, 40, 70, 80), Trend.STEADY),
    ],
)
def test_the_last_third_is_held_against_the_two_before(
    days: tuple[int, ...], expected: Trend
) -> None:
    assert trend([BEGINS + timedelta(days=day) for day in days], BEGINS, ENDS) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("请打13812345678找我", "请打■■找我"),
        ("身份证51010419800101123X", "身份证■■"),
        ("川A12345乱停放", "■■乱停放"),
        ("依法追究罗明故意伤害案", "依法追究■■故意伤害案"),
        ("投诉张三丰先生", "投诉■■先生"),
        ("A2区丽景小区搅拌站扰民", "A2区丽景小区搅拌站扰民"),
        ("地铁4号线110kv高压线", "地铁4号线110kv高压线"),
    ],
)
def test_what_is_personal_is_not_said(text: str, expected: str) -> None:
    assert redact_title(text) == expected


def test_a_word_of_one_writer_is_no_keyword_of_the_issue() -> None:
    def letter(key: str, *words: str) -> GroupedLetter:
        weights = dict.fromkeys(words, 2.0)
        return GroupedLetter(key, "a", BEGINS, key.encode(), {}, {}, weights, ())

    told = keywords_of(
        [letter("a", "噪音", "王二"), letter("b", "噪音", "搅拌站"), letter("c", "搅拌站")]
    )
    assert set(told) == {"噪音", "搅拌站"}


def grouped(key: str, title: str, body: str = "") -> GroupedLetter:
    matter = matter_of(title, body, tagged)
    told = weighed(matter, {}, 1)
    return GroupedLetter(
        key, "a", BEGINS, key.encode(), told.heads, told.names, told.words, matter.places
    )


def test_the_places_of_an_issue_are_those_that_its_letters_are_known_by() -> None:
    passing = "路过翠竹雅苑时也听得见。"
    told = places_of(
        [
            grouped("a", "丽景新城旁边的搅拌站噪音大", passing),
            grouped("b", "投诉丽景新城的搅拌站", passing),
            grouped("c", "丽景新城搅拌站扰民"),
        ]
    )
    assert told == ("丽景新城",)


def test_a_place_that_one_writer_names_is_no_place_of_the_issue() -> None:
    assert places_of([grouped("a", "丽景新城搅拌站"), grouped("b", "翠竹雅苑搅拌站")]) == ()


def test_the_letter_that_says_what_the_others_say_comes_first() -> None:
    told = [
        grouped("a", "丽景新城旁边的搅拌站粉尘大"),
        grouped("b", "丽景新城搅拌站粉尘大，噪音扰民"),
        grouped("c", "丽景新城搅拌站噪音扰民"),
    ]
    assert central_first(told)[0] == "b"
    assert central_first(told[::-1]) == central_first(told)
    assert central_first([]) == []
