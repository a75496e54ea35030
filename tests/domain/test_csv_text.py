"""CSV that goes out: people's spreadsheets read it, and run nothing of it."""

from __future__ import annotations

import csv
import io

import pytest

from domain.csv_text import BYTE_ORDER_MARK, format_for_machines, format_for_people

pytestmark = pytest.mark.ring("test")


def test_people_s_begins_with_a_mark_and_ends_its_lines_as_spreadsheets_do() -> None:
    assert format_for_people([("指标", "单位"), ("回复率", None)]) == (
        "\ufeff指标,单位\r\n回复率,\r\n"
    )
    assert format_for_people([]) == BYTE_ORDER_MARK


@pytest.mark.parametrize(
    "cell",
    ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "＝1+1", "\t=1", " =1", "\r=1", "|x", "%x"],
)
def test_no_cell_of_a_spreadsheet_is_a_formula(cell: str) -> None:
    [[read]] = csv.reader(io.StringIO(format_for_people([[cell]])[1:], newline=""))
    assert read == f"'{cell}"


@pytest.mark.parametrize("cell", [-0.8, 5, "-0.8", "+1.5%", "99.2%", "路灯=不亮", "", True])
def test_figures_and_words_stay_as_they_are(cell: object) -> None:
    [[read, _]] = csv.reader(io.StringIO(format_for_people([[cell, "x"]])[1:], newline=""))
    assert read == str(cell)


def test_machines_get_the_values_alone() -> None:
    assert format_for_machines([("a", "b"), ("=1", None)]) == "a,b\n=1,\n"
