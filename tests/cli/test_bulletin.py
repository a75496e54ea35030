"""`lizheng bulletin`: a month as a table, as CSV, as a page and on paper."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.cli.terminal import REPLIED, file_of, lizheng

pytestmark = pytest.mark.ring("test")

MONTH = ("bulletin", "2017-03")


@pytest.fixture
def letters(environment: Path, tmp_path: Path) -> Path:
    """As many as the public may know of, all replied to."""
    lines = [{**REPLIED, "id": f"{place}"} for place in range(10)]
    assert lizheng("import", file_of(tmp_path, *lines)).exit_code == 0
    return tmp_path


def test_a_table_names_definition_numerator_and_denominator(letters: Path) -> None:
    told = lizheng(*MONTH, "--lang", "en")
    assert told.exit_code == 0, told.output
    line = next(line for line in told.stdout.splitlines() if "REPLY_RATE/1" in line)
    for part in ("100", "10 / 10", "REPLY_RATE/1"):
        assert part in line
    assert "回复办理率" in lizheng(*MONTH).stdout
    counted = told.stdout.splitlines()[-1]
    assert counted.startswith("Numbers withheld from the public: city ")
    part = lizheng(*MONTH, "--level", "DISTRICT", "--lang", "en").stdout
    assert "Numbers withheld" not in part


def test_no_data_is_neither_nothing_nor_everything(letters: Path) -> None:
    told = lizheng("bulletin", "2017-02", "--lang", "en")
    line = next(line for line in told.stdout.splitlines() if "REPLY_RATE/1" in line)
    assert "no data" in line
    assert "%" not in line.split("REPLY_RATE")[0]


def test_csv_has_a_row_for_each_figure(letters: Path) -> None:
    told = lizheng(*MONTH, "--csv", "--lang", "en")
    rows = [row for row in csv.reader(io.StringIO(told.stdout)) if "REPLY_RATE/1" in row]
    assert len(rows) == 1
    assert {"10"} <= set(rows[0])


def test_a_page_is_whole_in_itself_and_has_its_charts(letters: Path) -> None:
    page = letters / "march.html"
    assert lizheng(*MONTH, str(page), "--html").exit_code == 0
    text = page.read_text(encoding="utf-8")
    assert text.startswith("<!doctype html>")
    assert "<script" not in text
    assert "://" not in text.replace("http://www.w3.org/", "")
    start, end = text.index("<svg"), text.index("</svg>") + len("</svg>")
    assert ET.fromstring(text[start:end]).tag.endswith("svg")  # our own


def test_paper_is_a_pdf_and_the_same_twice(letters: Path) -> None:
    files = [letters / name for name in ("one.pdf", "two.pdf")]
    for file in files:
        assert lizheng(*MONTH, str(file), "--pdf").exit_code == 0
    assert files[0].read_bytes().startswith(b"%PDF-")
    assert files[0].read_bytes()[:200] == files[1].read_bytes()[:200]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (("2017-13",), "YYYY-MM"),
        (("2999-01",), "not one to come"),
        (("2017-03", "--edition", "3"), "edition"),
        (("2017-03", "--baseline", "nobody's"), "baseline"),
        (("2017-03", "--unit", "nowhere"), "unit"),
        (("2017-03", "--csv", "--html"), "one at a time"),
        (("2017-03", "x.csv"), "say --csv, --html or --pdf"),
    ],
)
def test_what_cannot_be_told_is_refused_in_a_line(
    letters: Path, asked: tuple[str, ...], said: str
) -> None:
    result = lizheng("bulletin", *asked)
    assert result.exit_code == 1
    assert said in result.stderr
    assert len(result.stderr.splitlines()) == 1
