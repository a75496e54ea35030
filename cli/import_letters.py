"""`lizheng import`: letters from a file, one JSON object a line."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, BinaryIO

import typer

from cli.failures import resumable
from cli.import_papers import import_papers
from cli.opening import CommandRefused, read_settings, with_office
from cli.progress import progress_bar
from services.importing import ImportReport, import_letters
from services.letter_lines import read_time

NO_FILE = 2


def import_(
    file: Annotated[Path, typer.Argument(help="A file with one JSON object a line.")],
    as_of: Annotated[
        str | None,
        typer.Option(
            help="Live the letters' lives up to this time, ISO 8601, Asia/Shanghai unless it says "
            "its offset; a date alone is its first moment. By default now.",
            metavar="TIME",
        ),
    ] = None,
    codes: Annotated[
        Path | None,
        typer.Option(help="Where query codes go; by default DATA_DIR/imports/NAME.codes.csv."),
    ] = None,
    rejects: Annotated[
        Path | None,
        typer.Option(
            help="Where rejected lines go; by default DATA_DIR/imports/NAME.rejects.jsonl."
        ),
    ] = None,
) -> None:
    """Import letters: id, user, place, title, body, submitted_at, reply, replied_at, category.

    A letter is known by its id: importing a file again adds nothing, and completes an import
    that was interrupted. Exit status 1 tells that a line was rejected, 2 that there is no file.
    """
    until = _moment(as_of)
    codes, rejects = _places(file, codes, rejects)
    began = time.monotonic()
    with _source(file) as source, progress_bar() as bar:
        task = bar.add_task("Letters", total=file.stat().st_size)
        report = ImportReport()
        with (
            resumable(lambda: _how_to_go_on(report, codes)),
            import_papers(codes, rejects, lambda at: bar.update(task, completed=at)) as papers,
        ):
            with_office(
                lambda office: import_letters(office, source, until, papers, report), prepared=True
            )
    _say(report, codes, rejects, time.monotonic() - began)
    if report.rejected:
        raise typer.Exit(1)


def _places(file: Path, codes: Path | None, rejects: Path | None) -> tuple[Path, Path]:
    """Where query codes and rejected lines go."""
    folder = read_settings().data_dir / "imports"
    codes = codes or folder / f"{file.stem}.codes.csv"
    rejects = rejects or folder / f"{file.stem}.rejects.jsonl"
    if file.resolve() in (codes.resolve(), rejects.resolve()):
        raise CommandRefused(f"{file} cannot be read and written at once")
    return codes, rejects


def _moment(as_of: str | None) -> datetime:
    now = datetime.now(UTC)
    now = now.replace(microsecond=now.microsecond // 1000 * 1000)
    if as_of is None:
        return now
    try:
        moment = read_time(as_of)
    except ValueError:
        raise CommandRefused(f"--as-of: {as_of!r} is no time like 2017-01-31T09:30:00") from None
    if moment > now:
        raise CommandRefused(f"--as-of: {as_of} has not come yet")
    return moment


def _source(file: Path) -> BinaryIO:
    try:
        return file.open("rb")
    except OSError as error:
        typer.echo(f"lizheng: {file}: {error.strerror}", err=True)
        raise typer.Exit(NO_FILE) from None


def _how_to_go_on(report: ImportReport, codes: Path) -> str:
    """Letters are stored before they are counted: of the last batch there may be more."""
    return (
        f"At least {report.stored + report.already_there:,} letters of the file are stored, and "
        f"their query codes are in {codes}. Run the same command again: it goes on from there."
    )


def _say(report: ImportReport, codes: Path, rejects: Path, seconds: float) -> None:
    """What became of the file, on standard output."""
    rows: dict[str, object] = {
        "lines": report.lines,
        "stored": report.stored,
        "already there": report.already_there,
        "not yet written": report.not_yet_written,
        "rejected": report.rejected,
        "replied": report.replied,
    }
    if report.days:
        rows["mean days to reply"] = f"{report.mean_days:.7f}"
        rows["median days to reply"] = f"{report.median_days:.7f}"
    if report.stored:
        rows["query codes"] = codes
    if report.rejected:
        rows["rejected lines"] = rejects
    rows["seconds"] = f"{seconds:.1f} ({report.lines / max(seconds, 0.001):.0f} letters a second)"
    for name, value in rows.items():
        typer.echo(f"{name:<22}{value}")
