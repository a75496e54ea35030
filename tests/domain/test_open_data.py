"""Nobody's letter can be made out in what is published of a month."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import astuple, fields, replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import open_data
from domain.anonymity import MINIMUM as K
from domain.open_data import (
    ANY,
    COLUMNS,
    KNOWN,
    STEPS,
    OpenCase,
    Row,
    SurveyTold,
    TableSum,
    band_of,
    week_of,
)

pytestmark = pytest.mark.ring("test")

ONE = OpenCase(
    week="2017-01-02",
    level="CITY_GOVERNMENT",
    channel="WEB",
    kind="COMPLAINT",
    network="LIVELIHOOD",
    category="01",
    subcategory="01-02",
    unit_level="DISTRICT",
    unit="510104",
    outcome="RESOLVED",
    reply_days="4-5",
    overdue=False,
    survey="NOT_ANSWERED",
)


def anonymised(cases: list[OpenCase], k: int = K) -> tuple[OpenCase, ...]:
    return open_data.anonymised(map(Row, cases), k)


def group(case: OpenCase) -> tuple[str, ...]:
    return tuple(getattr(case, name) for name in KNOWN)


def said(case: OpenCase, satisfaction: int) -> OpenCase:
    return replace(case, survey="ANSWERED", resolved=True, satisfaction=satisfaction)


few = st.sampled_from(("A", "B", "C", ""))
answers = st.one_of(st.none(), st.tuples(st.booleans(), st.integers(1, 5)))


@st.composite
def cases(draw: st.DrawFn) -> OpenCase:
    answer = draw(answers)
    told = {name: draw(few) for name in KNOWN}
    case = replace(ONE, **told, overdue=draw(st.booleans()))  # type: ignore[arg-type]  # all text
    if answer is None:
        return case
    return replace(case, survey="ANSWERED", resolved=answer[0], satisfaction=answer[1])


@given(st.lists(cases(), max_size=80), st.integers(2, 6))
def test_every_row_has_k_that_are_alike_in_what_others_may_know(
    given_cases: list[OpenCase], k: int
) -> None:
    rows = anonymised(given_cases, k)
    assert all(count >= k for count in Counter(map(group, rows)).values())
    assert len(given_cases) - len(rows) < k
    answered = defaultdict[tuple[str, ...], list[OpenCase]](list)
    for row in rows:
        if row.satisfaction is not None:
            answered[group(row)].append(row)
        else:
            assert row.resolved is None
    assert all(len(told) >= k for told in answered.values())
    assert all(len({(o.resolved, o.satisfaction) for o in told}) > 1 for told in answered.values())


@given(st.lists(cases(), max_size=40), st.randoms())
def test_the_order_of_the_rows_says_nothing_of_the_order_of_the_letters(
    given_cases: list[OpenCase], random: object
) -> None:
    shuffled = sorted(given_cases, key=lambda _: random.random())  # type: ignore[attr-defined]
    assert anonymised(shuffled) == anonymised(given_cases)


def test_what_enough_letters_share_is_told_in_full() -> None:
    rows = anonymised([ONE] * K)
    assert len(rows) == K
    assert {group(row) for row in rows} == {group(ONE)}
    assert anonymised([ONE] * (K - 1)) == ()


def test_what_few_share_is_given_up_step_by_step() -> None:
    rare = replace(ONE, subcategory="01-09")
    rows = anonymised([ONE] * (K - 1) + [rare])
    assert {row.subcategory for row in rows} == {ANY}
    assert {row.unit for row in rows} == {"510104"}
    away = replace(ONE, unit="510105")
    assert {row.unit for row in anonymised([ONE] * (K - 1) + [away])} == {ANY}


@pytest.mark.parametrize(
    ("letters", "replied", "units"),
    [
        (20, 20, {"510104": 20}),
        (30, 30, {"510104": 20}),
        # three that are in no row: the rows of one more group no longer name the unit
        (23, 23, {"510104": 10, ANY: 10}),
        # ten of whom three were replied to
        (30, 23, {"510104": 10, ANY: 10}),
    ],
)
def test_rows_leave_nothing_small_of_what_another_table_tells(
    letters: int, replied: int, units: dict[str, int]
) -> None:
    cases = [ONE] * 10 + [replace(ONE, week="2017-01-09")] * 10
    rows = [Row(one, {"unit": one.unit}) for one in cases]
    told = open_data.anonymised(rows, K, [TableSum("unit", "510104", letters, replied)])
    assert Counter(row.unit for row in told) == units


def test_answers_are_told_only_where_enough_differ() -> None:
    alike = [said(ONE, 5)] * K
    assert {row.survey for row in anonymised(alike)} == {SurveyTold.WITHHELD.value}
    rows = anonymised([*alike[1:], said(ONE, 1)])
    assert sorted(row.satisfaction or 0 for row in rows) == [1, *[5] * (K - 1)]
    few_answered = anonymised([*alike[2:], said(ONE, 1), ONE])
    assert {row.satisfaction for row in few_answered} == {None}


def test_the_dictionary_has_every_column_in_its_place_and_no_more() -> None:
    assert [one.name for one in COLUMNS] == [one.name for one in fields(OpenCase)]
    assert len(astuple(ONE)) == len(COLUMNS)
    assert set(KNOWN) == set(STEPS[1:])
    assert not {"number", "id", "title", "body", "submitted_at"} & {one.name for one in COLUMNS}


def test_days_and_times_are_told_coarsely() -> None:
    assert week_of(date(2017, 1, 1)) == "2016-12-26"
    assert week_of(date(2017, 1, 2)) == "2017-01-02"
    assert [band_of(days) for days in (0, 1, 2, 5, 10, 20, 21)] == [
        *("0-1", "0-1", "2-3", "4-5", "6-10", "11-20", "21+")
    ]


def test_the_document_has_the_columns_as_they_are() -> None:
    document = Path(__file__).resolve().parents[2] / "docs" / "open-data.md"
    lines = document.read_text(encoding="utf-8").splitlines()
    rows = [f"| `{one.name}` | {one.type} | {one.text.en} |" for one in COLUMNS]
    assert lines[-len(rows) :] == rows
