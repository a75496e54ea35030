"""`lizheng bulletin`: the month's figures, as a table, as CSV, as a page or on paper."""

from __future__ import annotations

import sys
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from cli.opening import CommandRefused, now, with_office
from cli.press.edition import Paper
from domain.refusals import Text
from domain.words import MailboxLevel
from services.figures.bulletins import bulletin_of
from services.figures.months import read_month
from services.figures.trend import trend_of
from services.office import Office

CITY = Text("全市", "City")


class Language(StrEnum):
    """What the bulletin is written in."""

    ZH = "zh"
    EN = "en"


def bulletin(  # noqa: PLR0913, PLR0917  # an option each, as typer reads them
    month: Annotated[str, typer.Argument(help="The month, YYYY-MM; this one at the latest.")],
    file: Annotated[
        Path | None,
        typer.Argument(help="Where to write it; else it goes to standard output."),
    ] = None,
    edition: Annotated[
        int | None, typer.Option(help="Of a closed month; else its last.", min=1)
    ] = None,
    baseline: Annotated[
        str | None,
        typer.Option(help="What to compare with: a recorded baseline or a month; else the usual."),
    ] = None,
    unit: Annotated[
        str | None, typer.Option(help="Code of a unit: its figures and those of all below it.")
    ] = None,
    level: Annotated[
        MailboxLevel | None, typer.Option(help="Of the mailboxes of this level.")
    ] = None,
    csv: Annotated[bool, typer.Option("--csv", help="As CSV.")] = False,
    html: Annotated[bool, typer.Option("--html", help="The press release, one page.")] = False,
    pdf: Annotated[bool, typer.Option("--pdf", help="The press release, on paper.")] = False,
    font: Annotated[
        Path | None,
        typer.Option(help="A TrueType file with Chinese signs to put into the PDF."),
    ] = None,
    lang: Annotated[Language, typer.Option(help="Chinese or English.")] = Language.ZH,
) -> None:
    """Print a month's bulletin, or make its press release with charts.

    lizheng bulletin 2017-01, or … --html january.html, or … --pdf january.pdf --lang en
    """
    if csv + html + pdf > 1:
        raise CommandRefused("--csv, --html and --pdf: one at a time")
    if file is not None and not (csv or html or pdf):
        raise CommandRefused(f"{file}: say --csv, --html or --pdf")
    if font is not None and not font.is_file():
        raise CommandRefused(f"--font: there is no file {font}")
    moment = now()
    wanted = read_month(month, moment)

    async def gathered(office: Office) -> Paper:
        told = await bulletin_of(
            office, wanted, moment, edition=edition, baseline=baseline, unit=unit, level=level
        )
        return await _paper(office, Paper(told, CITY), moment, has_charts=html or pdf)

    paper = with_office(gathered)
    if not (csv or html or pdf):
        from cli.press.table import tell

        tell(paper, lang)
        return
    _put(_made(paper, lang, font, csv=csv, html=html), file, is_text=csv or html)


def _made(paper: Paper, language: str, font: Path | None, *, csv: bool, html: bool) -> bytes:
    """The file; what draws is loaded only when something is drawn."""
    if csv:
        from cli.press.table import as_csv

        return as_csv(paper, language).encode()
    if html:
        from cli.press.page import as_page

        return as_page(paper, language).encode()
    from cli.press.sheet import UnusableFont, as_pdf

    try:
        return as_pdf(paper, language, font)
    except UnusableFont as error:
        raise CommandRefused(f"--font: {error}") from None


async def _paper(office: Office, paper: Paper, now: datetime, *, has_charts: bool) -> Paper:
    """With the name of what it is about, and the months before where they are drawn."""
    told, about = paper.told, CITY
    if told.scope.unit is not None:
        unit = await office.directory.unit(told.scope.unit)
        assert unit is not None, "the bulletin was told of it"  # noqa: S101
        about = Text(unit.name, unit.name_en)
    if told.scope.level is not None:
        level = told.scope.level
        about = Text(f"{about.zh}（{level.zh}）", f"{about.en} ({level.en})")
    return Paper(told, about, await trend_of(office, told, now) if has_charts else ())


def _put(body: bytes, file: Path | None, *, is_text: bool) -> None:
    if file is not None:
        file.write_bytes(body)
    elif not is_text and sys.stdout.isatty():
        raise CommandRefused("--pdf: name a file, such as `--pdf bulletin.pdf`")
    else:
        typer.echo(body, nl=False)
