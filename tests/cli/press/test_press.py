"""What is printed of a bulletin: the published digits, in words and charts; nothing slips in."""

from __future__ import annotations

import csv
import io

import pytest

from cli.press.amounts import change_told, value_told
from cli.press.page import as_page
from cli.press.sheet import as_pdf
from cli.press.story import headline
from cli.press.table import as_csv
from domain.baselines import Baseline
from domain.definitions import FigureName
from domain.figures import Part
from tests.cli.press.papers import REVISION, figure, paper

pytestmark = pytest.mark.ring("test")


@pytest.mark.parametrize(
    ("name", "value", "change"),
    [
        (FigureName.REPLY_RATE, "99.2 %", "+0.2"),
        (FigureName.RESOLUTION_RATE, "90.45 %", "+0.6"),
        (FigureName.SATISFACTION_RATE, "90.55 %", "+0.9"),
        (FigureName.OVERDUE_RATE, "8.53 %", "0.8"),
        (FigureName.AVERAGE_REPLY_DAYS, "6.12", "1.1"),
    ],
)
def test_figures_have_the_digits_that_were_published(
    name: FigureName, value: str, change: str
) -> None:
    told = value_told(figure(name), "en").replace("\N{NO-BREAK SPACE}", " ")
    assert value.replace(" ", "") in told.replace(" ", "")
    assert change in change_told(figure(name), "en")


@pytest.mark.parametrize(
    ("part", "forbidden"), [(Part(99_999, 100_000), "100"), (Part(1, 100_000), "0 %")]
)
def test_nearly_all_is_not_all_and_nearly_none_is_not_none(part: Part, forbidden: str) -> None:
    name = FigureName.RESOLUTION_RATE
    one = figure(name, value=part.value, numerator=part.numerator, denominator=part.denominator)
    told = value_told(one, "en")
    assert not told.startswith(forbidden)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_page_shows_every_figure_and_escapes_what_people_wrote(language: str) -> None:
    page = as_page(paper(revision=REVISION, edition=2), language)
    for name in FigureName:
        assert name.named(language) in page
    assert "<operation>" not in page
    assert "<letters>" not in page
    assert "&lt;operation&gt;" in page
    assert page.count("<svg") == page.count("</svg>") >= 3


def test_csv_can_be_read_back() -> None:
    rows = list(csv.reader(io.StringIO(as_csv(paper(), "en"))))
    found = [row for row in rows if "REPLY_RATE/1" in row]
    assert len(found) == 1
    assert {"6742", "6796"} <= {cell.replace(",", "").removesuffix(".0") for cell in found[0]}


def test_csv_says_the_unit_of_every_number_and_the_citys_time() -> None:
    rows = {row["name"]: row for row in csv.DictReader(io.StringIO(as_csv(paper(), "zh")))}
    reply, days, total = rows["REPLY_RATE"], rows["AVERAGE_REPLY_DAYS"], rows["TOTAL"]
    assert float(reply["value"]) == pytest.approx(100 * 6742 / 6796)
    assert float(reply["value"]) - float(reply["change"]) == pytest.approx(99.0)
    assert (reply["unit"], reply["change_unit"]) == ("percent", "percentage points")
    assert (days["value"], days["unit"], days["change_unit"]) == ("6.12", "days", "days")
    assert (total["value"], total["unit"]) == ("6796", "letters")
    assert {row["as_of"] for row in rows.values()} == {"2017-02-25T03:00:00+08:00"}


def test_a_baseline_is_called_by_its_name_in_the_readers_language() -> None:
    named = Baseline("before trial operation", True, {}, "a report")
    figures = tuple(figure(name, baseline=named) for name in FigureName)
    shown = paper(every=figures)
    page, row = as_page(shown, "zh"), as_csv(shown, "zh").splitlines()[-1]
    assert "较试运行前提高" in page
    assert "before trial" not in page
    assert row.endswith(",days,days,试运行前")
    assert "before trial operation" in row
    assert "on “before trial operation”" in as_page(shown, "en")


def test_a_heading_is_a_sentence_in_either_language() -> None:
    said = headline(paper())
    assert said.en == "The city received 6,796 letters to leader mailboxes in January 2017"
    assert said.zh == "2017年1月全市领导信箱收到群众来信6,796件"


@pytest.mark.ring("all")
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_same_paper_gives_the_same_bytes(language: str) -> None:
    one = as_pdf(paper(), language)
    assert one.startswith(b"%PDF-")
    assert one == as_pdf(paper(), language)
