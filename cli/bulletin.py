"""`lizheng bulletin`: the month's figures, as a table, as CSV, as a page or on paper."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from cli.opening import CommandRefused, now, with_office
from cli.press.edition import Paper
from cli.tokens import like_unit
from domain.refusals import Text
from domain.words import MailboxLevel
from services.city.months import CITY
from services.figures.bulletins import bulletin_of
from services.figures.months import read_month
from services.figures.trend import trend_of
from services.figures.withheld import withheld_of
from services.office import Office


class Language(StrEnum):
    """What the bulletin is written in."""

    ZH = "zh"
    EN = "en"


class Form(StrEnum):
    """What is made of the bulletin."""

    TABLE = "table"
    CSV = "--csv"
    HTML = "--html"
    PDF = "--pdf"


Month = Annotated[str, typer.Argument(help="The month, YYYY-MM; this one at the latest.")]
File = Annotated[
    Path | None, typer.Argument(help="Where to write it; else it goes to standard output.")
]
Edition = Annotated[int | None, typer.Option(help="Of a closed month; else its last.", min=1)]
Baseline = Annotated[
    str | None,
    typer.Option(help="What to compare with: a recorded baseline or a month; else the usual."),
]
UnitCode = Annotated[
    str | None, typer.Option(help="Code of a unit: its figures and those of all below it.")
]
Level = Annotated[MailboxLevel | None, typer.Option(help="Of the mailboxes of this level.")]
Csv = Annotated[bool, typer.Option("--csv", help="As CSV.")]
Html = Annotated[bool, typer.Option("--html", help="The press release, one page.")]
Pdf = Annotated[bool, typer.Option("--pdf", help="The press release, on paper.")]
Font = Annotated[
    Path | None,
    typer.Option(help="A font (.ttf, .otf, .ttc) to put into the PDF instead of Noto Sans SC."),
]


def bulletin(  # noqa: PLR0913, PLR0917  # an option each, as typer reads them
    month: Month,
    file: File = None,
    edition: Edition = None,
    baseline: Baseline = None,
    unit: UnitCode = None,
    level: Level = None,
    csv: Csv = False,
    html: Html = False,
    pdf: Pdf = False,
    font: Font = None,
    lang: Annotated[Language, typer.Option(help="Chinese or English.")] = Language.ZH,
) -> None:
    """Print a month's bulletin, or make its press release with charts.

    lizheng bulletin 2017-01, or … --html january.html, or … --pdf january.pdf --lang en
    """
    form = _form(file, {Form.CSV: csv, Form.HTML: html, Form.PDF: pdf})
    if font is not None and not font.is_file():
        raise CommandRefused(f"--font: there is no file {font}")
    moment = now()
    wanted = read_month(month, moment)

    async def gathered(office: Office) -> Paper:
        if unit is not None and await office.directory.unit(unit) is None:
            like = await like_unit(office.directory, unit)
            raise CommandRefused(f"--unit: there is no unit {unit!r}{like}")
        told = await bulletin_of(
            office, wanted, moment, edition=edition, baseline=baseline, unit=unit, level=level
        )
        has_charts = form in {Form.HTML, Form.PDF}
        return await _paper(office, Paper(told, CITY), moment, has_charts=has_charts)

    _tell(with_office(gathered), lang, form, file, font)


def _form(file: Path | None, asked: Mapping[Form, bool]) -> Form:
    """The one that was asked for, else the table; raises ``CommandRefused``."""
    forms = [form for form, is_asked in asked.items() if is_asked]
    if len(forms) > 1:
        raise CommandRefused("--csv, --html and --pdf: one at a time")
    if file is not None and not forms:
        raise CommandRefused(f"{file}: say --csv, --html or --pdf")
    return forms[0] if forms else Form.TABLE


def _tell(
    paper: Paper, language: Language, form: Form, file: Path | None, font: Path | None
) -> None:
    if form is Form.TABLE:
        from cli.press.table import tell

        tell(paper, language)
        return
    _put(_made(paper, language, form, font), file, is_text=form is not Form.PDF)


def _made(paper: Paper, language: str, form: Form, font: Path | None) -> bytes:
    """The file; what draws is loaded only when something is drawn."""
    if form is Form.CSV:
        from cli.press.table import as_csv

        return as_csv(paper, language).encode()
    if form is Form.HTML:
        from cli.press.page import as_page

        return as_page(paper, language).encode()
    from cli.press.fonts import UnusableFont
    from cli.press.sheet import as_pdf

    try:
        return as_pdf(paper, language, font)
    except UnusableFont as error:
        raise CommandRefused(f"--font: {error}") from None


async def _paper(office: Office, paper: Paper, now: datetime, *, has_charts: bool) -> Paper:
    """With the name of what it is about, and the months before where they are drawn."""
    told, about = paper.told, CITY
    if told.scope.unit is not None:
        unit = await office.directory.unit(told.scope.unit)
        if unit is None:
            raise CommandRefused(f"--unit: there is no unit {told.scope.unit} any more")
        about = Text(unit.name, unit.name_en)
    if told.scope.level is not None:
        level = told.scope.level
        about = Text(f"{about.zh}（{level.zh}）", f"{about.en} ({level.en})")
    trend = await trend_of(office, told, now) if has_charts else ()
    return Paper(told, about, trend, await withheld_of(office, told, now))


def _put(body: bytes, file: Path | None, *, is_text: bool) -> None:
    if file is not None:
        file.write_bytes(body)
    elif not is_text and sys.stdout.isatty():
        raise CommandRefused("--pdf: name a file, such as `--pdf bulletin.pdf`")
    else:
        typer.echo(body, nl=False)
