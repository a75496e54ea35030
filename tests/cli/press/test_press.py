"""What is printed of a bulletin: the published digits, in words and charts; nothing slips in."""

from __future__ import annotations

import csv
import io

import pytest

from cli.press.amounts import change_told, value_told
from cli.press.page import as_page
from cli.press.sheet import as_pdf
from cli.press.table import as_csv
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


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_same_paper_gives_the_same_bytes(language: str) -> None:
    one = as_pdf(paper(), language)
    assert one.startswith(b"%PDF-")
    assert one == as_pdf(paper(), language)
